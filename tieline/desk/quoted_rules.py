"""What do unsent words quote from the rules, and does it stand there? Asked as they leave, and while they wait."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from tieline.desk.guards import QuotedRule
from tieline.desk.models import Case, Draft, DraftKind, LaterReply, LaterState
from tieline.desk.writing import staff_id
from tieline.kernel.actor import Actor
from tieline.kernel.profile import current_profile
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.rulebook import standing
from tieline.rulebook.citing.proof import Fault
from tieline.rulebook.citing.quotations import Doubt, doubts, quotations
from tieline.rulebook.citing.resolution import resolve_each
from tieline.rulebook.models import ParagraphVersion
from tieline.rulebook.reach.texts import CitingText

KIND = "reply_draft"
EVERY = Q()
LEAVING = (DraftKind.REPLY, DraftKind.LETTER, DraftKind.FORWARD)


class QuotationFails(Refusal):
    """A quotation that held when the words were written does not hold any more."""

    def __init__(self, doubt: Doubt) -> None:
        super().__init__(f"a rule changed: {doubt.says}")


def misquoted(text: str, *, as_at: date, known: Sequence[str]) -> tuple[QuotedRule, ...]:
    """The quotations of words about to leave that do not stand in their rule on the day."""
    return tuple(_told(one) for one in doubts(text, as_at=as_at, known=known))


def refuse_failing(later: LaterReply, *, at: datetime) -> None:
    """Refuses QuotationFails where a quotation held on the day the reply was written, and not today."""
    today = _day(at)
    held = {one.words for one in quotations(later.text, as_at=_day(later.written_at))}
    failed_then = {one.quotation.words for one in doubts(later.text, as_at=_day(later.written_at))}
    for one in doubts(later.text, as_at=today):
        if one.quotation.words in held - failed_then:
            raise QuotationFails(one)


@dataclass(frozen=True)
class Flag:
    """A rule that unsent words of a case rest on, and what became of it; `version_id` is the wording they meant."""

    what: str
    label: str
    says: str
    version_id: int | None


def flags(case: Case, *, by: Actor, at: datetime) -> tuple[Flag, ...]:
    """What one's own drafts in a case, and its planned replies, cite that has changed since, or misquote."""
    own = Q(author_id=staff_id(by), case=case)
    waiting = list(_waiting(drafts=own, planned=Q(case=case)))
    today = _day(at)
    read = resolve_each([(one.words, min(today, _day(written_at))) for one, written_at in waiting])
    cited = [one.version_id for reading in read for one in reading.citations if one.is_resolved and one.version_id]
    over = ParagraphVersion.objects.filter(pk__in=[one for one in cited if one], effective_to__lte=today)
    ended = dict(over.values_list("pk", "effective_to"))
    found: dict[tuple[str, str], Flag] = {}
    for (one, _), reading in zip(waiting, read, strict=True):
        for rule in (rule for rule in reading.citations if rule.version_id in ended and rule.is_resolved):
            label, until = f"Section {rule.citation}", ended[rule.version_id or 0]
            says = f"As cited it was in force until {until}; its text has changed since."
            found.setdefault((one.name, label), Flag(one.name, label, says, rule.version_id))
        for doubt in doubts(one.words, as_at=today):
            label = doubt.quotation.label
            found[one.name, label] = Flag(one.name, label, doubt.says, doubt.quotation.cited.version_id)
    return tuple(found.values())


def unsent(on: Collection[int] | None, *, as_at: date) -> Iterator[standing.Resting]:
    """The paragraphs that drafts and planned replies cite, as they read when the words were last touched.

    Nobody has to decide about them: they are looked over when they leave. Asked about any version, also what they
    misquote.
    """
    waiting = list(_waiting())
    read = resolve_each([(one.words, min(as_at, _day(written_at))) for one, written_at in waiting])
    for (one, _), reading in zip(waiting, read, strict=True):
        led = {cited.version_id: cited for cited in reading.citations if cited.is_resolved and cited.version_id}
        for version, cited in led.items():
            if version is not None and (on is None or version in on):
                label = f"Section {cited.citation}"
                yield standing.Resting(one.holder, version, label, "", one.owner, one.name, is_settled=True)
    if on is None:
        yield from _misquoting(waiting, as_at)


def _misquoting(waiting: Sequence[tuple[CitingText, datetime]], as_at: date) -> Iterator[standing.Resting]:
    """Quotations that stand in no rule as it read when they were written, each with the version it was cited from."""
    for text, written_at in waiting:
        for one in doubts(text.words, as_at=min(as_at, _day(written_at))):
            version = one.quotation.cited.version_id
            if one.fault is Fault.MISQUOTED and version is not None:
                yield standing.Resting(
                    text.holder,
                    version,
                    one.quotation.label,
                    one.quotation.words,
                    text.owner,
                    text.name,
                    is_settled=True,
                )


def _waiting(*, drafts: Q = EVERY, planned: Q = EVERY) -> Iterator[tuple[CitingText, datetime]]:
    kept = Draft.objects.filter(drafts, kind__in=LEAVING, text__regex=r"\d").select_related("case", "author")
    for draft in kept.order_by("pk"):
        yield _citing(str(draft.pk), draft, f"draft of {draft.get_kind_display()}"), draft.updated_at
    due = LaterReply.objects.filter(planned, state=LaterState.WAITING, text__regex=r"\d")
    for later in due.select_related("case", "author").order_by("pk"):
        yield _citing(f"later{later.pk}", later, "a reply to be sent later"), later.written_at


def _citing(key: str, row: Draft | LaterReply, what: str) -> CitingText:
    name = f"{row.case.label}, {what}, by {row.author.name}"
    return CitingText(Reference(KIND, f"{row.case.number}.{key}"), row.text, name, owner=f"staff:{row.author_id}")


def _told(one: Doubt) -> QuotedRule:
    is_wrong = one.fault is Fault.MISQUOTED and one.quotation.is_beside
    return QuotedRule(one.quotation.words, one.says, one.quotation.start, one.quotation.end, stops=is_wrong)


def _day(at: datetime) -> date:
    return at.astimezone(current_profile().time_zone).date()
