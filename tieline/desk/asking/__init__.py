"""Asking for cases in words such as `is:open owner:me due<2d "late statement"`.

`parse` understands a text or says where and why not; `cases` is what it asks for, among what the actor may see. Lists,
counters, saved views, board and export all ask here, so none of them can disagree with another.
"""

from tieline.desk.asking.asked import Asked, Misasked, among, cases, condition_of, parse, parse_all
from tieline.desk.asking.orders import ORDERS, Order, after, default_order, mark, order_of
from tieline.desk.asking.suggesting import Suggestion, suggestions_for

__all__ = [
    "ORDERS",
    "Asked",
    "Misasked",
    "Order",
    "Suggestion",
    "after",
    "among",
    "cases",
    "condition_of",
    "default_order",
    "mark",
    "order_of",
    "parse",
    "parse_all",
    "suggestions_for",
]
