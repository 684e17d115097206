"""How does the whole desk stand now? Queues, ages, clocks at risk, people, and today against what is usual.

Every figure is read over an index and comes with the query text of the list it counts, so that the two cannot differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from statistics import median
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import ExtractHour, TruncDate

from tieline.desk.absences import MOST, capacities
from tieline.desk.models import Absence, Case, CaseState
from tieline.desk.profile import Taxonomy
from tieline.desk.queries import SOON, CaseRow, case_row
from tieline.identity.models import User
from tieline.journal.models import JournalEvent
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile

AT_RISK_SHOWN = 12
WEEKS = 8
AGES: tuple[tuple[str, timedelta], ...] = (
    ("under 4 h", timedelta(0)),
    ("4 h to 1 d", timedelta(hours=4)),
    ("1 to 3 d", timedelta(hours=24)),
    ("3 to 7 d", timedelta(hours=72)),
    ("1 to 4 w", timedelta(hours=168)),
    ("over 4 w", timedelta(hours=672)),
)
"""Names of the ages of open cases, and from which age on."""


def list_of(query: str) -> str:
    """The address part by which a list shows what a query asks for."""
    return urlencode({"q": query})


@dataclass(frozen=True)
class Figure:
    """A count, and the query of the list that holds exactly these cases."""

    count: int
    query: str

    @property
    def address(self) -> str:
        """The query as an address has it."""
        return list_of(self.query)


@dataclass(frozen=True)
class Queue:
    """The open cases of one area."""

    name: str
    open: Figure
    unassigned: Figure
    at_risk: Figure
    overdue: Figure
    oldest_at: datetime | None


@dataclass(frozen=True)
class Bar:
    """One bar of a drawing: its name, its count, the list behind it, its place in percent of the drawing."""

    name: str
    figure: Figure
    percent: int


@dataclass(frozen=True)
class PersonLine:
    """One of the staff: what they have, may have, wait for and have closed today."""

    name: str
    initials: str
    open: Figure
    waiting: Figure
    closed_today: Figure
    most: int
    away_until: datetime | None
    has_cover: bool

    @property
    def filled(self) -> int:
        """How full they are, in percent, at most 100."""
        return min(100, round(100 * self.open.count / max(self.most, 1)))


@dataclass(frozen=True)
class HourLine:
    """What happened in one hour of today, and what usually happens in it; None for hours to come."""

    hour: int
    today: int | None
    usual: float


@dataclass(frozen=True)
class Flow:
    """One thing that happens at the desk, by hour: today, and the median of the same weekday in the weeks before."""

    name: str
    hours: tuple[HourLine, ...]

    @property
    def today(self) -> int:
        """How often so far."""
        return sum(one.today or 0 for one in self.hours)

    @property
    def usual(self) -> float:
        """How often usually until the end of the present hour."""
        return sum(one.usual for one in self.hours if one.today is not None)

    @property
    def most(self) -> float:
        """The highest figure, at least 1, by which a drawing is scaled."""
        return max(1, *(max(one.today or 0, one.usual) for one in self.hours))


@dataclass(frozen=True)
class LiveBoard:
    """Everything on the supervisor's board."""

    queues: tuple[Queue, ...]
    totals: Queue
    ages: tuple[Bar, ...]
    at_risk: tuple[CaseRow, ...]
    people: tuple[PersonLine, ...]
    flows: tuple[Flow, ...]

    @property
    def lines(self) -> tuple[Queue, ...]:
        """The queues of the areas, and all of them together at the end."""
        return (*self.queues, self.totals)

    @property
    def uncovered(self) -> tuple[PersonLine, ...]:
        """Who is away with open cases and nobody to cover them."""
        return tuple(one for one in self.people if one.away_until and not one.has_cover and one.open.count)


