"""Which tables, formulas and pictures does a part of a Word file show?

Read from the file's own markup; `extract_docx` decides where they stand. Pictures keep their bytes; drawings that
hold no picture (charts, shapes) keep the words of their description.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from tieline.rulebook.documents.docx_formulas import FORMULA, linear
from tieline.rulebook.documents.lines import ExhibitText
from tieline.rulebook.models.exhibits import ExhibitKind

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
EMU_A_POINT = 12_700
SMALLEST_PICTURE = 24 * EMU_A_POINT
NOT_SHOWN = (f"{WORD}del", "{*}Fallback")
WIDEST_SPAN = 200


@dataclass(frozen=True)
class Picture:
    """A picture of the file and what it is."""

    content: bytes
    media_type: str


Pictures = Mapping[str, Picture]
"""By the relation that the markup names."""


def exhibits_in(paragraph: etree._Element, pictures: Pictures) -> Iterator[ExhibitText]:
    """The formulas and pictures of a paragraph, in order."""
    for node in paragraph.iter(FORMULA, f"{WORD}drawing", f"{WORD}object", f"{WORD}pict"):
        if next(node.iterancestors(*NOT_SHOWN, FORMULA, f"{WORD}object"), None) is not None:
            continue
        if node.tag == FORMULA:
            yield ExhibitText(ExhibitKind.FORMULA, text=linear(node))
        elif node.tag == f"{WORD}drawing":
            yield from _drawing(node, pictures)
        else:
            yield from _old_picture(node, pictures)


def cell_rows(table: etree._Element, texts: Mapping[etree._Element, str]) -> tuple[tuple[str, ...], ...]:
    """The cells of a table row by row; a merged cell's text stands once, in its upper left corner."""
    rows = []
    for row in table.iter(f"{WORD}tr"):
        if next(row.iterancestors(f"{WORD}tbl")) is table:
            rows.append([text for cell in _cells(row) for text in _spread(cell, texts)])
    widest = max(map(len, rows), default=0)
    return tuple((*row, *[""] * (widest - len(row))) for row in rows)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for cell in row.iter(f"{WORD}tc"):
        if next(cell.iterancestors(f"{WORD}tr")) is row:
            yield cell


def _spread(cell: etree._Element, texts: Mapping[etree._Element, str]) -> list[str]:
    span = cell.find(f"{WORD}tcPr/{WORD}gridSpan")
    wide = int(span.get(f"{WORD}val", "1")) if span is not None else 1
    merged = cell.find(f"{WORD}tcPr/{WORD}vMerge")
    goes_on = merged is not None and merged.get(f"{WORD}val", "continue") != "restart"
    return ["" if goes_on else texts.get(cell, ""), *[""] * (min(wide, WIDEST_SPAN) - 1)]


def _drawing(node: etree._Element, pictures: Pictures) -> Iterator[ExhibitText]:
    extent = node.find(".//{*}extent")
    size = [int(extent.get(side, "0")) for side in ("cx", "cy")] if extent is not None else [SMALLEST_PICTURE]
    if min(size) < SMALLEST_PICTURE:
        return
    described = node.find(".//{*}docPr")
    said = (described.get("descr") or described.get("title") or "") if described is not None else ""
    blips = [blip.get(f"{RELATION}embed", "") for blip in node.iter("{*}blip")]
    found = [pictures[blip] for blip in blips if blip in pictures]
    for picture in found:
        yield _figure(said, picture)
    if not found and node.find(".//{*}txbxContent") is None:
        yield ExhibitText(ExhibitKind.FIGURE, text=said)


def _old_picture(node: etree._Element, pictures: Pictures) -> Iterator[ExhibitText]:
    """A picture of an older Word, or the picture of an object made by another program, such as an equation."""
    program = node.find(".//{*}OLEObject")
    is_equation = program is not None and program.get("ProgID", "").startswith("Equation")
    for image in node.iter("{*}imagedata"):
        picture = pictures.get(image.get(f"{RELATION}id", ""))
        if picture is None:
            continue
        shape = next(image.iterancestors("{*}shape"), None)
        said = image.get("{*}title") or (shape.get("alt", "") if shape is not None else "")
        yield _figure(said, picture, ExhibitKind.FORMULA if is_equation else ExhibitKind.FIGURE)


def _figure(said: str, picture: Picture, kind: ExhibitKind = ExhibitKind.FIGURE) -> ExhibitText:
    return ExhibitText(kind, text=" ".join(said.split()), picture=picture.content, media_type=picture.media_type)
