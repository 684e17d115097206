"""How is a stranger's HTML shown to staff without harm? It is cleaned each time it is rendered, never when
stored.

No script, form, frame or foreign style survives; links go only to the web or to mail; remote pictures are
replaced by a placeholder that carries the address, so that opening a message tells its sender nothing. The
one module that uses nh3.
"""

import html as markup
import re
from collections.abc import Callable
from dataclasses import dataclass

import nh3

_TAGS = frozenset(
    "a abbr address b big blockquote br caption center cite code col colgroup dd del dfn div dl dt em font"
    " h1 h2 h3 h4"
    " h5 h6 hr i img ins kbd li ol p pre q s samp small span strike strong sub sup table tbody td tfoot th"
    " thead tr"
    " tt u ul var wbr".split()
)
_DROPPED_WITH_CONTENT = frozenset(
    "script style title iframe object embed applet noscript noembed noframes template textarea select"
    " button svg math"
    " xmp plaintext audio video canvas".split()
)
_ATTRIBUTES = {
    "*": {"dir", "lang", "title", "align", "valign", "style"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "width", "bgcolor"},
    "th": {"colspan", "rowspan", "width", "bgcolor"},
    "table": {"width", "border", "cellpadding", "cellspacing", "bgcolor"},
    "font": {"color", "size", "face"},
    "ol": {"start", "type"},
    "col": {"span", "width"},
}
_STYLES = frozenset(
    "color background-color font-weight font-style font-size font-family text-align text-decoration"
    " text-indent"
    " vertical-align white-space border border-collapse border-spacing border-color border-style border-width"
    " padding padding-left padding-right padding-top padding-bottom margin-left list-style-type".split()
)
_SCHEMES = frozenset({"http", "https", "mailto", "cid"})
_LINK = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f]+", re.IGNORECASE)
_BLOCKED = "cid:blocked-remote-picture:"
_BLOCKED_IMAGE = re.compile(rf'(<img\b[^>]*?) src="{_BLOCKED}([^"]*)"')
_HARMFUL_STYLE = re.compile(r"url\s*\(|expression|@import|\\", re.IGNORECASE)
_VOID = frozenset("area base br col embed hr img input link meta p li td th tr tbody wbr".split())
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_DEEPEST = 1_500
_LONGEST = 2_000_000

PictureAddress = Callable[[str], str | None]
"""From a picture's Content-ID to the address that serves it, or None when the message holds no such picture.
"""


@dataclass(frozen=True)
class CleanHtml:
    """HTML that may be put on a page, how many remote pictures were held back, and from which hosts."""

    html: str
    blocked_images: int
    blocked_hosts: tuple[str, ...] = ()


def _no_picture(content_id: str) -> str | None:
    return None


def clean_html(html: str, *, picture_address: PictureAddress = _no_picture) -> CleanHtml:
    """The HTML with all that could act taken out; what is too deep or too long to clean is shown as plain
    text.
    """
    if is_abusive(html):
        return CleanHtml(f"<pre>{markup.escape(html[:_LONGEST])}</pre>", 0)
    cleaned = nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_filter_with(picture_address),
        url_schemes=set(_SCHEMES),
        link_rel="noopener nofollow noreferrer",
        filter_style_properties=set(_STYLES),
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    hosts = sorted({_host(markup.unescape(address)) for _, address in _BLOCKED_IMAGE.findall(cleaned)})
    shown, blocked = _BLOCKED_IMAGE.subn(r'\1 data-blocked-src="\2"', cleaned)
    return CleanHtml(shown, blocked, tuple(hosts))


def _host(address: str) -> str:
    """Whom a picture would be asked of; what cannot be told is called so."""
    found = re.match(r"https?://(?:[^/?#@]*@)?([^/?#:@]{1,253})", address, re.IGNORECASE)
    return found[1].lower() if found else "an unclear address"


def _filter_with(picture_address: PictureAddress) -> Callable[[str, str, str], str | None]:
    def keep(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "href":
            return _safe_link(value)
        if attribute == "src":
            return _safe_picture(value, picture_address)
        if attribute == "style":
            return None if _HARMFUL_STYLE.search(value) else value
        return value

    return keep


def _safe_link(address: str) -> str | None:
    return address.strip() if _LINK.fullmatch(address.strip()) else None


def _safe_picture(address: str, picture_address: PictureAddress) -> str | None:
    scheme, _, rest = address.strip().partition(":")
    if scheme.lower() == "cid":
        return picture_address(rest.strip())
    if scheme.lower() in ("http", "https") and rest.startswith("//"):
        return _BLOCKED + address.strip()
    return None


def is_abusive(html: str) -> bool:
    """Whether the cleaner's time would run away: it grows with the square of the nesting depth."""
    if len(html) > _LONGEST:
        return True
    depth = deepest = 0
    for closing, name in _TAG.findall(html):
        if name.lower() in _VOID:
            continue
        depth += -1 if closing else 1
        deepest = max(deepest, depth)
        depth = max(depth, 0)
    return deepest > _DEEPEST


def outline(html: str) -> str:
    """The HTML reduced to the marks that carry meaning for reading: blocks, links, and what tells a
    quotation.
    """
    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes={"*": {"class", "id", "type"}, "div": {"class", "id", "style"}, "a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
