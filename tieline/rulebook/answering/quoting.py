"""In what order, and with what around them, are the chosen sentences quoted?

A section's sentences stand as in the book, the best section first. An item of a list brings the words that lead it
in, and words that lead a list in bring its items; no quotation leaves that its version does not hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tieline.rulebook import quotes
from tieline.rulebook.answering.choosing import Candidate
from tieline.rulebook.answering.evidence import Passage, is_right_below, leads_in
from tieline.rulebook.answering.sentences import Span, sentences

MOST = 8
LEADS_IN, IS_LED_IN, SAID_BEFORE = "leads in what follows", "belongs to the list above", "said just before"
REFERS_BACK = re.compile(
    r"^(?:it|they|this|that|these|those|such|otherwise|one|both|neither|either)\b"
    r"|\b(?:in|within|for|by|at|after|before|during|under) (?:that|such|this|those|these) [a-z]+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class AnswerSentence:
    """Words quoted from a paragraph version: `quote` is its text from `start` to `end`.

    `later_from` is the day from which a later edition has other words there or none, `pending` the requests whose
    grey-boxed text will change the paragraph, `why` what made it an answer.
    """

    version_id: int
    book: str
    section: str
    paragraph: str
    title: str
    label: str
    quote: str
    start: int
    end: int
    effective_from: date
    later_from: date | None
    pending: tuple[str, ...]
    why: str

    @property
    def caveats(self) -> tuple[str, ...]:
        """What is known already to change the paragraph."""
        place, said = f"{self.section}{self.paragraph}", []
        if self.later_from is not None:
            said.append(f"{place} has these words only until {self.later_from}; a later edition is known.")
        if self.pending:
            requests = " and ".join(self.pending)
            said.append(f"{requests}, approved and not in force, will change {place}.")
        return tuple(said)

    def as_data(self) -> dict[str, object]:
        """The sentence as the command line prints it."""
        return {
            "quote": self.quote,
            "label": self.label,
            "book": self.book,
            "section": self.section,
            "paragraph": self.paragraph,
            "title": self.title,
            "version_id": self.version_id,
            "start": self.start,
            "end": self.end,
            "effective_from": self.effective_from.isoformat(),
            "later_from": self.later_from.isoformat() if self.later_from else None,
            "pending": list(self.pending),
            "why": self.why,
        }


@dataclass(frozen=True)
class Quotation:
    """A span of a passage that is to be quoted, and why."""

    passage: Passage
    span: Span
    why: str

    @property
    def place(self) -> tuple[int, int]:
        """Which words these are, whoever asked for them."""
        return self.passage.version_id, self.span.start


def lead_of(passage: Passage, context: Iterable[Passage]) -> str:
    """The words above a passage that lead it in, outermost first."""
    return " ".join(one.span.of(one.passage.text) for one in _leads(passage, context))


def quoted(chosen: Sequence[Candidate], context: Sequence[Passage]) -> list[Quotation]:
    """The chosen sentences with their lead-ins and items, section by section as in the book."""
    found: dict[tuple[int, int], Quotation] = {}
    for one in chosen:
        own = Quotation(one.passage, one.span, why(one))
        listed = _list_around(own, context)
        if found and len(found) + 1 + len(listed) > MOST:
            continue
        found[own.place] = own  # what answers by itself says so, even where it was only around another
        for other in listed[: MOST - len(found)]:
            found.setdefault(other.place, other)
    rank: dict[int, int] = {}
    for one in chosen:
        rank.setdefault(one.passage.section_id, len(rank))
    return sorted(found.values(), key=lambda one: (rank[one.passage.section_id], one.passage.place, one.span.start))


def proved(quotations: Iterable[Quotation], pending: Mapping[int, tuple[str, ...]]) -> Iterator[AnswerSentence]:
    """The quotations that stand in their version word for word, as sentences of an answer."""
    for one in quotations:
        quote = one.span.of(one.passage.text)
        if quotes.occurs_in(one.passage.text, quote):
            yield _sentence(one, quote, pending.get(one.passage.paragraph_id, ()))


def why(one: Candidate) -> str:
    """What made a sentence an answer, in words."""
    parts = [one.passage.why] if one.passage.why.endswith("as cited") else []
    if one.words:
        parts.append("holds " + ", ".join(f"“{word}”" for word in one.words))
    if one.met:
        parts.append("states " + " and ".join(one.met))
    if one.meaning is not None:
        parts.append(f"{one.meaning:.0%} alike in meaning")
    return "; ".join(parts)


def _list_around(own: Quotation, context: Iterable[Passage]) -> list[Quotation]:
    """What leads a sentence in, what it refers back to, and what it leads in."""
    passage, span = own.passage, own.span
    found = [*_leads(passage, context), *_before(own)]
    if span.lead:
        found.append(Quotation(passage, Span(*span.lead), LEADS_IN))
    if span.of(passage.text).endswith(":"):
        found.extend(_items(own, context))
    return found


def _leads(passage: Passage, context: Iterable[Passage]) -> Iterator[Quotation]:
    """The last sentence of each paragraph above that opens the list in which the passage stands."""
    for one in context:
        is_above = one.section_id == passage.section_id and passage.path.startswith(f"{one.path}(")
        if is_above and one.path and leads_in(one.text):
            yield Quotation(one, sentences(one.text)[-1], LEADS_IN)


def _before(own: Quotation) -> Iterator[Quotation]:
    """The sentence before one that speaks of “that time” or begins with “it”."""
    if REFERS_BACK.search(own.span.of(own.passage.text)):
        earlier = [one for one in sentences(own.passage.text) if one.end <= own.span.start and one != own.span]
        yield from (Quotation(own.passage, one, SAID_BEFORE) for one in earlier[-1:])


def _items(own: Quotation, context: Iterable[Passage]) -> Iterator[Quotation]:
    """The items of the list that a sentence opens, in its own text or right below."""
    inside = [one for one in sentences(own.passage.text) if one.lead == (own.span.start, own.span.end)]
    yield from (Quotation(own.passage, one, IS_LED_IN) for one in inside)
    if not inside:
        for one in context:
            if one.section_id == own.passage.section_id and is_right_below(one.path, own.passage.path):
                yield Quotation(one, sentences(one.text)[0], IS_LED_IN)


def _sentence(one: Quotation, quote: str, pending: tuple[str, ...]) -> AnswerSentence:
    passage = one.passage
    return AnswerSentence(
        version_id=passage.version_id,
        book=passage.book,
        section=passage.section,
        paragraph=passage.path,
        title=passage.title,
        label=passage.label,
        quote=quote,
        start=one.span.start,
        end=one.span.end,
        effective_from=passage.effective_from,
        later_from=passage.effective_to,
        pending=pending,
        why=one.why,
    )
