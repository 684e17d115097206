"""Does every stored citation still hold: do its quoted words stand in the cited version, and is that version
the rule of the day?

`verify` asks whatever rests on the rules (see `standing`), and lists besides what a change report has put before an
owner who has not answered: a template that names a section in words alone goes on naming it, whatever the section
now says. `missing_quotes` checks quotations against one text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tieline.kernel.reference import Reference
from tieline.rulebook import quotes, standing
from tieline.rulebook.history.timeline import successors
from tieline.rulebook.models import ChangeTask, Decision, ParagraphVersion

BATCH = 2000


class Fault(StrEnum):
    """What is wrong with a citation; the first is an error, the others call for a look."""

    MISQUOTED = "misquoted"
    CHANGED = "changed"
    MOVED = "moved"
    GONE = "gone"
    PENDING = "pending"
    UNRESOLVED = "unresolved"


WORDS = {Fault.CHANGED: "changed", Fault.MOVED: "moved elsewhere", Fault.GONE: "taken out"}


@dataclass(frozen=True)
class Finding:
    """A citation that does not hold on the day; `now` is the version that took the cited one's place.

    One that leads nowhere rests on no version.
    """

    kind: str
    resting: standing.Resting | standing.Unresolved
    fault: Fault
    says: str
    now: int | None = None

    def as_data(self) -> dict[str, object]:
        """The finding as the command line prints it."""
        held = self.resting if isinstance(self.resting, standing.Resting) else None
        return {
            "kind": self.kind,
            "holder": str(self.resting.holder),
            "label": self.resting.label,
            "version": held.version_id if held else None,
            "quote": held.quote if held else "",
            "owner": self.resting.owner,
            "fault": self.fault.value,
            "says": self.says,
            "now": self.now,
        }


@dataclass(frozen=True)
class Proof:
    """What `verify` found: how many citations it checked, and those that do not hold."""

    checked: int
    findings: tuple[Finding, ...]

    @property
    def is_misquoting(self) -> bool:
        """Whether any citation quotes words that its version does not have."""
        return any(one.fault is Fault.MISQUOTED for one in self.findings)

    def as_data(self) -> dict[str, object]:
        """The proof as the command line prints it."""
        faults = Counter(one.fault.value for one in self.findings)
        return {
            "checked": self.checked,
            "counts": {fault.value: faults[fault.value] for fault in Fault},
            "findings": [one.as_data() for one in self.findings],
        }


def verify(*, as_at: date) -> Proof:
    """Check every stored citation: its quote, and whether its version is still in force on the day."""
    held = list(standing.resting(as_at=as_at))
    wanted = sorted({one.version_id for _, one in held})
    versions: dict[int, ParagraphVersion] = {}
    for start in range(0, len(wanted), BATCH):
        found = ParagraphVersion.objects.defer("words").filter(pk__in=wanted[start : start + BATCH])
        versions |= {one.pk: one for one in found.select_related("paragraph__section__book")}
    after = successors([one for one in versions.values() if _has_ended(one, as_at)], as_at=as_at)
    confirmed = _confirmed(as_at)
    findings = [
        finding
        for kind, one in held
        for finding in _findings(kind, one, versions.get(one.version_id), after, as_at)
        if finding.fault not in WORDS or (*_rests(finding), finding.now) not in confirmed
    ]
    told = {_rests(one) for one in findings}
    unanswered = [one for one in _unanswered(as_at) if _rests(one) not in told]
    nowhere = [Finding(one.kind, one, Fault.UNRESOLVED, one.says) for one in standing.unresolved(as_at=as_at)]
    return Proof(len(held) + len(nowhere), (*findings, *unanswered, *nowhere))


def missing_quotes(text: str, quoted: Iterable[str]) -> tuple[str, ...]:
    """The quotations that do not stand in a text word for word."""
    return tuple(quote for quote in quoted if not quotes.occurs_in(text, quote))


def _rests(one: Finding) -> tuple[str, Reference, int | None]:
    """Of which kind, in which object, on which version."""
    version = one.resting.version_id if isinstance(one.resting, standing.Resting) else None
    return one.kind, one.resting.holder, version


def _confirmed(as_at: date) -> set[tuple[str, Reference, int | None, int | None]]:
    """What changed and was confirmed to hold: kind, object, the version it rests on and the one it was held against."""
    tasks = ChangeTask.objects.filter(decision=Decision.CONFIRMED, report__effective_on__lte=as_at)
    return {
        (kind, Reference.parse(holder), version, now)
        for kind, holder, version, now in tasks.values_list("kind", "holder", "version_id", "now_id")
    }


def _unanswered(as_at: date) -> Iterator[Finding]:
    """What a change in effect reaches and nobody has confirmed or amended."""
    tasks = ChangeTask.objects.filter(decision="", is_settled=False, report__effective_on__lte=as_at).order_by("pk")
    for one in tasks.select_related("report"):
        resting = standing.Resting(
            Reference.parse(one.holder), one.version_id, one.label, one.quote, one.owner, one.name
        )
        became = f"was {WORDS[Fault(one.fault)]} on {one.report.effective_on}"
        says = f"“{one.name}” rests on {one.label}, which {became}; nobody has said whether it still holds."
        yield Finding(one.kind, resting, Fault(one.fault), says, one.now_id)


def _findings(
    kind: str,
    resting: standing.Resting,
    version: ParagraphVersion | None,
    after: dict[int, ParagraphVersion],
    as_at: date,
) -> Iterable[Finding]:
    if version is None:
        yield Finding(kind, resting, Fault.GONE, f"There is no paragraph version {resting.version_id}.")
        return
    if resting.quote and not quotes.occurs_in(version.text, resting.quote):
        says = f"The quoted words do not stand in {resting.label} as in force from {version.effective_from}."
        yield Finding(kind, resting, Fault.MISQUOTED, says)
    if version.pending_request:
        says = f"{resting.label} stands in a grey box of {version.pending_request}; it is not in force."
        yield Finding(kind, resting, Fault.PENDING, says)
    if _has_ended(version, as_at):
        yield _ended(kind, resting, version, after.get(version.pk))


def _ended(kind: str, resting: standing.Resting, version: ParagraphVersion, now: ParagraphVersion | None) -> Finding:
    until = f"{resting.label} as cited was in force until {version.effective_to}"
    if now is None:
        return Finding(kind, resting, Fault.GONE, f"{until}; nothing took its place.")
    if now.paragraph_id != version.paragraph_id:
        place = f"{now.paragraph.section.number}{now.paragraph.path}"
        return Finding(kind, resting, Fault.MOVED, f"{until}; its text now stands at {place}.", now.pk)
    says = f"{until}; its text has changed since."
    if resting.quote and quotes.occurs_in(now.text, resting.quote):
        says = f"{until}; its text has changed since, the quoted words still stand in it."
    return Finding(kind, resting, Fault.CHANGED, says, now.pk)


def _has_ended(version: ParagraphVersion, as_at: date) -> bool:
    return version.effective_to is not None and version.effective_to <= as_at
