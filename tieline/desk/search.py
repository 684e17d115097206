"""What is findable of a case? Its label and subject most of all, who asked, and everything that was said in it.

What clients may see and what staff may find are told apart here: notes, side conversations, replies that have not
left and the text of files are found by staff alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import QuerySet

from tieline.desk.models import SURE_ENOUGH, Case, MessageKind, Upload
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as
from tieline.mail.models import FileExamination, MailAttachment, OutgoingAttachment
from tieline.search.actions import Findable, index

MOST = 2000
"""Messages of a case."""

MOST_FILES = 200
LONGEST_FILE = 50_000
"""So much of a file's text counts: enough to find it by, and a dozen files fit beside the messages."""


def findable(case: Case) -> Findable:
    """The case as the index should know it."""
    said = _said(case)
    participant = case.participant.name if case.participant else ""
    return Findable(
        reference=case.reference,
        title=f"{case.label} {case.subject}",
        detail=f"{participant} {case.requester_name} {case.requester_address}".strip(),
        body="\n".join(said.shown),
        participant_id=case.participant_id if case.certainty >= SURE_ENOUGH else None,
        at=case.last_activity_at,
        inner="\n".join([*said.hidden, " ".join(case.labels), *_files(case, said)]),
    )


def refresh(case: Case) -> None:
    """Write the case's words anew; whoever changed what is said or attached in it calls this."""
    index(findable(case))


def all_cases() -> QuerySet[Case]:
    """Every case, for rebuilding the index from nothing."""
    return Case.objects.select_related("participant").order_by("pk")


def reindex(batch: int = 500) -> Iterator[int]:
    """Write the words of every case anew, each batch in a transaction of its own; yields how many are done.

    Rows are rewritten in place, so that searching goes on; a case opened meanwhile is indexed by its own events.
    """
    after, number = 0, 0
    while True:
        with viewing_as(SYSTEM):
            cases = list(all_cases().filter(pk__gt=after)[:batch])
            for case in cases:
                refresh(case)
        if not cases:
            return
        after, number = cases[-1].pk, number + len(cases)
        yield number


@dataclass
class _Said:
    """What was said that clients may see, and what they may not, with the mails it came and went by."""

    shown: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    came: list[int] = field(default_factory=list)
    went: list[int] = field(default_factory=list)


def _said(case: Case) -> _Said:
    """The newest words are the first to be kept."""
    said = _Said()
    fields = ("kind", "thread_id", "is_withheld", "text", "incoming_id", "outgoing_id")
    for kind, thread, is_withheld, text, came, went in case.messages.order_by("-at", "-pk").values_list(*fields)[:MOST]:
        is_inner = kind == MessageKind.NOTE or thread is not None or is_withheld
        (said.hidden if is_inner else said.shown).append(text)
        said.came += [came] if came else []
        said.went += [went] if went else []
    return said


def _files(case: Case, said: _Said) -> Iterator[str]:
    """Names and texts of the files that came, went out or were brought up."""
    brought = Upload.objects.filter(case=case).exclude(file_key="")
    came = MailAttachment.objects.filter(mail__in=said.came)
    went = OutgoingAttachment.objects.filter(mail__in=said.went)
    chosen = [brought, *([came] if said.came else []), *([went] if said.went else [])]
    first, *others = [files.values_list("file_key", "name").order_by("pk")[:MOST_FILES] for files in chosen]
    names = dict(first.union(*others, all=True) if others else first)
    yield from names.values()
    if not names:
        return
    texts = FileExamination.objects.filter(file_key__in=names).exclude(text="")
    for text in texts.values_list("text", flat=True)[:MOST_FILES]:
        yield text[:LONGEST_FILE]
