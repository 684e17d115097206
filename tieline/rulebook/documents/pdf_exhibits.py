"""To which line of a PDF does each table, formula and figure belong, and which tables go on over a page?

A table and a formula belong to their own first line, a figure to the line above it. A table that reaches the
foot of a page and begins at the head of the next with the same columns is one table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tieline.rulebook.documents.captions import is_caption, is_formula
from tieline.rulebook.documents.lines import ExhibitText, Line
from tieline.rulebook.documents.pdf_tables import Box, Grid
from tieline.rulebook.models.exhibits import ExhibitKind

HEAD_SHARE, FOOT_SHARE = 0.15, 0.75
CAPTION_WITHIN = 40.0
LINES_APART = 2.2
NARROW = 14.0
LONGEST_TITLE_ROW = 120
SLACK = 3.0
BELOW_BASELINE = 0.35


@dataclass(frozen=True)
class ShownTable:
    """A ruled table of a page with the texts of its cells; `box` is what it takes up of its grid."""

    grid: Grid
    box: Box
    rows: tuple[tuple[str, ...], ...]
    is_shaded: bool


@dataclass(frozen=True)
class ReadPage:
    """What one page shows: lines in reading order with where each ends, tables from top to bottom, pictures."""

    number: int
    height: float
    lines: tuple[Line, ...]
    line_ends: tuple[float, ...]
    tables: tuple[ShownTable, ...] = ()
    pictures: tuple[Box, ...] = ()


def shown_table(grid: Grid, texts: Mapping[tuple[int, int], str], *, is_shaded: bool) -> ShownTable | None:
    """A grid with the texts of its cells, without the frame of a box around it; None if nothing is left.

    A box around a table adds a narrow empty column on either side and, above, a row of the box's own text.
    """
    across, down = range(len(grid.columns) - 1), range(len(grid.rows) - 1)
    widths = [right - left for left, right in pairwise(grid.columns)]
    used = [at for at in across if widths[at] > NARROW or any(texts.get((row, at)) for row in down)]
    is_framed = len(used) < len(widths) or texts.get((0, 0), "")[LONGEST_TITLE_ROW:] != ""
    rows = [tuple(texts.get((row, at), "") for at in across) for row in down]
    own_text = next((at for at in down if not (is_framed and _is_one_cell(grid, at))), len(rows))
    filled = [at for at in used if any(row[at] for row in rows[own_text:])]
    kept = tuple(tuple(row[at] for at in filled) for row in rows[own_text:])
    if len(filled) < 2 or not any(map(any, kept)):
        return None
    box = Box(grid.columns[filled[0]], grid.rows[own_text], grid.columns[filled[-1] + 1], grid.rows[-1])
    return ShownTable(grid, box, kept, is_shaded)


def _is_one_cell(grid: Grid, row: int) -> bool:
    return sum(cell.row == row for cell in grid.cells) == 1


def with_exhibits(pages: Sequence[ReadPage]) -> list[Line]:
    """The lines of all pages, each with the exhibits that begin on it."""
    whole = {(parts[0][0].number, parts[0][1]): parts for parts in _whole_tables(pages)}
    lines: list[Line] = []
    for page in pages:
        held = _formulas(page, list(zip(page.lines, page.line_ends, strict=True)))
        for table in page.tables:
            if parts := whole.get((page.number, table)):
                _hold_table(parts, held)
        lines += _with_pictures(page, [_holding(line, held, at) for at, line in enumerate(page.lines)])
    return lines


Parts = list[tuple[ReadPage, ShownTable]]
"""The pieces of one table, page by page."""


def _whole_tables(pages: Sequence[ReadPage]) -> list[Parts]:
    """All tables, those that go on over pages put together."""
    found: list[Parts] = []
    for page in pages:
        for table in page.tables:
            last = found[-1] if found else []
            if (
                last
                and table is page.tables[0]
                and last[-1][0].number == page.number - 1
                and _goes_on(last, table, page)
            ):
                last.append((page, table))
            else:
                found.append([(page, table)])
    return found


def _goes_on(parts: Parts, lower: ShownTable, page: ReadPage) -> bool:
    """Whether a table at the head of a page is the rest of one that fills the foot of the last, or repeats its head."""
    before, upper = parts[-1]
    is_alike = upper.is_shaded == lower.is_shaded and upper.grid.has_columns_of(lower.grid)
    reaches = upper.grid.box.bottom >= FOOT_SHARE * before.height or lower.rows[0] == parts[0][1].rows[0]
    return is_alike and reaches and lower.grid.box.top <= HEAD_SHARE * page.height


def _formulas(page: ReadPage, shown: Sequence[tuple[Line, float]]) -> dict[int, list[ExhibitText]]:
    """Formulas by the position of their first line; lines of one formula follow closely."""
    held: dict[int, list[ExhibitText]] = {}
    first, last = -1, -1
    for at, (line, end) in enumerate(shown):
        if not is_formula(line.text) or any(_is_inside(line, table.box) for table in page.tables):
            continue
        box = _line_box(line, end)
        if last == at - 1 and first >= 0 and box.top - _top(shown[last][0]) <= LINES_APART * line.size:
            one = held[first][0]
            assert one.box is not None
            merged = Box(*one.box)
            wide = Box(min(merged.left, box.left), merged.top, max(merged.right, box.right), box.bottom)
            held[first] = [replace(one, text=f"{one.text}\n{line.text}", box=wide)]
        else:
            first = at
            held[at] = [ExhibitText(ExhibitKind.FORMULA, text=line.text, page=page.number, box=box)]
        last = at
    return held


def _hold_table(parts: Parts, held: dict[int, list[ExhibitText]]) -> None:
    """Give a table to its first line; a head that each page repeats is kept once."""
    page, first = parts[0]
    inside = [at for at, line in enumerate(page.lines) if _is_inside(line, first.box)]
    if not inside:
        return
    rows = list(first.rows)
    for _, table in parts[1:]:
        rows += table.rows[table.rows[0] == first.rows[0] :]
    captions = (_caption(there.lines, table.box) for there, table in parts)
    shown = ExhibitText(
        ExhibitKind.TABLE,
        caption=next(filter(None, captions), ""),
        rows=tuple(rows),
        page=page.number,
        box=first.box,
    )
    held.setdefault(inside[0], []).append(shown)


def _with_pictures(page: ReadPage, lines: list[Line]) -> list[Line]:
    """The lines with one more for each picture, below the line that stands above it."""
    for box in sorted(page.pictures, reverse=True):
        caption = _caption(lines, box)
        shown = ExhibitText(ExhibitKind.FIGURE, caption=caption, page=page.number, box=box)
        shade = any(line.is_shaded for line in lines if _is_inside(line, box))
        picture = Line("", page.number, box.left, box.top, is_shaded=shade, exhibits=(shown,))
        lines.insert(_below(lines, box, page.height), picture)
    return lines


def _below(lines: Sequence[Line], box: Box, height: float) -> int:
    """Where a picture comes in the reading order: after the nearest line above it that is no running head."""
    body = [at for at, line in enumerate(lines) if line.text and _top(line) >= HEAD_SHARE * height / 2]
    above = [at for at in body if _top(lines[at]) <= box.top + SLACK]
    if above:
        return max(above, key=lambda at: (_top(lines[at]), at)) + 1
    return body[0] if body else len(lines)


def _caption(lines: Iterable[Line], box: Box) -> str:
    """The nearest line right above or below that names a table or figure."""
    named = [(min(abs(_top(line) - box.top), abs(_top(line) - box.bottom)), line.text) for line in lines
             if is_caption(line.text) and not _is_inside(line, box)]  # fmt: skip
    return min(named)[1] if named and min(named)[0] <= CAPTION_WITHIN else ""


def _holding(line: Line, held: dict[int, list[ExhibitText]], at: int) -> Line:
    return replace(line, exhibits=tuple(held[at])) if at in held else line


def _is_inside(line: Line, box: Box) -> bool:
    left = line.left or 0.0
    return box.left - SLACK <= left <= box.right + SLACK and box.top - SLACK <= _top(line) <= box.bottom + SLACK


def _line_box(line: Line, end: float) -> Box:
    baseline = _top(line)
    return Box(line.left or 0.0, baseline - line.size, end, baseline + BELOW_BASELINE * line.size)


def _top(line: Line) -> float:
    return line.top or 0.0
