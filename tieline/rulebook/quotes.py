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

LEFT_OUT = re.compile(r"\[?\s?(?:\.{3,4}|(?:\. ){2,3}\.)\s?\]?")
"""What stands in a letter for words that were left out; what is kept as a citation may not leave any out."""
LETTER_TURNED = re.compile(r"\[(\w)\]")
NOT_WITHIN_BEFORE = r"(?<!\w)(?<!\d[.,](?=\d))(?<!\bnon-)"
"""“5 days” is no quotation of “15 days” nor of “1.5 days”, and “able to pay” none of “unable to pay”."""


def plain(text: str) -> str:
    """A text with one form of space, quotation mark and dash."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).translate(ALIKE)).strip()


def occurs_in(text: str, quote: str) -> bool:
    """Whether the quotation stands in the text word for word: whole words, and whole numbers."""
    return _found(plain(text), plain(quote), 0) is not None


def occurs_in_parts(text: str, quote: str) -> bool:
    """Whether what a letter quotes stands in the text, as letters quote: with words left out between its parts, a
    first letter made small or great, and a comma of the letter's own before the closing mark.
    """
    flat, position = plain(text), 0
    for part in LEFT_OUT.split(LETTER_TURNED.sub(r"\1", plain(quote)).rstrip(",;: ")):
        words = part.strip("\"' ").rstrip(".")
        found = _found(flat, words, position) or _found(flat, words[:1].swapcase() + words[1:], position)
        if found is None and re.search(r"\w", part):
            return False
        position = found.end() if found else position
    return position > 0


def _found(flat: str, quote: str, position: int) -> re.Match[str] | None:
    sought = quote.strip("\"' ")
    if not re.search(r"\w", sought):
        return None
    pattern = re.compile(rf"{NOT_WITHIN_BEFORE}{re.escape(sought)}{_not_within_after(sought)}")
    return pattern.search(flat, position)


def _not_within_after(sought: str) -> str:
    """What may not follow, so that “10” is no quotation of “10.5” nor “bill” one of “billed”."""
    return r"(?!\w)(?![.,]\d)" if sought[-1].isdigit() else r"(?!\w)" if re.match(r"\w", sought[-1]) else ""


def digest(text: str) -> str:
    """A fingerprint that is equal for texts that differ only in spaces, quotation marks and dashes."""
    return hashlib.sha256(plain(text).encode()).hexdigest()
