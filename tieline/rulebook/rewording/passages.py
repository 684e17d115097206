"""Which words of the rules carry a sentence? The quote where it stands, and the rule's sentence around it.

A quote may be cut so that it loses a “not” before it or an “unless” after it. Hence each passage keeps three
lengths: the words quoted, the clause they stand in, and the whole sentence of the rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tieline.rulebook import quotes
from tieline.rulebook.rewording.material import Quoted, SentenceQuote

FEWEST_WORDS = 3
BETWEEN_SENTENCES = re.compile(
    r"(?<=[.;?!:])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bNo\.)(?<!\b[ap]\.m\.)\s+(?=[A-Z(“\"\d])"
    r"|(?<=;)\s+(?=(?:the|an?|each|any|all|no)\s)"
)
CLAUSE_BORDER = re.compile(r"[;:.!?](?=\s)|,(?=\s)")
OPENING = re.compile(
    r"(?i)^(?:as to|as regards|with regard to|regarding|concerning|about|for|on|in answer to|you asked(?: about)?)\s+"
    r"(?:[^,;:]*\b)?your?\b[^,;:]*[,;:]\s+"
)
WITH_A_SUBJECT = r"(?=(?:the|an?|each|any|all|no|such|if|when|unless)\b|[A-Z])"
BETWEEN_CLAUSES = re.compile(rf";\s+|,\s+(?:and|but|while|whereas)\s+{WITH_A_SUBJECT}")
DUTY_WORD = re.compile(r"\b(?:shall|must|may|should|will)\b")
BETWEEN_DUTIES = re.compile(r",?\s+(?:and|but)\s+(?=(?:shall|must|may|should|will)\b)")


@dataclass(frozen=True)
class Passage:
    """A part of a quote; `clause` is that part up to the marks around it, `whole` the clause with a subject of its
    own that it stands in, `sentence` all of the rule's sentence.
    """

    quoted: str
    clause: str
    whole: str
    sentence: str
    label: str


def unfit_quote(quote: SentenceQuote, evidence: Mapping[int, Quoted]) -> str:
    """Why a quote carries nothing; "" if it does."""
    if quote.version_id not in evidence:
        return "It cites a paragraph that is not among those found."
    words = quotes.plain(quote.quote).strip("\"' ")
    text = quotes.plain(evidence[quote.version_id].text)
    if _span(text, words) is None:
        return f"Its quote does not stand in {evidence[quote.version_id].label}."
    if len(words.split()) < FEWEST_WORDS and words != text.strip("\"' "):
        return "Its quote is too short to carry anything."
    return ""


def passages_of(quote: SentenceQuote, source: Quoted) -> Iterator[Passage]:
    """The quote cut along the sentences of its paragraph, these along their clauses, these along their duties."""
    text = quotes.plain(source.text)
    span = _span(text, quotes.plain(quote.quote).strip("\"' "))
    assert span is not None
    for opened, closed in _pieces(text, 0, len(text), BETWEEN_SENTENCES):
        for first, last in _pieces(text, opened, closed, BETWEEN_CLAUSES):
            lead_end = _lead_end(text, first, last)
            for begun, ended in _pieces(text, first, last, BETWEEN_DUTIES):
                start, end = max(span[0], begun), min(span[1], ended)
                if text[start:end].strip():
                    left, right = _clause(text, start, end, begun, ended)
                    lead = "" if begun == first else text[max(span[0], first) : min(span[1], lead_end)]
                    yield Passage(
                        quoted=lead + text[start:end],
                        clause=lead + text[left:right],
                        whole=lead + text[begun:ended],
                        sentence=text[opened:closed],
                        label=source.label,
                    )


def _lead_end(text: str, first: int, last: int) -> int:
    """Where a clause has said who it is about and when; several duties may follow."""
    found = DUTY_WORD.search(text, first, last)
    return found.start() if found else first


def own_words(quote: SentenceQuote, source: Quoted) -> SentenceQuote:
    """The quote as the rule writes it, whatever the model made of spaces and dashes."""
    text = quotes.plain(source.text)
    span = _span(text, quotes.plain(quote.quote).strip("\"' "))
    return SentenceQuote(quote.version_id, text[slice(*span)]) if span else quote


def opening_and_clauses(text: str) -> tuple[str, tuple[str, ...]]:
    """What a sentence says of the writer's own matter before it comes to the rule, and its clauses."""
    found = OPENING.match(text)
    opening = found[0] if found else ""
    return opening, tuple(part for part in BETWEEN_CLAUSES.split(text[len(opening) :]) if part.strip())


def _span(text: str, words: str) -> tuple[int, int] | None:
    """Where the words stand in the text as whole words: “0 days” is not in “10 days”."""
    if not words:
        return None
    found = re.search(rf"(?<![\w.,$-]){re.escape(words)}(?![\w%]|[.,-]\d|-\w)", text)
    return found.span() if found else None


def _pieces(text: str, start: int, end: int, between: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for found in between.finditer(text, start, end):
        yield start, found.start()
        start = found.end()
    yield start, end


def _clause(text: str, start: int, end: int, opened: int, closed: int) -> tuple[int, int]:
    """The quote widened to the marks around it."""
    before = [found.end() for found in CLAUSE_BORDER.finditer(text, opened, start)]
    after = CLAUSE_BORDER.search(text, max(end - 1, opened), closed)
    return (before[-1] if before else opened), (after.end() if after else closed)
