"""What does a page of a PDF look like? Drawn as PNG, with the lines of one paragraph marked.

A page is never drawn with more than a few million points, however large it says it is.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from tieline.rulebook.documents.extract_pdf import lines_of, page_of
from tieline.rulebook.documents.lines import Line
from tieline.rulebook.quotes import plain

MOST_POINTS = 8_000_000
ABOVE_BASELINE, BELOW_BASELINE = 0.95, 0.4
MARGIN = 6.0
NARROWEST_EDGE = 40.0
SAME_LINE = 1.0
AROUND = 4.0
COMPRESSION = 4
COLOURS = 3
MARK = tuple(bytes(value * share // 255 for value in range(256)) for share in (255, 240, 160))
"""Red, green and blue under the mark: paper turns yellow, ink stays ink."""


class Bitmap(Protocol):
    """A drawing as PDFium hands it out."""

    width: int
    height: int
    stride: int
    n_channels: int
    buffer: bytes

    def close(self) -> None: ...


class Drawable(Protocol):
    """A page that can be drawn."""

    def get_width(self) -> float: ...

    def get_height(self) -> float: ...

    def render(
        self, *, scale: float, crop: tuple[float, ...], rev_byteorder: bool, fill_color: tuple[int, ...]
    ) -> Bitmap: ...


@dataclass(frozen=True)
class Marked:
    """A paragraph to mark: the baseline of its first line and its text."""

    top: float
    text: str


@dataclass
class Drawing:
    """The points of a drawn page, row by row, and how many stand for one of the page's."""

    width: int
    height: int
    points: bytearray
    scale: float

    def rows(self, top: float, bottom: float) -> range:
        """The rows between two heights given in the page's own points."""
        return range(max(0, int(top * self.scale)), min(self.height, int(bottom * self.scale)))

    def mark(self, rows: Iterable[int], left: float, right: float) -> None:
        """Lay the mark over rows, once over each, between two places given in the page's own points."""
        first, last = max(0, int(left * self.scale)), min(self.width, int(right * self.scale))
        for row in set(rows):
            start = row * self.width * COLOURS
            for colour in range(COLOURS):
                part = slice(start + first * COLOURS + colour, start + last * COLOURS, COLOURS)
                self.points[part] = self.points[part].translate(MARK[colour])


def page_png(content: bytes, number: int, *, marked: Marked | None = None, scale: float = 2.0) -> bytes:
    """A page as PNG; PageMissing when there is no such page."""
    with page_of(content, number) as (page, _):
        drawing = _draw(page, scale)
        lines = lines_of(page, number) if marked else ()
        width = page.get_width()
    if marked is not None and (held := _held(lines, marked)):
        left = max(0.0, min(line.left or 0.0 for line in held) - MARGIN)
        rows = (row for line in held for row in drawing.rows(*_reach(line)))
        drawing.mark(rows, left, width - min(left, NARROWEST_EDGE))
    return _png(drawing)


def part_png(content: bytes, number: int, box: Sequence[float], *, scale: float = 2.5) -> bytes:
    """A part of a page as PNG; the box is left, top, right and bottom from the page's upper left corner."""
    left, top, right, bottom = box
    with page_of(content, number) as (page, _):
        width, height = page.get_width(), page.get_height()
        crop = (left - AROUND, height - bottom - AROUND, width - right - AROUND, top - AROUND)
        drawing = _draw(page, scale, crop=tuple(max(0.0, side) for side in crop))
    return _png(drawing)


def page_lines(content: bytes, number: int) -> tuple[tuple[str, ...], int, float, float]:
    """What a page says line by line, how many pages there are, and the width and height of this one."""
    with page_of(content, number) as (page, pages):
        lines = tuple(line.text for line in lines_of(page, number))
        return lines, pages, page.get_width(), page.get_height()


def _draw(page: Drawable, scale: float, crop: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)) -> Drawing:
    points = page.get_width() * page.get_height()
    fitting = min(scale, (MOST_POINTS / max(points, 1.0)) ** 0.5)
    bitmap = page.render(scale=fitting, crop=crop, rev_byteorder=True, fill_color=(255, 255, 255, 255))
    width, height, stride = bitmap.width, bitmap.height, bitmap.stride
    held, channels = memoryview(bitmap.buffer).cast("B"), bitmap.n_channels
    rows = bytearray()
    for row in range(height):
        shown = held[row * stride : row * stride + width * channels]
        rows += shown if channels == COLOURS else _three(bytes(shown), channels)
    bitmap.close()
    return Drawing(width, height, rows, fitting)


def _three(row: bytes, channels: int) -> bytes:
    """A row of grey or of four channels as red, green and blue."""
    three = bytearray(len(row) // channels * COLOURS)
    for colour in range(COLOURS):
        three[colour::COLOURS] = row[min(colour, channels - 1) :: channels]
    return bytes(three)


def _held(lines: Sequence[Line], marked: Marked) -> list[Line]:
    """The lines of the paragraph: the one it begins with, and those after it that its text has."""
    begun = next((at for at, line in enumerate(lines) if abs((line.top or 0.0) - marked.top) <= SAME_LINE), None)
    if begun is None:
        return []
    text, held = plain(marked.text), [lines[begun]]
    for line in lines[begun + 1 :]:
        if plain(line.text) not in text:
            break
        held.append(line)
    return held


def _reach(line: Line) -> tuple[float, float]:
    """How far a line's letters go up and down."""
    baseline = line.top or 0.0
    return baseline - ABOVE_BASELINE * line.size, baseline + BELOW_BASELINE * line.size


def _png(drawing: Drawing) -> bytes:
    length = drawing.width * COLOURS
    rows = b"".join(b"\0" + drawing.points[row * length : (row + 1) * length] for row in range(drawing.height))
    header = struct.pack(">IIBBBBB", drawing.width, drawing.height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, COMPRESSION)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in parts)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
