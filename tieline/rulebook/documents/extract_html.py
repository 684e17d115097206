"""Which lines does a web page hold, with the labels its lists count by themselves, in tables and on coloured
grounds?

One walk over the page's elements: what a browser shows as a block is a line; a table of several columns gives one
line a row, and the first of them holds the table itself. Deleted text is left out, inserted text kept. Hidden and
deleted text and the site's own head and foot are kept aside, so that the import can say that they were left out.
Nothing outside the file is fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from lxml import etree, html

from tieline.rulebook.documents.captions import is_caption
from tieline.rulebook.documents.docx_numbering import written
from tieline.rulebook.documents.html_bytes import decoded
from tieline.rulebook.documents.html_exhibits import (
    BLOCKS,
    DELETED,
    NO_TEXT,
    formula_shown,
    is_layout,
    own_rows,
    picture_shown,
    pictures_in,
    table_shown,
    words,
)
from tieline.rulebook.documents.html_formulas import is_formula
from tieline.rulebook.documents.html_styles import StyleSheet, counting_of, has_ground, is_bold, is_hidden, read_styles
from tieline.rulebook.documents.lines import ExhibitText, Line, SourceText, UnreadableDocument
from tieline.rulebook.models.exhibits import ExhibitKind

LARGEST = 50 * 1024 * 1024
LEADER = " ........ "
GARBAGE_SHARE = 0.01
PAGE_SHARE = 0.5
SITE = frozenset(("header", "footer"))
SITE_ROLES = frozenset(("banner", "contentinfo", "search", "dialog", "alertdialog"))
SCOPED = ("main", "article", "section", "blockquote", "td", "li", "dd")
CONTENTS_NAMES = frozenset(("toc", "table-of-contents", "tableofcontents", "doc-toc", "navigation", "directory"))
ONLY_A_SIGN = re.compile(r"[\W_]{1,2}")
OWN_LABEL = re.compile(r"^\(?(?P<label>\w{1,5})[).]\s")
COUNTED = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


@dataclass(frozen=True)
class _Around:
    """What holds inside an element."""

    bold: bool = False
    shaded: bool = False
    contents: bool = False
    preformatted: bool = False
    heading: int = 0


@dataclass
class _List:
    """A numbered list and how far it has counted."""

    counting: str
    count: int
    step: int = 1


@dataclass
class _Open:
    """The line that is being read."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)
    marker: str = ""
    exhibits: list[ExhibitText] = field(default_factory=list)


def extract_html(content: bytes, *, name: str) -> SourceText:
    """The lines of a web page; refuses one that is too large, holds no text, or is no text at all."""
    if len(content) > LARGEST:
        raise UnreadableDocument(f"“{name}” is larger than {LARGEST >> 20} MB; it is not read.")
    text = decoded(content)
    if _is_garbage(text):
        raise UnreadableDocument(f"“{name}” is damaged: it begins like a web page but holds other than text.")
    reading = _Reading(_parse(text, name))
    reading.whole()
    if not any(line.text for line in reading.lines):
        raise UnreadableDocument(f"“{name}” holds no text.")
    return SourceText(_on_paper(_captioned(reading.lines)), aside=tuple(reading.aside))


def _is_garbage(text: str) -> bool:
    strange = sum(1 for _ in re.finditer(r"[\x00-\x08\x0e-\x1f\x7f\ufffd]", text))
    return strange > GARBAGE_SHARE * len(text)


def _parse(text: str, name: str) -> etree._Element:
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as problem:
        raise UnreadableDocument(f"“{name}” holds no text.") from problem
    if any(found.level_name == "FATAL" for found in parser.error_log):
        raise UnreadableDocument(f"“{name}” is damaged: its elements stand too deep in one another to be read.")
    return root


def _captioned(lines: list[Line]) -> list[Line]:
    """Name a table by the line above it, or a picture by the line below it, that reads “Table 3 …”."""
    return [_named(line, lines[max(0, at - 1) : at], lines[at + 1 : at + 2]) for at, line in enumerate(lines)]


