"""Does a quotation occur in a rule's text, whatever the spaces, line ends, quotation marks and dashes look
like?
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

ALIKE = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'", "–": "-", "—": "-", "‑": "-", "\u00ad": None}
)


def plain(text: str) -> str:
    """A text with one form of space, quotation mark and dash."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).translate(ALIKE)).strip()


def occurs_in(text: str, quote: str) -> bool:
    """Whether the quotation stands in the text word for word."""
    sought = plain(quote).strip("\"' ")
    return bool(sought) and sought in plain(text)


def digest(text: str) -> str:
    """A fingerprint that is equal for texts that differ only in spaces, quotation marks and dashes."""
    return hashlib.sha256(plain(text).encode()).hexdigest()
