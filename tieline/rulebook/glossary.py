"""Which terms do the rule books explain on a day, where does a text use them, and what do they stand for?

A book's own explanation goes before another book's. What is kept between calls hangs on the editions in force, so
that a new edition is seen at once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from tieline.kernel.profile import current_profile
from tieline.rulebook import profile
from tieline.rulebook.finding.hits import Expansion
from tieline.rulebook.history.versions import sort_key
from tieline.rulebook.models import Edition, Term, TermKind

WORD = re.compile(r"[^\W_]+")
KEPT = 8
SHORTEST_SPOKEN_SMALL = 3
SPOKEN = frozenset(
    "a all also am an and any are as at be been but by can did do does due each end for from get had has have how if"
    " in into is it its may me my new no nor not now of off on one or our out over own per sat set she so sun than"
    " that the them then there they this to too two up us use was way we were what when who why will with yes"
    " you".split()
)

EditionMark = tuple[int, date, datetime, str]


@dataclass(frozen=True)
class DefinedTerm:
    """A term or an acronym as one book explains it, and the paragraph version that does."""

    name: str
    kind: TermKind
    meaning: str
    version_id: int
    book: str
    section: str


def terms_in_force(as_at: date, book: str | None = None) -> tuple[DefinedTerm, ...]:
    """The terms of all books on a day, by name; those of `book` replace what others say of the same name."""
    editions = Edition.objects.filter(effective_on__lte=as_at).order_by("pk")
    marks = tuple(editions.values_list("pk", "effective_on", "imported_at", "file_digest"))
    return _terms(marks, book)


def marked(text: str, terms: Sequence[DefinedTerm]) -> list[tuple[int, int, DefinedTerm]]:
    """Where a text uses the terms, from left to right: the longest at each place, whole words only.

    Acronyms keep their letters' case, terms that are written with capitals need them; the last word may be plural.
    """
    return list(_lexicon(terms, _as_written).uses(text))


def expansions(text: str, as_at: date) -> list[Expansion]:
    """What the acronyms of a question stand for, and the acronyms of what it writes out."""
    found: dict[str, Expansion] = {}
    for start, end, term in _lexicon(terms_in_force(as_at), _as_spoken).uses(text):
        said = text[start:end]
        is_short = said.casefold().removesuffix("s") == term.name.casefold().removesuffix("s")
        if not is_short:
            found.setdefault(term.name, Expansion(term.meaning, term.name))
        elif _may_be_short(said, term.name):
            found.setdefault(term.name, Expansion(term.name, term.meaning))
    return list(found.values())


def _may_be_short(said: str, name: str) -> bool:
    """Whether small letters may mean an acronym: “iso” may, “as” and “it” do not."""
    is_as_written = said.removesuffix("s") == name.removesuffix("s")
    return is_as_written or (len(name) >= SHORTEST_SPOKEN_SMALL and said.casefold() not in SPOKEN)


@lru_cache(maxsize=KEPT)
def _terms(editions: tuple[EditionMark, ...], book: str | None) -> tuple[DefinedTerm, ...]:
    """The terms of the day on which the last of these editions took effect."""
    if not editions:
        return ()
    day = max(effective_on for _, effective_on, _, _ in editions)
    standing = Term.objects.filter(version__effective_from__lte=day, version__pending_request="")
    rows = standing.exclude(version__effective_to__lte=day).values_list(
        "name",
        "kind",
        "meaning",
        "version_id",
        "version__paragraph__section__book__key",
        "version__paragraph__section__number",
        "version__heading",
    )
    best: dict[tuple[str, str, str], tuple[tuple[bool, str, int], DefinedTerm]] = {}
    for name, kind, meaning, version_id, owner, section, heading in rows.iterator():
        term = DefinedTerm(name, TermKind(kind), meaning, version_id, owner, section)
        rank = (not _is_of_terms(heading), sort_key(section), version_id)
        place = (name, kind, owner)
        if place not in best or rank < best[place][0]:
            best[place] = (rank, term)
    return tuple(_own_first([term for _, term in best.values()], book))


def _is_of_terms(heading: str) -> bool:
    grammar = current_profile().get(profile.Rulebook).grammar
    return bool(grammar.definitions_title.search(heading) or grammar.acronyms_title.search(heading))


def _own_first(terms: Iterable[DefinedTerm], book: str | None) -> Iterator[DefinedTerm]:
    """By name, a definition before an acronym; of names that the book has itself, only its own."""
    ordered = sorted(
        terms, key=lambda one: (one.name.casefold(), one.name, one.kind is TermKind.ACRONYM, one.book != book, one.book)
    )
    own = {one.name for one in ordered if one.book == book}
    return (one for one in ordered if one.book == book or one.name not in own)


@dataclass(frozen=True)
class _Lexicon:
    """Terms by the words they are written with, and for each first word how many words may follow."""

    names: dict[str, DefinedTerm] = field(default_factory=dict)
    lengths: dict[str, list[int]] = field(default_factory=dict)
    is_folded: bool = False

    def add(self, name: str, term: DefinedTerm) -> None:
        """Take a spelling in; the first term that has it keeps it."""
        places = [(found.start(), found.end()) for found in WORD.finditer(name)]
        if not places:
            return
        spelling = self._spelt(name[places[0][0] : places[-1][1]])
        words = WORD.findall(spelling)
        if spelling in self.names:
            return
        self.names[spelling] = term
        lengths = self.lengths.setdefault(words[0], [])
        place = bisect_left(lengths, len(words))
        if lengths[place : place + 1] != [len(words)]:
            lengths.insert(place, len(words))

    def uses(self, text: str) -> Iterator[tuple[int, int, DefinedTerm]]:
        """The longest term at each word of a text."""
        words = [(found.start(), found.end()) for found in WORD.finditer(text)]
        place = 0
        while place < len(words):
            start = words[place][0]
            taken = 1
            for length in reversed(self.lengths.get(self._spelt(text[start : words[place][1]]), ())):
                if place + length > len(words):
                    continue
                end = words[place + length - 1][1]
                term = self.names.get(self._spelt(text[start:end]))
                if term is not None:
                    yield start, end, term
                    taken = length
                    break
            place += taken

    def _spelt(self, text: str) -> str:
        spelt = " ".join(text.split()).replace("’", "'").replace("‑", "-")
        return spelt.casefold() if self.is_folded else spelt


Builder = Callable[[Sequence[DefinedTerm]], _Lexicon]
_KEPT_LEXICONS: dict[tuple[int, Builder], tuple[Sequence[DefinedTerm], _Lexicon]] = {}


def _lexicon(terms: Sequence[DefinedTerm], build: Builder) -> _Lexicon:
    """The terms made ready for looking up; kept for the last few tuples that `terms_in_force` gave.

    Known by identity: to compare ten thousand terms takes longer than to mark a section.
    """
    kept = _KEPT_LEXICONS.get((id(terms), build))
    if kept is not None and kept[0] is terms:
        return kept[1]
    lexicon = build(terms)
    if isinstance(terms, tuple):
        while len(_KEPT_LEXICONS) >= KEPT:
            _KEPT_LEXICONS.pop(next(iter(_KEPT_LEXICONS)), None)
        _KEPT_LEXICONS[id(terms), build] = (terms, lexicon)
    return lexicon


def _as_written(terms: Sequence[DefinedTerm]) -> _Lexicon:
    lexicon = _Lexicon()
    for term in terms:
        for spelling in _spellings(term):
            lexicon.add(spelling, term)
    return lexicon


def _as_spoken(terms: Sequence[DefinedTerm]) -> _Lexicon:
    """Acronyms and what they stand for, as people type them."""
    lexicon = _Lexicon(is_folded=True)
    for term in terms:
        if term.kind is TermKind.ACRONYM:
            for spelling in (*_plurals(term.name), *_plurals(term.meaning)):
                lexicon.add(spelling, term)
    return lexicon


def _spellings(term: DefinedTerm) -> Iterator[str]:
    yield from _plurals(term.name)
    if term.kind is TermKind.DEFINITION and term.name.islower():
        yield from _plurals(term.name[:1].upper() + term.name[1:])


def _plurals(name: str) -> Iterator[str]:
    """A name, and its plural or singular."""
    yield name
    if name.endswith(("ss", "us", "is")) or not name.endswith("s"):
        if name.endswith("y") and name[-2:-1] not in tuple("aeiou"):
            yield name[:-1] + "ies"
        yield name + ("es" if name.endswith(("s", "x", "ch", "sh")) else "s")
    elif name.endswith("ies"):
        yield name[:-3] + "y"
    else:
        yield name[:-1]