def _named(line: Line, above: list[Line], below: list[Line]) -> Line:
    def named(one: ExhibitText) -> ExhibitText:
        near = [*above, *below] if one.kind == ExhibitKind.TABLE else [*below, *above]
        caption = next((found.text for found in near if is_caption(found.text)), "")
        return one if one.caption or one.kind == ExhibitKind.FORMULA else replace(one, caption=caption)

    return replace(line, exhibits=tuple(named(one) for one in line.exhibits)) if line.exhibits else line


def _on_paper(lines: list[Line]) -> tuple[Line, ...]:
    """A ground under most of the page is the page's own colour and marks nothing."""
    if sum(line.is_shaded for line in lines) > PAGE_SHARE * len(lines):
        return tuple(replace(line, is_shaded=False) for line in lines)
    return tuple(lines)


class _Reading:
    """One walk over a page."""

    def __init__(self, root: etree._Element) -> None:
        self.root, self.styles = root, read_styles(root)
        self.lines: list[Line] = []
        self.aside: list[Line] = []
        self.around = [_Around()]
        self.lists: list[_List | None] = []
        self.open = _Open()

    def whole(self) -> None:
        """Read every element once, in order, without recursion: pages nest as deep as they like."""
        walk = etree.iterwalk(self.root, events=("start", "end"))
        skipped: etree._Element | None = None
        for event, element in walk:
            if event == "start":
                if self._is_left_out(element) or self._is_rows(element) or self._is_shown(element):
                    skipped = element
                    walk.skip_subtree()
                else:
                    self._start(element)
            else:
                if element is skipped:
                    skipped = None
                else:
                    self._end(element)
                self._say(element.tail, self.around[-1])
        self._close()

    def _is_left_out(self, element: etree._Element) -> bool:
        """Whether the element is no text, or none of the rules; what it says then goes aside."""
        if not isinstance(element.tag, str) or element.tag in NO_TEXT:
            return True
        if not (_is_aside(element) or is_hidden(element, self.styles.of(element))):
            return element.tag == "a" and _is_sign(element)
        if text := words(element, self.styles, is_all=True):
            self.aside.append(Line(text))
        return True

    def _is_rows(self, element: etree._Element) -> bool:
        """Read a table of several columns whole: one line a row."""
        if element.tag != "table" or all(len(row) <= 1 for row in own_rows(element)):
            return False
        self._close()
        shaded = self.around[-1].shaded or has_ground(element, self.styles.of(element))
        rows, exhibits = _table(element, self.styles)
        for at, row in enumerate(rows):
            self.lines.append(Line(row, is_shaded=shaded, exhibits=() if at else exhibits))
        if exhibits and not rows:
            self.lines.append(Line("", is_shaded=shaded, exhibits=exhibits))
        return True

    def _is_shown(self, element: etree._Element) -> bool:
        """Take in a formula, which is text as well, or a picture."""
        if is_formula(element):
            formula = formula_shown(element)
            self._say(f" {formula.text} ", self.around[-1])
            self.open.exhibits.append(formula)
        elif element.tag == "img":
            if picture := picture_shown(element, self.styles):
                self.open.exhibits.append(picture)
        else:
            return False
        return True

    def _start(self, element: etree._Element) -> None:
        declared = self.styles.of(element)
        above = self.around[-1]
        if element.tag in BLOCKS:
            self._close()
        elif element.tag == "br":
            self._break(above)
        if element.tag == "ol":
            self.lists.append(_list(element, self.styles))
        elif element.tag in ("ul", "menu"):
            self.lists.append(None)
        elif element.tag == "li":
            self.open.marker = _marker(element, self.lists[-1] if self.lists else None)
        heading = re.fullmatch(r"h([1-6])", str(element.tag))
        self.around.append(
            _Around(
                bold=is_bold(element, declared, above=above.bold),
                shaded=above.shaded or (element.tag in BLOCKS and has_ground(element, declared)),
                contents=above.contents or _is_contents(element),
                preformatted=above.preformatted or element.tag == "pre",
                heading=int(heading[1]) if heading else above.heading,
            )
        )
        self._say(element.text, self.around[-1])

    def _end(self, element: etree._Element) -> None:
        if element.tag in BLOCKS:
            self._close()
        if element.tag in ("ol", "ul", "menu"):
            self.lists.pop()
        if element.tag == "li":
            self.open = _Open()
        self.around.pop()

    def _say(self, text: str | None, around: _Around) -> None:
        if not text:
            return
        first, *others = text.split("\n") if around.preformatted else (text,)
        self.open.pieces.append((first, around.bold))
        for other in others:
            self._close()
            self.open.pieces.append((other, around.bold))

    def _break(self, around: _Around) -> None:
        """A line break is one in text, and a space in a heading."""
        if around.heading:
            self.open.pieces.append((" ", around.bold))
        else:
            self._close()

    def _close(self) -> None:
        """End the line that is being read; a label with no text yet waits for it."""
        text = " ".join("".join(piece for piece, _ in self.open.pieces).split())
        if text:
            self.lines.append(_line(text, self.open, self.around[-1]))
        elif self.open.exhibits:
            self.lines.append(Line("", is_shaded=self.around[-1].shaded, exhibits=tuple(self.open.exhibits)))
        self.open = _Open(marker="" if text else self.open.marker)


