"""What does an HTML message say in plain words, and which of its lines are somebody else's?

The cleaned outline of the HTML is walked once, tag by tag. Text inside what mail programs use to wrap a
quotation gets the usual "> " before its lines, so that the rules of `quoting` serve plain and HTML mail
alike.
"""

import html as markup
import re
from dataclasses import dataclass, field

from tieline.mail.cleaning import is_abusive, outline

_TOKEN = re.compile(r"<[^>]*>|[^<]+")
_NAME = re.compile(r"<(/?)([a-z0-9]+)")
_BLOCKS = frozenset(
    "address blockquote caption center dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table tr ul".split()
)
_SPACED = frozenset("p h1 h2 h3 h4 h5 h6 ul ol table blockquote pre".split())
_VOID = frozenset("br hr img col wbr".split())
_ATTRIBUTE = re.compile(r'\b(class|id|type|style)="([^"]*)"')
_QUOTE_CLASSES = frozenset(
    "gmail_quote gmail_quote_container moz-cite-prefix yahoo_quoted protonmail_quote zmail_extra"
    " moz-forward-container freebirdformreply tutanota_quote".split()
)
_QUOTE_IDS = frozenset({"olk_src_body_section", "isforwardcontent", "isreplycontent", "reply-intro"})
_REST_IDS = frozenset({"divrplyfwdmsg", "appendonsend", "mail-editor-reference-message-container"})
_BREAK = "\n"


@dataclass
class _Page:
    """The text gathered so far and where in the nest of elements we stand."""

    lines: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    elements: list[tuple[str, bool]] = field(default_factory=list)
    quotes: int = 0
    preformatted: int = 0
    rest_is_quoted: bool = False

    def end_line(self) -> None:
        text = "".join(self.words)
        self.words.clear()
        line = text.rstrip() if self.preformatted else re.sub(r"[ \t\r\n\f\xa0]+", " ", text).strip()
        if line:
            self.lines.append(self._prefix() + line)

    def blank(self) -> None:
        self.end_line()
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(self._prefix().rstrip())

    def _prefix(self) -> str:
        depth = self.quotes + self.rest_is_quoted
        return ">" * depth + " " if depth else ""


def html_to_text(html: str) -> str:
    """The words of an HTML message as plain text, quoted lines marked with "> "."""
    if is_abusive(html):
        return markup.unescape(re.sub(r"<[^<>]{0,2000}>", " ", html[:200_000]))
    page = _Page()
    for token in _TOKEN.findall(outline(html)):
        if token.startswith("<"):
            _take_tag(page, token)
        else:
            _take_words(page, markup.unescape(token))
    page.end_line()
    return _BREAK.join(page.lines).strip(_BREAK)


def _take_words(page: _Page, words: str) -> None:
    if not page.preformatted:
        page.words.append(words)
        return
    first, *others = words.split("\n")
    page.words.append(first)
    for line in others:
        page.end_line()
        page.words.append(line)


def _take_tag(page: _Page, token: str) -> None:
    found = _NAME.match(token)
    if found is None:
        return
    closing, name = found.groups()
    if name == "br":
        _break_line(page)
    elif closing:
        _leave(page, name)
    else:
        _enter(page, name, token)


def _break_line(page: _Page) -> None:
    if "".join(page.words).strip():
        page.end_line()
    else:
        page.blank()


def _enter(page: _Page, name: str, token: str) -> None:
    if name in _BLOCKS:
        page.blank() if name in _SPACED else page.end_line()
    elif name in ("td", "th") and page.words:
        page.words.append("  ")
    if name == "hr":
        page.lines.append("_" * 32)
    if name == "li":
        page.words.append("- ")
    if name not in _VOID:
        quotes = _opens_quote(page, name, token)
        page.elements.append((name, quotes))
        page.quotes += quotes
        page.preformatted += name == "pre"


def _opens_quote(page: _Page, name: str, token: str) -> bool:
    if name == "blockquote":
        return True
    known = {key: value.lower() for key, value in _ATTRIBUTE.findall(token)}
    if known.get("id", "").removeprefix("x_") in _REST_IDS:
        page.rest_is_quoted = True
        return False
    classes = {word.removeprefix("x_") for word in known.get("class", "").split()}
    return bool(classes & _QUOTE_CLASSES) or known.get("id", "").removeprefix("x_") in _QUOTE_IDS


def _leave(page: _Page, name: str) -> None:
    if name in _BLOCKS:
        page.blank() if name in _SPACED else page.end_line()
    if not page.elements or page.elements[-1][0] != name:
        return
    _, quoted = page.elements.pop()
    page.quotes -= quoted
    page.preformatted -= name == "pre"
