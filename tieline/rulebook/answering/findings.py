"""What did the search find for a question, and how sure is it that the rules answer it?

The one place where the answer meets the search; it adds the places that the question itself cites. A letter tells a
story and asks in a sentence or two, so that a place which only the story names is not what it asks about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tieline.kernel.profile import current_profile
from tieline.rulebook import profile, queries
from tieline.rulebook.answering.sentences import sentences
from tieline.rulebook.citing.citations import Citation, find_citations
from tieline.rulebook.queries import Band, Hit
from tieline.rulebook.retrieval.words import terms

REQUEST = re.compile(
    r"(?i)\b(?:please|kindly|could you|can you|would you)?\s*(?:tell|advise|inform|confirm to|explain to|let) (?:us|me)"
    r"(?: know)?\b|\b(?:would|should) like to (?:know|understand|learn|ask)\b|\bwe (?:ask|wonder)\b"
    r"|\bplease (?:advise|confirm|explain|clarify)\b|\b(?:not (?:sure|clear)|unclear|unsure)\b"
)
SAYS = re.compile(r"(?i)\b(?:says?|said|states?|reads?|means?|requires?|tells?|sections?|paragraphs?|rules?|please)\b")
MOST_CITED, MOST_IN_CITED = 3, 60
LEAST_ASKED = 3
"""Telling words without which a sentence taken by itself asks nothing, and a place that is named is asked for whole."""
SURE = 0.8
SURENESS = (Band.NOT_FOUND, Band.NEAREST, Band.ANSWERED)


@dataclass(frozen=True)
class Findings:
    """What was found; `is_named` when a place itself is asked for, and nothing else; `absent` the named places that
    are not in force, `rest` the question as it was read, without the places it names.
    """

    hits: tuple[Hit, ...]
    band: Band
    probability: float | None
    missing: tuple[str, ...]
    rest: str
    is_named: bool = False
    absent: tuple[str, ...] = ()

    @property
    def is_likely(self) -> bool:
        """Whether sentences are worth weighing; of a question of very few words the search cannot tell."""
        is_short = self.band is Band.NEAREST and self.probability is None and not self.absent
        return self.band is Band.ANSWERED or is_short

    @property
    def is_doubtful(self) -> bool:
        """Whether the search is not sure enough for its finds to be taken at their word."""
        return self.band is not Band.ANSWERED or (self.probability is not None and self.probability < SURE)


def findings(question: str, *, as_at: date, book: str | None, limit: int) -> Iterator[Findings]:
    """What was found, in the ways in which the question can be read; the likeliest way first.

    The places that it asks about, then what the search finds for its words; where it names places only in passing,
    the other way round.
    """
    cited = _cited(question)
    searched = _without(question, cited) if cited else question
    asking = _asking(question)
    if not cited:
        yield _searched(searched, as_at=as_at, book=book, limit=limit)
        return
    asked = " ".join(asking) or question
    is_asked_about = bool(_cited(asked))
    named = _named(cited, _without(asked, _cited(asked)), is_asked_about, as_at=as_at, book=book)
    if is_asked_about and named.hits:
        yield named
    if not named.is_named or not named.hits:
        yield replace(_searched(searched, as_at=as_at, book=book, limit=limit), absent=named.absent)
    if not is_asked_about:
        yield named


def _named(cited: Sequence[Citation], rest: str, is_asked_about: bool, *, as_at: date, book: str | None) -> Findings:
    """The cited places; near them what is there instead, where none of them is in force."""
    inside: dict[int, Hit] = {}
    nearest: dict[int, Hit] = {}
    absent = []
    for citation in cited:
        found = queries.find(str(citation), as_at=as_at, book=book or citation.book, limit=MOST_IN_CITED)
        held = {hit.version_id: hit for hit in found if _is_inside(hit, citation)}
        inside |= held
        if not held:
            nearest |= {hit.version_id: hit for hit in found}
            absent.append(str(citation))
    band = Band.ANSWERED if inside else Band.NEAREST if nearest else Band.NOT_FOUND
    is_named = is_asked_about and len(set(terms(SAYS.sub(" ", rest)))) < LEAST_ASKED
    return Findings(tuple((inside or nearest).values()), band, None, (), rest, is_named, tuple(absent))


def _cited(question: str) -> list[Citation]:
    rulebook = current_profile().get(profile.Rulebook)
    found = find_citations(question, rulebook.grammar, rulebook.books)
    return [one for one in found if one.is_explicit][:MOST_CITED]


def _without(question: str, cited: Sequence[Citation]) -> str:
    for one in sorted(cited, key=lambda citation: -citation.start):
        if not one.is_implied:
            question = f"{question[: one.start]} {question[one.end :]}"
    return question


def _is_inside(hit: Hit, citation: Citation) -> bool:
    if hit.section == citation.section:
        return not citation.path or hit.paragraph == citation.path or hit.paragraph.startswith(citation.path + "(")
    return not citation.path and hit.section.startswith(citation.section + ".")


def _searched(question: str, *, as_at: date, book: str | None, limit: int) -> Findings:
    """What the search finds for the question, read in the way of which it is surest."""
    read = [_found(reading, as_at=as_at, book=book, limit=limit) for reading in _readings(question)]
    return max(read, key=lambda one: (SURENESS.index(one.band), one.probability or 0.0))


def _found(reading: str, *, as_at: date, book: str | None, limit: int) -> Findings:
    found = queries.search(reading, as_at=as_at, book=book, limit=limit)
    return Findings(found.hits, found.band, found.probability, found.missing, reading)


def _readings(question: str) -> list[str]:
    """The question as a whole; of a letter also what it asks alone, and that with its first sentence, which says what
    it is about; where it asks nothing in so many words, that first sentence alone.
    """
    parts, asking = _parts(question), _asking(question)
    if len(parts) < 2 or len(asking) == len(parts):
        return [question]
    asked = " ".join(asking) or parts[0]
    titled = asked if parts[0] in asking or not asking else f"{parts[0]} {asked}"
    narrower = [one for one in dict.fromkeys((titled, asked)) if len(set(terms(one))) >= LEAST_ASKED]
    return [question, *(one for one in narrower if one != question)]


def _parts(question: str) -> list[str]:
    return [one.of(question) for one in sentences(question)]


def _asking(question: str) -> list[str]:
    """The sentences of a letter that ask, with a question mark; else what follows a request to be told something."""
    parts = _parts(question)
    if asking := [part for part in parts if part.endswith("?")]:
        return asking
    requests = [(part, REQUEST.search(part)) for part in parts]
    return [part[found.end() :].strip(" ,:") or part for part, found in requests if found]