def live_board(actor: Actor, *, profile: Profile, at: datetime) -> LiveBoard:
    """The board as it stands at an instant; nine statements."""
    standing = _standing(actor, at)
    names = {area.key: area.name for area in profile.get(Taxonomy).areas}
    areas = sorted({one.area for one in standing}, key=lambda key: names.get(key, key))
    queues = [
        _queue(names.get(key, key), f" area:{key}", [one for one in standing if one.area == key]) for key in areas
    ]
    return LiveBoard(
        queues=tuple(queues),
        totals=_queue("All areas", "", standing),
        ages=_ages(standing),
        at_risk=_at_risk(actor, profile, at),
        people=_people(actor, standing, profile, at),
        flows=_flows(actor, profile, at),
    )


@dataclass(frozen=True)
class _Standing:
    """The open cases of one area that one person has (None: nobody), counted every way the board needs."""

    area: str
    owner: int | None
    open: int
    waiting: int
    at_risk: int
    overdue: int
    oldest: datetime
    ages: tuple[int, ...] = field(default=())


def _standing(actor: Actor, at: datetime) -> list[_Standing]:
    """All open cases in one statement: a line for each area and owner."""
    edges = [*(at - least for _, least in AGES), None]
    ages = {f"age{place}": Count("pk", filter=_received(*span)) for place, span in enumerate(pairwise(edges))}
    rows = (
        Case.objects.visible_to(actor)
        .unclosed()
        .order_by()
        .values("area", "owner")
        .annotate(
            open=Count("pk"),
            waiting=Count("pk", filter=Q(state=CaseState.WAITING)),
            at_risk=Count("pk", filter=Q(due_at__gte=at, due_at__lt=at + SOON)),
            overdue=Count("pk", filter=Q(due_at__lt=at)),
            oldest=Min("received_at"),
            **ages,
        )
    )
    return [
        _Standing(
            row["area"], row["owner"], row["open"], row["waiting"], row["at_risk"], row["overdue"], row["oldest"],
            tuple(counts[name] for name in ages),
        )
        for row in rows
        for counts in [dict[str, Any](row)]
    ]  # fmt: skip


def _received(newest: datetime | None, oldest: datetime | None) -> Q:
    """Received between two edges; the youngest bar has no upper edge, the oldest no lower one."""
    after = Q(received_at__gt=oldest) if oldest is not None else Q()
    return after & Q(received_at__lte=newest)


def _queue(name: str, within: str, standing: Sequence[_Standing]) -> Queue:
    def figure(count: Callable[[_Standing], int], query: str) -> Figure:
        return Figure(sum(count(one) for one in standing), query + within)

    return Queue(
        name,
        figure(lambda one: one.open, "is:open"),
        figure(lambda one: one.open if one.owner is None else 0, "is:open is:unassigned"),
        figure(lambda one: one.at_risk, "is:open due<4h -is:overdue"),
        figure(lambda one: one.overdue, "is:overdue"),
        min((one.oldest for one in standing), default=None),
    )


def _ages(standing: Sequence[_Standing]) -> tuple[Bar, ...]:
    counts = [sum(one.ages[place] for one in standing) for place in range(len(AGES))]
    most = max(1, *counts)
    edges = [_hours(least) for _, least in AGES]
    queries = [
        " ".join(
            [
                "is:open",
                *([f"received<={edges[place]}h"] if place else []),
                *([f"received>{edges[place + 1]}h"] if place + 1 < len(edges) else []),
            ]
        )
        for place in range(len(AGES))
    ]
    rows = zip(AGES, counts, queries, strict=True)
    return tuple(Bar(name, Figure(count, query), round(100 * count / most)) for (name, _), count, query in rows)


