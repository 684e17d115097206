"""What is findable of a case? Its label and subject most of all, who asked, and everything that was said in it.

What clients may see and what staff may find are told apart here: notes, side conversations, replies that have not
left and the text of files are found by staff alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from tieline.desk.models import SURE_ENOUGH, Case, Message, MessageKind, Upload
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as
from tieline.mail.models import FileExamination, MailAttachment, OutgoingAttachment
from tieline.search.actions import Findable, index

MOST_MESSAGES = 2000
MOST_FILES = 200
LONGEST_FILE = 50_000
"""So much of a file's text counts: enough to find it by, and a dozen files fit beside the messages."""


def findable(case: Case) -> Findable:
    """The case as the index should know it."""
    shown, hidden = _said(case)
    participant = case.participant.name if case.participant else ""
    return Findable(
        reference=case.reference,
        title=f"{case.label} {case.subject}",
        detail=f"{participant} {case.requester_name} {case.requester_address}".strip(),
        body="\n".join(shown),
        participant_id=case.participant_id if case.certainty >= SURE_ENOUGH else None,
        at=case.last_activity_at,
        inner="\n".join([*hidden, " ".join(case.labels), *_files(case)]),
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


def _said(case: Case) -> tuple[list[str], list[str]]:
    """What was said that clients may see, and what they may not; the newest words are the first to be kept."""
    shown: list[str] = []
    hidden: list[str] = []
    rows = case.messages.order_by("-at", "-pk").values_list("kind", "thread_id", "is_withheld", "text")
    for kind, thread, is_withheld, text in rows[:MOST_MESSAGES]:
        is_inner = kind == MessageKind.NOTE or thread is not None or is_withheld
        (hidden if is_inner else shown).append(text)
    return shown, hidden


def _files(case: Case) -> Iterator[str]:
    """Names and texts of the files that came, went out or were brought up."""
    names: dict[str, str] = {}
    said = Message.objects.filter(case=case)
    came = MailAttachment.objects.filter(mail__in=said.exclude(incoming=None).values("incoming"))
    went = OutgoingAttachment.objects.filter(mail__in=said.exclude(outgoing=None).values("outgoing"))
    for files in (came, went, Upload.objects.filter(Q(case=case) & ~Q(file_key=""))):
        names |= dict(files.values_list("file_key", "name")[:MOST_FILES])
    yield from names.values()
    texts = FileExamination.objects.filter(file_key__in=names).exclude(text="")
    for text in texts.values_list("text", flat=True)[:MOST_FILES]:
        yield text[:LONGEST_FILE]
