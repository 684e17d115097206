"""What do lists and the case page show? Shaped reads, cut by page; this is their face."""

from tieline.desk.queries.bulk import bulk_acts_of
from tieline.desk.queries.case_pages import (
    CasePage,
    CitationLine,
    ClockCard,
    TimelineItem,
    case_page,
)
from tieline.desk.queries.lists import PAGE, Inbox, inbox
from tieline.desk.queries.named import (
    MOST_COUNTED,
    QUERIES,
    VIEWS,
    View,
    count_of,
    saved_counted,
    saved_views,
    view_named,
)
from tieline.desk.queries.rows import SOON, CaseRow, Due, case_row, due_of

__all__ = [
    "MOST_COUNTED",
    "PAGE",
    "QUERIES",
    "SOON",
    "VIEWS",
    "CasePage",
    "CaseRow",
    "CitationLine",
    "ClockCard",
    "Due",
    "Inbox",
    "TimelineItem",
    "View",
    "bulk_acts_of",
    "case_page",
    "case_row",
    "count_of",
    "due_of",
    "inbox",
    "saved_counted",
    "saved_views",
    "view_named",
]
