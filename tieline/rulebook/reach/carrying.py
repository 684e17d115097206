"""Does what was decided about a revision request still hold now that its text is in force?

It does when every paragraph that a task speaks of came into force with the very words that were announced when it was
decided: then the new task is made as decided. Otherwise its owner is asked anew, and told what differs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tieline.rulebook.history.redline import redline
from tieline.rulebook.models import ChangeReport, ChangeTask, Edition, ParagraphVersion
from tieline.rulebook.reach.tasks import Asked
from tieline.rulebook.reach.touched import Touched

BATCH = 5000
LONGEST_WORDS = 160


@dataclass(frozen=True)
class _Announced:
    """The text of a grey box as it last stood, and when it was read in."""

    version: ParagraphVersion
    read_at: datetime


Announcements = Mapping[tuple[str, int], _Announced]
"""By request and paragraph."""


def carried_over(report: ChangeReport, asked: Sequence[Asked], change: Touched) -> list[ChangeTask]:
    """The tasks of an edition's report, with what was decided about its text ahead of time."""
    before = _decided_before(report, {one.task.version_id for one in asked}) if report.edition else {}
    if before:
        announced = _announced(report, {one.report.request for one in before.values()})
        versions = _versions(asked, change, before)
        for one in asked:
            earlier = before.get((one.task.kind, one.task.holder, one.task.version_id))
            if earlier is not None and not one.task.is_settled:
                _carry(one, earlier, change, announced, versions)
    return [one.task for one in asked]


def _decided_before(report: ChangeReport, versions: Collection[int]) -> dict[tuple[str, str, int], ChangeTask]:
    """What was decided about requests of the book, by kind, object and version; the latest decision counts."""
    decided = ChangeTask.objects.filter(report__book=report.book, report__edition=None).exclude(decision="")
    found = decided.select_related("report").order_by("decided_at", "pk")
    return {(one.kind, one.holder, one.version_id): one for one in found if one.version_id in versions}


def _announced(report: ChangeReport, requests: Collection[str]) -> Announcements:
    """The texts of these requests that left their grey boxes with the edition."""
    assert report.edition is not None
    left = ParagraphVersion.objects.filter(
        paragraph__section__book=report.book, pending_request__in=requests, effective_to=report.edition.effective_on
    )
    read = dict(Edition.objects.filter(book=report.book).values_list("effective_on", "imported_at"))
    return {
        (one.pending_request, one.paragraph_id): _Announced(one, read[one.effective_from])
        for one in left.defer("words")
        if one.effective_from in read
    }


def _versions(
    asked: Iterable[Asked], change: Touched, before: Mapping[tuple[str, str, int], ChangeTask]
) -> Mapping[int, ParagraphVersion]:
    """Every version, old and new, that the tasks decided before speak of."""
    again = [one for one in asked if (one.task.kind, one.task.holder, one.task.version_id) in before]
    old = {version for one in again for version in one.versions}
    wanted = sorted(old | {now for version in old if (now := change.versions[version].now) is not None})
    found: dict[int, ParagraphVersion] = {}
    for start in range(0, len(wanted), BATCH):
        chunk = ParagraphVersion.objects.filter(pk__in=wanted[start : start + BATCH]).defer("words")
        found |= {one.pk: one for one in chunk.select_related("paragraph__section")}
    return found


def _carry(
    one: Asked,
    earlier: ChangeTask,
    change: Touched,
    announced: Announcements,
    versions: Mapping[int, ParagraphVersion],
) -> None:
    """Make the task as decided, or say in its note what differs from what was decided on."""
    differences = list(_differences(one, earlier, change, announced, versions))
    assert earlier.decided_at is not None
    said = f"{earlier.decision} on {earlier.decided_at:%Y-%m-%d} for {earlier.report.request}"
    if differences:
        more = f" And {len(differences) - 1} more differ." if len(differences) > 1 else ""
        one.task.note = f"{earlier.decided_by_name} had {said}, but the text differs. {differences[0]}{more}"
        return
    one.task.decision = earlier.decision
    one.task.decided_at = earlier.decided_at
    one.task.decided_by, one.task.decided_by_name = earlier.decided_by, earlier.decided_by_name
    own = f": {earlier.note}" if earlier.note else "."
    one.task.note = f"decided on {earlier.decided_at:%Y-%m-%d} for {earlier.report.request}{own}"


def _differences(
    one: Asked,
    earlier: ChangeTask,
    change: Touched,
    announced: Announcements,
    versions: Mapping[int, ParagraphVersion],
) -> Iterator[str]:
    """For each paragraph whose text in force is not the one that was decided on, a sentence that says so."""
    assert earlier.decided_at is not None
    for version_id in sorted(one.versions, key=lambda pk: versions[pk].paragraph.sort_key):
        old, now = versions[version_id], change.versions[version_id].now
        place = f"{old.paragraph.section.number}{old.paragraph.path}"
        text = announced.get((earlier.report.request, old.paragraph_id))
        if text is None:
            yield f"{place} was not announced."
        elif now is None:
            yield f"{place} was taken out."
        elif text.version.text_digest != versions[now].text_digest:
            yield f"{place}: {_difference(text.version.text, versions[now].text)}."
        elif text.read_at > earlier.decided_at:
            yield f"{place} was announced in other words then."


def _difference(announced: str, in_force: str) -> str:
    """The words that the text in force has and has not, against the one announced."""
    words: dict[str, list[str]] = defaultdict(list)
    for stretch in redline(announced, in_force).inline:
        words[str(stretch.mark)].append(stretch.text.strip())
    said = [
        f"{name} “{_short(' … '.join(words[mark]))}”"
        for mark, name in (("struck", "announced"), ("added", "in force"))
        if words[mark]
    ]
    return ", ".join(said) or "only spacing differs"


def _short(words: str) -> str:
    return words if len(words) <= LONGEST_WORDS else words[: LONGEST_WORDS - 1].rstrip() + "…"
