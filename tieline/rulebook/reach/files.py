"""How do a report and the map travel? As rows for a spreadsheet, in UTF-8 with its mark; no cell is a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from tieline.rulebook.reach.mapping import MapRow
from tieline.rulebook.reach.queries import TaskView

FORMULA = re.compile(r"^[=+\-@\t\r]")
TASK_COLUMNS = (
    "kind", "name", "owner", "label", "quote", "fault", "was_at", "now_at", "before", "after", "effective_on",
    "is_settled", "decision", "decided_by_name", "decided_at", "note",
)  # fmt: skip
MAP_COLUMNS = (
    "book", "section", "title", "procedures", "teams", "tools", "reply_templates", "service_levels",
    "profile_values", "cases",
)  # fmt: skip


def tasks_as_csv(tasks: Iterable[TaskView]) -> bytes:
    """The tasks of a report, one a row."""
    return _csv(TASK_COLUMNS, (one.as_data() for one in tasks))


def map_as_csv(rows: Iterable[MapRow], teams: Mapping[str, str]) -> bytes:
    """The map, one section a row; `teams` are the teams' names by key."""
    return _csv(MAP_COLUMNS, (_map_row(one, teams) for one in rows))


def _map_row(row: MapRow, teams: Mapping[str, str]) -> dict[str, object]:
    def listed(kind: str) -> str:
        return "; ".join(one.name for one in row.of_kind(kind))

    return {
        "book": row.book_name,
        "section": row.section,
        "title": row.title,
        "procedures": listed("procedure"),
        "teams": "; ".join(teams.get(one, one) for one in row.teams),
        "tools": "; ".join(row.tools),
        "reply_templates": listed("reply_template"),
        "service_levels": listed("service_level"),
        "profile_values": listed("profile_value"),
        "cases": row.cases,
    }


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    out = io.StringIO(newline="")
    written = csv.DictWriter(out, columns, extrasaction="ignore")
    written.writeheader()
    for row in rows:
        written.writerow({key: _cell(row[key]) for key in columns})
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    """A value that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if FORMULA.match(text) else text
