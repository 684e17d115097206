"""What does a list of cases show? A page of a view or of a query, most pressing first, beside all views."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from tieline.desk.asking import Asked, Misasked, Order, after, cases, mark, order_of, parse
from tieline.desk.profile import Taxonomy
from tieline.desk.queries.named import View, counted, view_named
from tieline.desk.queries.rows import CaseRow, case_row
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile

PAGE = 50


@dataclass(frozen=True)
class Inbox:
    """One page of one list, all views with their counters, and where the next page begins ("" at the end).

    `query` is what the list asks for; `fault` says why that cannot be understood. `is_asked` is true of a query that
    somebody wrote, and false of a view.
    """

    view: View
    views: tuple[View, ...]
    rows: tuple[CaseRow, ...]
    next_page: str
    query: str = ""
    fault: Misasked | None = None
    order: str = ""
    is_asked: bool = False


def inbox(
    actor: Actor, *, view: str, profile: Profile, at: datetime, page: str = "", q: str | None = None, order: str = ""
) -> Inbox:
    """A page of cases of a view, or of the query `q` where there is one, with counters of all views.

    `page` continues where an earlier page's `next_page` pointed. Unknown views and orders are KeyError.
    """
    chosen = View("", "Search", None, "asked", q) if q is not None else view_named(view, actor, profile)
    chosen, views = counted(chosen, actor, profile, at)
    asked = parse(chosen.query, profile=profile, actor=actor, at=at)
    whole = Inbox(chosen, views, (), "", chosen.query, order=order, is_asked=q is not None)
    if isinstance(asked, Misasked):
        return replace(whole, fault=asked)
    return _page(whole, asked, order_of(order or chosen.order, asked), page)


def _page(whole: Inbox, asked: Asked, order: Order, page: str) -> Inbox:
    scope = asked.scope
    found = after(cases(asked, scope.actor), order, page).select_related("participant", "owner")
    cut = list(found[: PAGE + 1])
    taxonomy = scope.profile.get(Taxonomy)
    rows = tuple(case_row(case, taxonomy=taxonomy, profile=scope.profile, at=scope.at) for case in cut[:PAGE])
    next_page = mark(cut[PAGE - 1], order) if len(cut) > PAGE else ""
    return replace(whole, rows=rows, next_page=next_page, order=order.key)
