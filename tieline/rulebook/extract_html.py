"""Which lines does a web page hold, with the labels its lists count by themselves, in tables and on coloured
grounds?

One walk over the page's elements: what a browser shows as a block is a line. Deleted text is left out, inserted
text kept. Hidden and deleted text and the site's own head and foot are kept aside, so that the import can say
that they were left out. Nothing outside the file is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree, html

from tieline.rulebook.docx_numbering import written
from tieline.rulebook.html_bytes import decoded
from tieline.rulebook.html_styles import StyleSheet, counting_of, has_ground, is_bold, is_hidden, read_styles
from tieline.rulebook.lines import Line, SourceText, UnreadableDocument

LARGEST = 50 * 1024 * 1024
LEADER = " ........ "
GARBAGE_SHARE = 0.01
PAGE_SHARE = 0.5
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table"
    " tbody td tfoot th thead tr ul".split()
)
NO_TEXT = frozenset(
    "script style template noscript iframe object embed svg canvas head title button select textarea datalist"
    " audio video map".split()
)
DELETED = frozenset(("del", "s", "strike"))
SITE = frozenset(("header", "footer"))
SITE_ROLES = frozenset(("banner", "contentinfo", "search", "dialog", "alertdialog"))
SCOPED = ("main", "article", "section", "blockquote", "td", "li", "dd")
CONTENTS_NAMES = frozenset(("toc", "table-of-contents", "tableofcontents", "doc-toc", "navigation", "directory"))
ONLY_A_SIGN = re.compile(r"[\W_]{1,2}")
OWN_LABEL = re.compile(r"^\(?(?P<label>\w{1,5})[).]\s")
LABEL_CELL = re.compile(r"^(?:\(\w{1,5}\)|\w{1,3}[.)])$")
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


def extract_html(content: bytes, *, name: str) -> SourceText:
    """The lines of a web page; refuses one that is too large, holds no text, or is no text at all."""
    if len(content) > LARGEST:
        raise UnreadableDocument(f"“{name}” is larger than {LARGEST >> 20} MB; it is not read.")
    text = decoded(content)
    if _is_garbage(text):
        raise UnreadableDocument(f"“{name}” is damaged: it begins like a web page but holds other than text.")
    reading = _Reading(_parse(text, name))
    reading.whole()
    if not reading.lines:
        raise UnreadableDocument(f"“{name}” holds no text.")
    return SourceText(_on_paper(reading.lines), aside=tuple(reading.aside))


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
                if self._is_left_out(element) or self._is_rows(element):
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
        if text := _words(element, self.styles, is_all=True):
            self.aside.append(Line(text))
        return True

    def _is_rows(self, element: etree._Element) -> bool:
        """Read a table of several columns whole: one line a row."""
        if element.tag != "table" or (rows := _rows(element, self.styles)) is None:
            return False
        self._close()
        shaded = self.around[-1].shaded or has_ground(element, self.styles.of(element))
        for row in rows:
            self.lines.append(Line(row, is_shaded=shaded))
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


def _rows(table: etree._Element, styles: StyleSheet) -> list[str] | None:
    """The rows of a table; None if it has one column, so that it is a box around ordinary text."""
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    cells = [[_words(cell, styles) for cell in row if cell.tag in ("td", "th")] for row in rows]
    if all(len(row) <= 1 for row in cells):
        return None
    filled = [row for row in cells if any(row)]
    joint = " " if _is_layout(table, filled) else " | "
    return [joint.join(row if joint != " " else [cell for cell in row if cell]) for row in filled]


def _is_layout(table: etree._Element, rows: list[list[str]]) -> bool:
    """Whether the table only puts labels beside their paragraphs."""
    if table.get("role") in ("presentation", "none"):
        return True
    return all(LABEL_CELL.match(next(cell for cell in row if cell)) and sum(map(bool, row)) == 2 for row in rows)


def _words(element: etree._Element, styles: StyleSheet, *, is_all: bool = False) -> str:
    """What an element says in one line; hidden and deleted parts of it only if all is asked for."""
    return " ".join("".join(_pieces(element, styles, is_all=is_all)).split())


def _pieces(element: etree._Element, styles: StyleSheet, *, is_all: bool) -> Iterator[str]:
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        if event == "end":
            yield " " if inner.tag in BLOCKS else ""
            yield (inner.tail or "") if inner is not element else ""
        elif _is_silent(inner, styles, is_all=is_all):
            walk.skip_subtree()
        else:
            yield " " if inner.tag in BLOCKS or inner.tag == "br" else ""
            yield inner.text or ""


def _is_silent(element: etree._Element, styles: StyleSheet, *, is_all: bool) -> bool:
    if not isinstance(element.tag, str) or element.tag in NO_TEXT:
        return True
    return not is_all and (element.tag in DELETED or is_hidden(element, styles.of(element)))
