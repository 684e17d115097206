"""Is this file a web page, and which characters do its bytes mean?

The encoding is read as browsers read it: the byte order mark first, then what the page declares, then UTF-8 if
the bytes are that, else Windows-1252.
"""

from __future__ import annotations

import codecs
import re

HEAD = 4096
FIRST_TAG = re.compile(
    r"(?is)^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title)(?=[\s>/])"
)
PIECE = re.compile(r"(?is)^\s*<(?:h[1-6]|p|div|ol|dl|table|article|main|section)(?=[\s>])")
WEB_ARCHIVE = re.compile(
    r"(?is)^\s*(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*content-type:\s*multipart/related(?=.*text/html)"
)
DECLARED = re.compile(r"(?i)<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w:.-]+)")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WESTERN = "cp1252"
AS_BROWSERS_READ = {"iso8859-1": WESTERN, "ascii": WESTERN, "utf-16": "utf-8", "utf-16-le": "utf-8", "utf-7": WESTERN}


def is_html(content: bytes) -> bool:
    """Whether the content begins as a web page or a piece of one does."""
    head = _head(content)
    return bool(FIRST_TAG.match(head) or PIECE.match(head))


def is_web_archive(content: bytes) -> bool:
    """Whether the content is a page with its pictures packed as a letter (.mht)."""
    return bool(WEB_ARCHIVE.match(_head(content)))


def decoded(content: bytes) -> str:
    """The page's characters, those that no page may hold replaced."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace").replace("\0", "\ufffd")
    for encoding in (_declared(content), "utf-8"):
        try:
            return content.decode(encoding).replace("\0", "\ufffd")
        except UnicodeDecodeError:
            continue
    return content.decode(WESTERN, errors="replace").replace("\0", "\ufffd")


def _head(content: bytes) -> str:
    encoding = next((encoding for mark, encoding in MARKS if content.startswith(mark)), "latin-1")
    return content[:HEAD].decode(encoding, errors="replace")


def _declared(content: bytes) -> str:
    found = DECLARED.search(content[:HEAD].decode("latin-1"))
    try:
        name = codecs.lookup(found[1]).name if found else "utf-8"
        b"".decode(name)
    except LookupError:
        return "utf-8"
    return AS_BROWSERS_READ.get(name, name)
