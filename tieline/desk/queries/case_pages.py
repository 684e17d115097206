"""What does the case page show? Its messages and events as one stream, its clocks and citations, in few queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from tieline.clocks.models import Clock
from tieline.desk.addressed import NOBODY, Addressed, addressed, is_forwardable, with_addresses
from tieline.desk.files import StoredFile, files_of, with_files
from tieline.desk.models import Case, CaseCitation, CaseState, CaseThread, Message
from tieline.desk.profile import Outcome, Taxonomy
from tieline.desk.queries.rows import CaseRow, Due, case_row, due_of
from tieline.desk.sender_checks import SenderCheck, sender_check, with_sender_checks
from tieline.desk.sentences import measure_name, sentence
from tieline.desk.structure import family_clocks
from tieline.journal.queries import about
from tieline.kernel.profile import Profile
from tieline.mail.holding import is_held
from tieline.participants.models import Registration


@dataclass(frozen=True)
class TimelineItem:
    """One thing in the stream: a message (client, ours, note) or a folded run of events."""

    kind: str
    at: datetime
    author: str
    anchor: str
    text: str = ""
    quoted_text: str = ""
    signature_text: str = ""
    address: str = ""
    remark: str = ""
    mail_state: str = ""
    has_original: bool = False
    message_id: int = 0
    writer: str = ""
    held_until: datetime | None = None
    attachments: tuple[StoredFile, ...] = ()
    sender_check: SenderCheck | None = None
    sentences: tuple[tuple[datetime, str, str, int], ...] = ()
    addressed: Addressed = NOBODY
    thread: CaseThread | None = None
    can_be_forwarded: bool = False


@dataclass(frozen=True)
class ClockCard:
    """A clock as the rail shows it."""

    name: str
    state: str
    due: Due
    policy_text: str
    is_verified: bool
    started_at: datetime
    ended_at: datetime | None
    was_late: bool


@dataclass(frozen=True)
class CitationLine:
    """A citation with the state of the version it rests on; `ended_on` is the day it was in force no more."""

    id: int
    label: str
    quote: str
    version_id: int
    effective_from: object
    ended_on: date | None
    is_stale: bool


@dataclass(frozen=True)
class CasePage:
    """Everything the case page shows."""

    case: Case
    row: CaseRow
    timeline: tuple[TimelineItem, ...]
    clocks: tuple[ClockCard, ...]
    citations: tuple[CitationLine, ...]
    registrations: tuple[Registration, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def last_forwardable(self) -> int:
        """The id of the newest message that can be sent on, 0 where there is none: what the key for it takes."""
        return max((item.message_id for item in self.timeline if item.can_be_forwarded), default=0)

    @property
    def last_message(self) -> int:
        """The id of the newest message shown, 0 where there is none: how far whoever reads this has seen."""
        return max((item.message_id for item in self.timeline), default=0)


def case_page(case: Case, *, profile: Profile, at: datetime) -> CasePage:
    """The case page's content; the case must come with participant, owner and follows selected. Five queries."""
    taxonomy = profile.get(Taxonomy)
    registrations = tuple(case.participant.registrations.order_by("kind", "identifier")) if case.participant else ()
    return CasePage(
        case=case,
        row=case_row(case, taxonomy=taxonomy, profile=profile, at=at),
        timeline=_timeline(case, taxonomy, profile),
        clocks=tuple(_clock_card(clock, case, profile, at) for clock in family_clocks(case)),
        citations=tuple(_citation(one, at, profile) for one in _citations(case)),
        registrations=registrations,
        outcomes=taxonomy.kind(case.kind).outcomes,
    )


def _timeline(case: Case, taxonomy: Taxonomy, profile: Profile) -> tuple[TimelineItem, ...]:
    messages = [_message_item(message) for message in _messages(case)]
    events = [
        (event.at, event.actor_name, said, event.pk)
        for event in about(case.reference, limit=300)
        if (said := sentence(event, taxonomy, profile.time_zone))
    ]
    return tuple(_fold(messages, sorted(events)))


def _messages(case: Case) -> QuerySet[Message]:
    said = with_sender_checks(case.messages.select_related("outgoing", "thread"))
    return with_addresses(with_files(said)).order_by("at", "pk")


def _message_item(message: Message) -> TimelineItem:
    return TimelineItem(
        kind=message.kind,
        at=message.at,
        author=message.author_name,
        anchor=f"message-{message.pk}",
        text=message.text,
        quoted_text=message.quoted_text,
        signature_text=message.signature_text,
        address=message.author_address,
        remark=message.remark,
        mail_state=_mail_state(message),
        has_original=message.incoming_id is not None,
        message_id=message.pk,
        writer=message.author,
        held_until=message.outgoing.next_try_at if message.outgoing and is_held(message.outgoing) else None,
        attachments=files_of(message),
        sender_check=sender_check(message),
        addressed=addressed(message),
        thread=message.thread,
        can_be_forwarded=is_forwardable(message),
    )


def _mail_state(message: Message) -> str:
    outgoing = message.outgoing
    if outgoing is None:
        return ""
    return "bounced" if outgoing.bounced_at else outgoing.state


def _fold(messages: list[TimelineItem], events: list[tuple[datetime, str, str, int]]) -> list[TimelineItem]:
    """One stream, oldest first, with the events between two messages folded into one item."""
    stream: list[TimelineItem] = []
    for item in [*messages, None]:
        upto = [event for event in events if item is None or event[0] <= item.at]
        events = events[len(upto) :]
        if upto:
            anchor = f"changes-{len(stream)}"
            stream.append(TimelineItem("events", upto[0][0], upto[0][1], anchor, sentences=tuple(upto)))
        if item is not None:
            stream.append(item)
    return stream


def _clock_card(clock: Clock, case: Case, profile: Profile, at: datetime) -> ClockCard:
    merged = "" if clock.subject == case.reference else f" of case {clock.subject_id}"
    state = CaseState.WAITING if clock.state == "paused" else CaseState.OPEN
    due = Due(None, "", "none") if clock.state == "ended" else due_of(clock.due_at, state, profile=profile, at=at)
    return ClockCard(
        name=f"{measure_name(clock.measure)}{merged}",
        state=clock.state,
        due=due,
        policy_text=clock.policy["text"] or f"{clock.policy['duration']} ({clock.policy['calendar']})",
        is_verified=clock.policy["verified"],
        started_at=clock.started_at,
        ended_at=clock.ended_at,
        was_late=clock.breached_at is not None,
    )


def _citations(case: Case) -> QuerySet[CaseCitation]:
    return case.citations.filter(withdrawn_at=None).select_related("version").order_by("cited_at", "pk")


def _citation(citation: CaseCitation, at: datetime, profile: Profile) -> CitationLine:
    today = at.astimezone(profile.time_zone).date()
    ended = citation.version.effective_to
    return CitationLine(
        id=citation.pk,
        label=citation.label,
        quote=citation.quote,
        version_id=citation.version_id,
        effective_from=citation.version.effective_from,
        ended_on=ended,
        is_stale=ended is not None and ended <= today,
    )
