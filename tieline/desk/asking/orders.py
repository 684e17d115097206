"""In which order does a list stand, and where does its next page begin? Every page costs the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from tieline.desk.asking.asked import Asked
from tieline.desk.models import Case


@dataclass(frozen=True)
class Order:
    """An order of a list: its name, how rows are sorted, the mark of a row, and what comes after a mark."""

    key: str
    name: str
    sort: Callable[[QuerySet[Case]], QuerySet[Case]]
    mark: Callable[[Case], str]
    after: Callable[[str], Q]


def _written(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _after_due(page: str) -> Q:
    due, _, number = page.rpartition("~")
    after = Q(due_at=None, number__gt=int(number))
    if not due:
        return after
    instant = datetime.fromisoformat(due)
    return Q(due_at__gt=instant) | Q(due_at=instant, number__gt=int(number)) | Q(due_at=None)


def _before(column: str) -> Callable[[str], Q]:
    def before(page: str) -> Q:
        written, _, number = page.rpartition("~")
        instant = datetime.fromisoformat(written)
        # the first part alone can be answered by the index, the second leaves out what was shown
        return Q(**{f"{column}__lte": instant}) & (Q(**{f"{column}__lt": instant}) | Q(number__lt=int(number)))

    return before


def _after_urgency(page: str) -> Q:
    rank, _, rest = page.partition("~")
    return Q(urgency_rank__lt=int(rank)) | (Q(urgency_rank=int(rank)) & _after_due(rest))


def _newest(key: str, name: str, column: str) -> Order:
    return Order(
        key, name,
        lambda found: found.order_by(f"-{column}", "-number"),
        lambda case: f"{_written(getattr(case, column))}~{case.number}",
        _before(column),
    )  # fmt: skip


_by_due = F("due_at").asc(nulls_last=True)
ORDERS = {
    order.key: order
    for order in (
        Order(
            "due", "First due",
            lambda found: found.order_by(_by_due, "number"),
            lambda case: f"{_written(case.due_at)}~{case.number}",
            _after_due,
        ),
        _newest("received", "Newest", "received_at"),
        _newest("active", "Last active", "last_activity_at"),
        Order(
            "urgency", "Most urgent",
            lambda found: found.order_by("-urgency_rank", _by_due, "number"),
            lambda case: f"{case.urgency_rank}~{_written(case.due_at)}~{case.number}",
            _after_urgency,
        ),
        Order(
            "number", "Number",
            lambda found: found.order_by("-number"),
            lambda case: str(case.number),
            lambda page: Q(number__lt=int(page)),
        ),
        _newest("closed", "Last closed", "closed_at"),
    )
}  # fmt: skip


def default_order(asked: Asked) -> Order:
    """What is open by due time, what is closed by its end, what holds words by activity, all else the newest first."""
    if asked.has_words:
        return ORDERS["active"]
    return ORDERS[{"open": "due", "closed": "closed"}.get(asked.within, "received")]


def order_of(key: str, asked: Asked) -> Order:
    """The order asked for; "" for the query's own. KeyError for one that is not."""
    if key == "closed" and asked.within != "closed":
        key = ""
    return ORDERS[key] if key else default_order(asked)


def after(found: QuerySet[Case], order: Order, page: str) -> QuerySet[Case]:
    """The cases in order, from behind a mark on. ValueError for what is no mark."""
    return order.sort(found.filter(order.after(page)) if page else found)


def mark(case: Case, order: Order) -> str:
    """The mark of a page's last row."""
    return order.mark(case)
