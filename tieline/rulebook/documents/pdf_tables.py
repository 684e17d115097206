"""Which ruled tables do the lines drawn on a page make, and where are their cells?

Strokes that touch belong to one drawing; one with at least two columns and two rows is a table. A box around
text has a single cell and is none. Where no stroke parts two neighbouring cells they are one, merged cell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

TOUCHING = 3.0
COVERED = 0.6
MOST_STROKES = 20_000
MOST_CELLS = 20_000


class Box(NamedTuple):
    """An area of a page in points from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def is_upright(self) -> bool:
        """Whether a stroke goes down rather than across."""
        return self.height > self.width

    def touches(self, other: Box) -> bool:
        """Whether two areas meet, with a little slack."""
        return (
            self.left <= other.right + TOUCHING
            and other.left <= self.right + TOUCHING
            and self.top <= other.bottom + TOUCHING
            and other.top <= self.bottom + TOUCHING
        )


@dataclass(frozen=True)
class Cell:
    """One cell, in the row and column it begins in."""

    row: int
    column: int
    box: Box


@dataclass(frozen=True)
class Grid:
    """A ruled table: where its columns and rows part, and its cells."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    cells: tuple[Cell, ...]

    @property
    def box(self) -> Box:
        """The area of the whole table."""
        return Box(self.columns[0], self.rows[0], self.columns[-1], self.rows[-1])

    def has_columns_of(self, other: Grid) -> bool:
        """Whether two tables part their columns at the same places, as one that goes on over a page does."""
        return len(self.columns) == len(other.columns) and all(
            abs(one - two) <= TOUCHING for one, two in zip(self.columns, other.columns, strict=True)
        )


def find_grids(strokes: Sequence[Box]) -> list[Grid]:
    """The ruled tables of a page from top to bottom."""
    if len(strokes) > MOST_STROKES:
        return []
    found = [grid for drawing in _drawings(strokes) if (grid := _grid(drawing)) is not None]
    return sorted(found, key=lambda grid: (grid.box.top, grid.box.left))


def _drawings(strokes: Sequence[Box]) -> Iterable[list[Box]]:
    """Strokes that touch one another, walking from left to right."""
    ordered = sorted(strokes)
    parent = list(range(len(ordered)))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    near: list[int] = []
    for number, stroke in enumerate(ordered):
        near = [other for other in near if ordered[other].right + TOUCHING >= stroke.left]
        for other in near:
            if stroke.touches(ordered[other]):
                parent[root(number)] = root(other)
        near.append(number)
    drawings: defaultdict[int, list[Box]] = defaultdict(list)
    for number, stroke in enumerate(ordered):
        drawings[root(number)].append(stroke)
    return drawings.values()


def _grid(drawing: list[Box]) -> Grid | None:
    upright = [stroke for stroke in drawing if stroke.is_upright]
    level = [stroke for stroke in drawing if not stroke.is_upright]
    columns = _parted((stroke.left + stroke.right) / 2 for stroke in upright)
    ends = [edge for stroke in upright for edge in (stroke.top, stroke.bottom)]
    outer = [min(ends), max(ends)] if ends else []
    rows = _parted([*((stroke.top + stroke.bottom) / 2 for stroke in level), *outer])
    size = (len(columns) - 1) * (len(rows) - 1)
    if len(columns) < 3 or len(rows) < 3 or size > MOST_CELLS:
        return None
    return Grid(columns, rows, tuple(_cells(columns, rows, upright, level)))


def _parted(places: Iterable[float]) -> tuple[float, ...]:
    """Places that differ by more than the thickness of a line."""
    apart: list[float] = []
    for place in sorted(places):
        if not apart or place - apart[-1] > TOUCHING:
            apart.append(place)
    return tuple(apart)


def _cells(columns: tuple[float, ...], rows: tuple[float, ...], upright: list[Box], level: list[Box]) -> Iterable[Cell]:
    """The cells, those merged that nothing parts; each stands where its upper left corner is."""
    walls = {column: [one for one in upright if abs(one.left - column) <= TOUCHING] for column in columns}
    floors = {row: [one for one in level if abs(one.top - row) <= TOUCHING] for row in rows}
    taken: set[tuple[int, int]] = set()
    for row in range(len(rows) - 1):
        for column in range(len(columns) - 1):
            if (row, column) in taken:
                continue
            last = column + 1
            while last < len(columns) - 1 and not _parts(walls[columns[last]], rows[row], rows[row + 1], down=True):
                last += 1
            under = row + 1
            while under < len(rows) - 1 and not _parts(floors[rows[under]], columns[column], columns[last], down=False):
                under += 1
            taken.update((r, c) for r in range(row, under) for c in range(column, last))
            yield Cell(row, column, Box(columns[column], rows[row], columns[last], rows[under]))


def _parts(strokes: list[Box], begin: float, end: float, *, down: bool) -> bool:
    """Whether strokes cover most of the way between two places."""
    covered = 0.0
    for stroke in strokes:
        first, last = (stroke.top, stroke.bottom) if down else (stroke.left, stroke.right)
        covered += max(0.0, min(last, end) - max(first, begin))
    return covered >= COVERED * (end - begin)