def _hours(age: timedelta) -> int:
    return int(age.total_seconds() // 3600)


def _at_risk(actor: Actor, profile: Profile, at: datetime) -> tuple[CaseRow, ...]:
    soon = Case.objects.visible_to(actor).unclosed().filter(due_at__gte=at, due_at__lt=at + SOON)
    found = soon.select_related("participant", "owner").order_by("due_at", "number")[:AT_RISK_SHOWN]
    taxonomy = profile.get(Taxonomy)
    return tuple(case_row(one, taxonomy=taxonomy, profile=profile, at=at) for one in found)


def _people(actor: Actor, standing: Sequence[_Standing], profile: Profile, at: datetime) -> tuple[PersonLine, ...]:
    staff = list(User.objects.filter(is_active=True, role__rights__contains=["desk.reply"]).order_by("name"))
    kept = capacities([one.pk for one in staff])
    away = {one.user_id: one for one in Absence.objects.filter(cancelled_at=None, begins_at__lte=at, ends_at__gt=at)}
    midnight = _midnight(at.astimezone(profile.time_zone).date(), profile.time_zone)
    closed = Case.objects.visible_to(actor).filter(state=CaseState.CLOSED, closed_at__gte=midnight).order_by()
    done = dict(closed.values_list("owner").annotate(count=Count("pk")))
    return tuple(
        PersonLine(
            name=one.name,
            initials=one.initials,
            open=Figure(_of(standing, one, lambda each: each.open), f"is:open owner:{one.username}"),
            waiting=Figure(_of(standing, one, lambda each: each.waiting), f"is:waiting owner:{one.username}"),
            closed_today=Figure(done.get(one.pk, 0), f"is:closed closed:today owner:{one.username}"),
            most=kept[one.pk].most_cases if one.pk in kept else MOST,
            away_until=away[one.pk].ends_at if one.pk in away else None,
            has_cover=one.pk in away and away[one.pk].cover_id is not None,
        )
        for one in staff
    )


def _of(standing: Iterable[_Standing], user: User, count: Callable[[_Standing], int]) -> int:
    return sum(count(one) for one in standing if one.owner == user.pk)


def _flows(actor: Actor, profile: Profile, at: datetime) -> tuple[Flow, ...]:
    zone = profile.time_zone
    now = at.astimezone(zone)
    days = [now.date() - timedelta(weeks=week) for week in range(WEEKS + 1)]
    cases = Case.objects.visible_to(actor)
    closed = cases.filter(state=CaseState.CLOSED)
    answered = JournalEvent.objects.filter(kind="case.answer_delivered")
    counted = (
        ("Received", _by_hour(cases.filter(_on(days, "received_at", zone, at)), "received_at", zone)),
        ("Answered", _by_hour(answered.filter(_on(days, "at", zone, at)), "at", zone)),
        ("Closed", _by_hour(closed.filter(_on(days, "closed_at", zone, at)), "closed_at", zone)),
    )
    return tuple(_flow(name, hours, days, now.hour) for name, hours in counted)


def _on(days: Sequence[date], column: str, zone: ZoneInfo, at: datetime) -> Q:
    """Within one of some days; the newest until now."""
    spans = Q()
    for day in days:
        end = min(_midnight(day + timedelta(days=1), zone), at)
        spans |= Q(**{f"{column}__gte": _midnight(day, zone), f"{column}__lt": end})
    return spans


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _by_hour(found: QuerySet[Case] | QuerySet[JournalEvent], column: str, zone: ZoneInfo) -> Counter[tuple[date, int]]:
    rows = (
        found.order_by()
        .annotate(day=TruncDate(column, tzinfo=zone), hour=ExtractHour(column, tzinfo=zone))
        .values_list("day", "hour")
        .annotate(count=Count("pk"))
    )
    return Counter({(day, hour): count for day, hour, count in rows})


def _flow(name: str, counts: Mapping[tuple[date, int], int], days: Sequence[date], now: int) -> Flow:
    """Without any such day behind it, a weekday is usually empty."""
    today, before = days[0], days[1:]
    lines = (
        HourLine(
            hour,
            counts.get((today, hour), 0) if hour <= now else None,
            float(median(counts.get((day, hour), 0) for day in before)),
        )
        for hour in range(24)
    )
    return Flow(name, tuple(lines))
