"""Which lists stand beside the desk, and how many cases are in each? Built-in and saved views: queries with a name.

Every counter is its list's own query. What lies among the open cases is counted in one statement for all built-in
views and the one shown, and in another for all saved ones; a view that asks for words or for closed cases is
counted when somebody asks. The statement goes by areas and reads the index `desk_counted` alone, so that it costs
the open cases once, whatever the number of views.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from tieline.desk.asking import Asked, Misasked, cases, condition_of, parse, parse_all
from tieline.desk.models import Case, SavedView, SharedWith
from tieline.desk.profile import Taxonomy
from tieline.desk.writing import staff_id
from tieline.identity.models import User
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile

VIEWS = {
    "mine": "My open cases",
    "unassigned": "Unassigned",
    "open": "All open",
    "overdue": "Overdue",
    "today": "Due today",
    "waiting": "Waiting on client",
    "closed": "Closed",
}
QUERIES = {
    "mine": "is:open owner:me",
    "unassigned": "is:open is:unassigned",
    "open": "is:open",
    "overdue": "is:overdue",
    "today": "is:open due:today -is:overdue",
    "waiting": "is:waiting",
    "closed": "is:closed",
}
SAVED = "saved-"


@dataclass(frozen=True)
class View:
    """One list of cases: its key in the address, its name, its query, and how many cases it holds.

    A `count` of None is asked for by the page when it is shown; `problem` says why a saved view's query fails.
    `area` is set for the list of all open cases of an area.
    """

    key: str
    name: str
    count: int | None
    group: str = "views"
    query: str = ""
    order: str = ""
    problem: str = ""
    area: str = ""


def saved_views(actor: Actor) -> QuerySet[SavedView]:
    """The saved views somebody has beside their list: their own, their team's and everybody's."""
    me = staff_id(actor)
    if me is None or not actor.may("desk.see"):
        return SavedView.objects.none()
    team = Q(shared_with=SharedWith.TEAM, team__in=User.objects.filter(pk=me).values("team"))
    shared = Q(owner=me) | Q(shared_with=SharedWith.EVERYBODY) | team
    return SavedView.objects.filter(shared).select_related("owner").order_by("name", "pk")


def built_in(profile: Profile) -> tuple[View, ...]:
    """The built-in views without counters: by whose turn it is, then by area."""
    named = [View(key, name, None, query=QUERIES[key]) for key, name in VIEWS.items()]
    areas = profile.get(Taxonomy).areas
    by_area = [
        View(f"area-{one.key}", one.name, None, "areas", f"is:open area:{one.key}", area=one.key) for one in areas
    ]
    return (*named, *by_area)


def counted(chosen: View, actor: Actor, profile: Profile, at: datetime) -> tuple[View, tuple[View, ...]]:
    """A chosen view, and all built-in ones beside it, counted in one statement; areas without a case are left out."""
    built = built_in(profile)
    is_built_in = chosen.key in {one.key for one in built}
    found = _counted([*built, *(() if is_built_in else (chosen,))], actor, profile, at)
    again = next(one for one in found if one.key == chosen.key)
    standing = found[: len(built)]
    return again, tuple(one for one in standing if one.group != "areas" or one.count)


def saved_counted(actor: Actor, profile: Profile, at: datetime) -> tuple[View, ...]:
    """The saved views somebody has, with their counters: two statements, and two more where they name people."""
    return tuple(_counted([as_view(one) for one in saved_views(actor)], actor, profile, at))


def as_view(one: SavedView) -> View:
    """A saved view as a list."""
    return View(f"{SAVED}{one.pk}", one.name, None, "saved", one.query, one.order)


def _counted(views: list[View], actor: Actor, profile: Profile, at: datetime) -> list[View]:
    """The views with the counters of those that one statement over the open cases can count."""
    queries = {one.key: one.query for one in views if not one.area}
    asked = parse_all(queries, profile=profile, actor=actor, at=at)
    wanted = {key: one for key, one in asked.items() if isinstance(one, Asked) and one.is_cheap}
    areas = {one.key: one.area for one in views if one.area}
    counts = _counts(wanted, areas, actor)
    problems = {key: one.sentence for key, one in asked.items() if isinstance(one, Misasked)}
    return [replace(one, count=counts.get(one.key), problem=problems.get(one.key, "")) for one in views]


def _counts(asked: Mapping[str, Asked], areas: Mapping[str, str], actor: Actor) -> dict[str, int]:
    """How many open cases each query asks for, and how many there are in each area; both by the view's key."""
    if not asked and not areas:
        return {}
    names = {key: f"v{place}" for place, key in enumerate(asked)}
    counters = {name: Count("pk", filter=condition_of(asked[key])) for key, name in names.items()}
    open_cases = Case.objects.visible_to(actor).unclosed().order_by()
    rows: Iterable[Mapping[str, Any]] = open_cases.values("area").annotate(**counters, in_area=Count("pk"))
    by_area = {row["area"]: row for row in rows}
    asked_for = {key: sum(row[name] for row in by_area.values()) for key, name in names.items()}
    return asked_for | {key: by_area[area]["in_area"] if area in by_area else 0 for key, area in areas.items()}


def view_named(key: str, actor: Actor, profile: Profile) -> View:
    """One view by its key, without its counter. KeyError for one that there is not for this actor."""
    if key.startswith(SAVED) and key.removeprefix(SAVED).isdigit():
        one = saved_views(actor).filter(pk=int(key.removeprefix(SAVED)[:15])).first()
        if one is None:
            raise KeyError(key)
        return as_view(one)
    return {one.key: one for one in built_in(profile)}[key]


MOST_COUNTED = 10_000


def count_of(query: str, *, actor: Actor, profile: Profile, at: datetime) -> int | None:
    """How many cases a query asks for; None for one that cannot be understood.

    Exact, but for words that more than MOST_COUNTED cases hold: one more than that is told then.
    """
    asked = parse(query, profile=profile, actor=actor, at=at)
    if not isinstance(asked, Asked):
        return None
    found = cases(asked, actor).order_by()
    return found[: MOST_COUNTED + 1].count() if asked.has_words else found.count()