def _line(text: str, read: _Open, around: _Around) -> Line:
    marker = "" if _says_itself(text, read.marker) else read.marker
    lead = _lead(read.pieces)
    if around.contents:
        return Line(text + LEADER, is_contents=True)
    return Line(
        f"{marker}. {text}" if marker else text,
        lead=lead,
        is_shaded=around.shaded,
        heading_level=around.heading,
        marker=marker,
        exhibits=tuple(read.exhibits),
    )


def _says_itself(text: str, marker: str) -> bool:
    """Whether the text begins with the label that its list would count."""
    own = OWN_LABEL.match(text + " ")
    return own is not None and own["label"].casefold() == marker.casefold()


def _lead(pieces: list[tuple[str, bool]]) -> str:
    words = ""
    for piece, bold in pieces:
        if piece.strip() and not bold:
            break
        words += piece
    return " ".join(words.split())


def _is_aside(element: etree._Element) -> bool:
    if element.tag in DELETED or element.get("role", "") in SITE_ROLES:
        return True
    return element.tag in SITE and next(element.iterancestors(*SCOPED), None) is None


def _is_sign(element: etree._Element) -> bool:
    """Whether a link is a mere sign, such as the one that gives a heading's address."""
    return bool(ONLY_A_SIGN.fullmatch("".join(element.itertext()).strip())) and bool(element.get("href"))


def _is_contents(element: etree._Element) -> bool:
    names = {element.get("id", ""), element.get("role", ""), *element.get("class", "").split()}
    return element.tag == "nav" or bool(CONTENTS_NAMES.intersection(name.lower() for name in names))


def _list(element: etree._Element, styles: StyleSheet) -> _List:
    items = sum(child.tag == "li" for child in element)
    is_reversed = element.get("reversed") is not None
    start = _whole_number(element.get("start"), items if is_reversed else 1)
    step = -1 if is_reversed else 1
    return _List(counting_of(element, styles.of(element)), start - step, step)


def _marker(item: etree._Element, counted: _List | None) -> str:
    """The label a browser shows before a list item; nothing for a list of points."""
    if counted is None:
        return ""
    counted.count = _whole_number(item.get("value"), counted.count + counted.step)
    is_counted = counted.counting and 0 < counted.count < 10_000
    return written(counted.count, COUNTED[counted.counting]) if is_counted else ""


def _whole_number(said: str | None, otherwise: int) -> int:
    return int(said) if said and re.fullmatch(r"-?\d{1,9}", said.strip()) else otherwise


def _table(table: etree._Element, styles: StyleSheet) -> tuple[list[str], tuple[ExhibitText, ...]]:
    """A table of several columns in lines, its caption first, and what it shows."""
    cells = [[words(cell, styles) for cell in row] for row in own_rows(table)]
    filled = [row for row in cells if any(row)]
    caption = table.find("caption")
    said = [words(caption, styles)] if caption is not None else []
    pictures = tuple(pictures_in(table, styles))
    if is_layout(table, filled):
        return [line for line in (*said, *(" ".join(filter(None, row)) for row in filled)) if line], pictures
    rows = [line for line in (*said, *(" | ".join(row) for row in filled)) if line]
    return rows, (table_shown(table, styles), *pictures) if filled else pictures
