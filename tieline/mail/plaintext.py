"""How do foreign bytes become text that is safe to store, compare and show?

Every string that leaves the parser went through here: no NUL and no lone surrogate (PostgreSQL refuses both),
no unknown charset, and file names that are labels only: never a path, never a hidden character.
"""

import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header

_CHARSET_ALIASES = {
    "iso-8859-8-i": "iso-8859-8", "x-unknown": "utf-8", "unknown-8bit": "utf-8", "us-ascii": "utf-8",
    "ascii": "utf-8", "x-gbk": "gbk", "gb2312": "gb18030", "ks_c_5601-1987": "cp949", "cp-850": "cp850",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "x-sjis": "cp932", "shift_jis": "cp932", "utf-7": "utf-8",
}  # fmt: skip
_TEXT_CODECS = frozenset({"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"})
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NAME_BREAKERS = re.compile(r'[/\\:*?"<>|]+')
_LABEL_LENGTH = 150


def storable(text: str) -> str:
    """The text without the two things a database text column refuses: NUL and lone surrogates."""
    return _UNSTORABLE.sub("", text) if _UNSTORABLE.search(text) else text


def decode_bytes(payload: bytes, charset: str = "") -> str:
    """Bytes as text: by the declared charset, else UTF-8, else Windows-1252; it never fails and never guesses
    further.
    """
    for name in (_known(charset), "utf-8"):
        try:
            return storable(payload.decode(name))
        except (UnicodeDecodeError, LookupError):
            continue
    return storable(payload.decode("cp1252", "replace"))


def _known(charset: str) -> str:
    name = charset.strip().strip("\"'").lower()
    name = _CHARSET_ALIASES.get(name, name)
    # Codecs that are not character sets ("hex", "zlib", "unicode_escape") must not be chosen by a sender.
    if not re.fullmatch(r"[a-z0-9._:-]{1,40}", name) or name in _TEXT_CODECS or "\x00" in name:
        return "utf-8"
    return name if _is_character_set(name) else "utf-8"


def _is_character_set(name: str) -> bool:
    try:
        return isinstance(b"a".decode(name), str)
    except (LookupError, ValueError, AssertionError):
        # `AssertionError` and `ValueError` come from codecs that are no character sets at all.
        return False


def unfold(raw: object) -> str:
    """A header value on one line; raw 8-bit bytes in it are read as UTF-8 or Windows-1252."""
    text = str(raw)
    if not text.isascii():
        text = decode_bytes(text.encode("utf-8", "surrogateescape"))
    return storable(re.sub(r"[\r\n]+[ \t]*", " ", text)).strip()


def decode_words(text: str) -> str:
    """A header value with its encoded words (`=?utf-8?q?...?=`) read; broken ones stay as they are."""
    if "=?" not in text:
        return text
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return one_line("".join(_piece(value, charset) for value, charset in pieces))


def _piece(value: str | bytes, charset: str | None) -> str:
    if isinstance(value, str):
        return value
    return decode_bytes(value, charset or "latin1")


def one_line(text: str) -> str:
    """The text without line breaks and control characters: no header or label may start a new line."""
    return "".join(" " if _breaks(letter) else letter for letter in storable(text)).strip()


def _breaks(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Zl", "Zp")


def file_label(name: str, *, otherwise: str) -> str:
    """An attachment's name made harmless: a label to show, never a path, with nothing hidden in it."""
    normal = unicodedata.normalize("NFKC", storable(name))
    visible = "".join(letter for letter in normal if unicodedata.category(letter)[0] not in "CZ" or letter == " ")
    label = re.sub(r"\s+", " ", _NAME_BREAKERS.sub("_", visible)).strip(" ._")
    # A leading dot hides a file and a trailing one is dropped by some systems, so neither survives.
    return _shortened(label) or otherwise


def _shortened(label: str) -> str:
    if len(label) <= _LABEL_LENGTH:
        return label
    stem, dot, ending = label.rpartition(".")
    if not dot or len(ending) > 10:
        return label[:_LABEL_LENGTH].rstrip()
    return f"{stem[: _LABEL_LENGTH - len(ending) - 1].rstrip()}.{ending}"
