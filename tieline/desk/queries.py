"""What do lists and the case page show? Shaped reads: one query for rows, one for all counters, few for a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from tieline.clocks.models import Clock
from tieline.clocks.queries import clocks_of
from tieline.desk.models import Case, CaseCitation, CaseState, Message
from tieline.desk.profile import Outcome, Taxonomy
from tieline.desk.sender_checks import SenderCheck, sender_check, with_sender_checks
from tieline.desk.sentences import measure_name, sentence
from tieline.journal.queries import about
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile
from tieline.mail.holding import is_held
from tieline.mail.models import MailAttachment
from tieline.participants.models import Registration

PAGE = 50
SOON = timedelta(hours=4)


@dataclass(frozen=True)
class View:
    """One list of cases: its key in the address, its name, and how many cases it holds."""

    key: str
    name: str
    count: int
    group: str = "views"


@dataclass(frozen=True)
class Due:
    """A due time as a list shows it: the instant, words, and a tone (overdue, soon, later, paused, none)."""

    at: datetime | None
    words: str
    tone: str


@dataclass(frozen=True)
class CaseRow:
    """One line of a list."""

    number: int
    label: str
    subject: str
    participant: str
    requester: str
    area: str
    topic: str
    urgency: str
    urgency_rank: int
    state: str
    state_name: str
    due: Due
    owner: str
    owner_initials: str
    message_count: int
    received_at: datetime
    last_activity_at: datetime
    excerpt: str


@dataclass(frozen=True)
class Inbox:
    """One page of one view, all views with their counters, and where the next page begins ("" at the end)."""

    view: View
    views: tuple[View, ...]
    rows: tuple[CaseRow, ...]
    next_page: str


VIEWS = {
    "mine": "My open cases",
    "unassigned": "Unassigned",
    "open": "All open",
    "overdue": "Overdue",
    "today": "Due today",
    "waiting": "Waiting on client",
    "closed": "Closed",
}


def inbox(actor: Actor, *, view: str, profile: Profile, at: datetime, page: str = "") -> Inbox:
    """A page of cases of a view, most pressing first (closed ones: newest first), with counters of all views.

    `page` continues where an earlier page's `next_page` pointed. Two queries. Unknown views are KeyError.
    """
    taxonomy = profile.get(Taxonomy)
    views = _views(actor, profile, at)
    chosen = next(one for one in views if one.key == view) if view in {one.key for one in views} else None
    if chosen is None:
        raise KeyError(view)
    cases = _in_order(_of_view(actor, view, profile, at), view, page).select_related("participant", "owner")
    found = list(cases[: PAGE + 1])
    rows = tuple(case_row(case, taxonomy=taxonomy, profile=profile, at=at) for case in found[:PAGE])
    return Inbox(chosen, views, rows, _mark(found[PAGE - 1], view) if len(found) > PAGE else "")


def _views(actor: Actor, profile: Profile, at: datetime) -> tuple[View, ...]:
    """Every view with its counter, all in one query over the cases that are not closed."""
    areas = profile.get(Taxonomy).areas
    wanted = {key: _condition(key, actor, profile, at) for key in VIEWS if key != "closed"}
    wanted |= {f"area-{area.key}": Q(area=area.key) for area in areas}
    counts = (
        Case.objects.visible_to(actor)
        .unclosed()
        .aggregate(**{key.replace("-", "__"): Count("pk", filter=condition) for key, condition in wanted.items()})
    )
    named = [View(key, name, counts.get(key, 0)) for key, name in VIEWS.items()]
    by_area = [
        View(f"area-{area.key}", area.name, counts[f"area__{area.key}".replace("-", "__")], "areas") for area in areas
    ]
    return (*named, *(one for one in by_area if one.count))


def _condition(key: str, actor: Actor, profile: Profile, at: datetime) -> Q:
    match key:
        case "mine":
            is_staff = actor.reference.kind == "staff"
            return Q(owner_id=int(actor.reference.id)) if is_staff else Q(pk__in=())
        case "unassigned":
            return Q(owner=None)
        case "overdue":
            return Q(due_at__lt=at)
        case "today":
            local = at.astimezone(profile.time_zone)
            midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0) + timedelta(days=1)
            return Q(due_at__gte=at, due_at__lt=midnight)
        case "waiting":
            return Q(state=CaseState.WAITING)
    return Q()


def _of_view(actor: Actor, view: str, profile: Profile, at: datetime) -> QuerySet[Case]:
    cases = Case.objects.visible_to(actor)
    if view == "closed":
        return cases.filter(state=CaseState.CLOSED)
    if view.startswith("area-"):
        return cases.unclosed().filter(area=view.removeprefix("area-"))
    return cases.unclosed().filter(_condition(view, actor, profile, at))


def _in_order(cases: QuerySet[Case], view: str, page: str) -> QuerySet[Case]:
    """Keyset paging: a page costs the same whether it is the first or the thousandth."""
    if view == "closed":
        if page:
            cases = cases.filter(closed_at__lte=datetime.fromisoformat(page.partition("~")[0])).exclude(
                number__gte=int(page.partition("~")[2]), closed_at=datetime.fromisoformat(page.partition("~")[0])
            )
        return cases.order_by("-closed_at", "-number")
    if page:
        due, _, number = page.partition("~")
        after = Q(due_at=None, number__gt=int(number))
        if due:
            instant = datetime.fromisoformat(due)
            after = Q(due_at__gt=instant) | Q(due_at=instant, number__gt=int(number)) | Q(due_at=None)
        cases = cases.filter(after)
    return cases.order_by(F("due_at").asc(nulls_last=True), "number")


def _mark(case: Case, view: str) -> str:
    at = case.closed_at if view == "closed" else case.due_at
    return f"{at.isoformat() if at else ''}~{case.number}"


def case_row(case: Case, *, taxonomy: Taxonomy, profile: Profile, at: datetime) -> CaseRow:
    """A case as one line of a list."""
    names = _names(taxonomy)
    return CaseRow(
        number=case.number,
        label=case.label,
        subject=case.subject,
        participant=case.participant.name if case.participant else "",
        requester=case.requester_name or case.requester_address,
        area=names.get(f"area:{case.area}", case.area),
        topic=names.get(f"topic:{case.topic}", case.topic),
        urgency=case.urgency,
        urgency_rank=case.urgency_rank,
        state=case.state,
        state_name=case.get_state_display(),
        due=due_of(case.due_at, case.state, profile=profile, at=at),
        owner=case.owner.name if case.owner else "",
        owner_initials=case.owner.initials if case.owner else "",
        message_count=case.message_count,
        received_at=case.received_at,
        last_activity_at=case.last_activity_at,
        excerpt=case.excerpt,
    )


_names_of: dict[int, Mapping[str, str]] = {}


def _names(taxonomy: Taxonomy) -> Mapping[str, str]:
    """Names by kind and key; made once for each loaded taxonomy."""
    if id(taxonomy) not in _names_of:
        _names_of.clear()
        _names_of[id(taxonomy)] = {f"area:{area.key}": area.name for area in taxonomy.areas} | {
            f"topic:{topic.key}": topic.name for topic in taxonomy.topics
        }
    return _names_of[id(taxonomy)]


def due_of(due_at: datetime | None, state: str, *, profile: Profile, at: datetime) -> Due:
    """A due time in words: "Due in 42 min", "Overdue 2 h", "Due Tue 24 Nov 10:00", "Paused"."""
    if state == CaseState.CLOSED:
        return Due(None, "", "none")
    if due_at is None:
        return Due(None, "Paused" if state == CaseState.WAITING else "No clock", "paused")
    left = due_at - at
    if left < timedelta(0):
        return Due(due_at, f"Overdue {_length(-left)}", "overdue")
    if left <= timedelta(hours=12):
        return Due(due_at, f"Due in {_length(left)}", "soon" if left <= SOON else "later")
    return Due(due_at, f"Due {due_at.astimezone(profile.time_zone):%a %d %b %H:%M}", "later")


def _length(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"


@dataclass(frozen=True)
class AttachmentLine:
    """A file as the timeline shows it."""

    key: str
    name: str
    size_bytes: int
    content_type: str


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
    attachments: tuple[AttachmentLine, ...] = ()
    sender_check: SenderCheck | None = None
    sentences: tuple[tuple[datetime, str, str], ...] = ()


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
        clocks=tuple(_clock_card(clock, profile, at) for clock in clocks_of(case.reference)),
        citations=tuple(_citation(one, at, profile) for one in _citations(case)),
        registrations=registrations,
        outcomes=taxonomy.kind(case.kind).outcomes,
    )


def _timeline(case: Case, taxonomy: Taxonomy, profile: Profile) -> tuple[TimelineItem, ...]:
    messages = [_message_item(message) for message in _messages(case)]
    events = [
        (event.at, event.actor_name, said)
        for event in about(case.reference, limit=300)
        if (said := sentence(event, taxonomy, profile.time_zone))
    ]
    return tuple(_fold(messages, sorted(events)))


def _messages(case: Case) -> QuerySet[Message]:
    files = (
        MailAttachment.objects.filter(mail=OuterRef("incoming"))
        .order_by("pk")
        .values(row=JSONObject(key="file_key", name="name", size="size_bytes", type="content_type"))
    )
    said = with_sender_checks(case.messages.select_related("outgoing"))
    return said.annotate(files=ArraySubquery(files)).order_by("at", "pk")


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
        attachments=tuple(
            AttachmentLine(row["key"], row["name"], row["size"], row["type"]) for row in getattr(message, "files", ())
        ),
        sender_check=sender_check(message),
    )


def _mail_state(message: Message) -> str:
    outgoing = message.outgoing
    if outgoing is None:
        return ""
    return "bounced" if outgoing.bounced_at else outgoing.state


def _fold(messages: list[TimelineItem], events: list[tuple[datetime, str, str]]) -> list[TimelineItem]:
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


def _clock_card(clock: Clock, profile: Profile, at: datetime) -> ClockCard:
    state = CaseState.WAITING if clock.state == "paused" else CaseState.OPEN
    due = Due(None, "", "none") if clock.state == "ended" else due_of(clock.due_at, state, profile=profile, at=at)
    return ClockCard(
        name=measure_name(clock.measure),
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
