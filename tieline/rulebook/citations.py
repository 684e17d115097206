"""Which rule does a text cite, in any of its spellings: `6.6.3.1(2)(a)`, `§9.14.2`, “paragraph (2)(a) of
Section 9.14.2”?

The spellings are the profile's citation forms. A citation found here is only what the words say; whether the
section and the paragraph exist on a given day is for `queries` to look up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tieline.rulebook.labels import ordinal_of
from tieline.rulebook.profile import Book, Counting, Grammar

AROUND = 40
CHAIN_LABEL = re.compile(r"\(([0-9A-Za-z]{1,4})\)")
AFTER_SECTION = re.compile(
    r"(?i)^(?:,?\s*(?:paragraphs?|items?|subparagraphs?)\s+(?=\()|\s(?=\(\d))(?P<chain>(?:\([0-9A-Za-z]{1,4}\)\s?)+)"
)
FORM_LETTER = re.compile(r"([A-Z]\d?)\W*$")
EXPLICIT_DEPTH = 3


@dataclass(frozen=True)
class Citation:
    """A rule as cited: its book when the words say which, section number, paragraph path, and where it
    stands.

    `is_explicit` is false for a bare number such as 2.5, which may be a quantity.
    """

    section: str
    path: str
    book: str | None
    start: int
    end: int
    is_explicit: bool

    def __str__(self) -> str:
        return f"{self.section}{self.path}"


def find_citations(text: str, grammar: Grammar, books: Sequence[Book] = ()) -> tuple[Citation, ...]:
    """Every citation in a text, in order; of two that overlap the more telling form's."""
    found: list[Citation] = []
    for form, citation in _in_every_form(text, grammar, books):
        if form and not any(citation.start < other.end and other.start < citation.end for other in found):
            found.append(citation)
    return tuple(sorted(found, key=lambda citation: citation.start))


def read_citation(text: str, grammar: Grammar, books: Sequence[Book] = ()) -> Citation | None:
    """The first citation of a text that is a rule's, or None."""
    found = find_citations(text, grammar, books)
    return found[0] if found else None


def ancestors(path: str) -> tuple[str, ...]:
    """A path and everything above it, deepest first: (2)(a)(i), (2)(a), (2)."""
    labels = CHAIN_LABEL.findall(path)
    return tuple("".join(f"({label})" for label in labels[:length]) for length in range(len(labels), 0, -1))


def counting_of(path: str, grammar: Grammar) -> tuple[Counting, ...]:
    """In what each label of a path counts; “(i)” is a letter or a roman number by its place in the chain."""
    labels = CHAIN_LABEL.findall(path)
    levels = [level.counts for level in grammar.levels]
    return tuple(_reading(label, depth, levels) for depth, label in enumerate(labels))


def _reading(label: str, depth: int, levels: Sequence[Counting]) -> Counting:
    by_rank = [*levels[depth:], *levels[:depth]]
    fits = (
        counts for counts in by_rank if ordinal_of(label, counts) is not None and _has_case(label, counts)
    )
    return next(fits, Counting.LETTERS)


def _has_case(label: str, counts: Counting) -> bool:
    return label.isdigit() or label.isupper() == (counts is Counting.CAPITALS)


def _in_every_form(text: str, grammar: Grammar, books: Sequence[Book]) -> Iterator[tuple[str, Citation]]:
    for form in grammar.citations:
        for found in form.pattern.finditer(text):
            if grammar.section_number.fullmatch(found.groupdict().get("section") or ""):
                yield form.key, _citation(found, text, books)


def _citation(found: re.Match[str], text: str, books: Sequence[Book]) -> Citation:
    groups, end = found.groupdict(), found.end()
    path = "".join(f"({label})" for label in CHAIN_LABEL.findall(groups.get("chain") or ""))
    if not path and (letter := FORM_LETTER.search(groups.get("form") or "")):
        path = f"({letter[1].upper()})"
    if not path and (after := AFTER_SECTION.match(text[end:])):
        path = "".join(f"({label})" for label in CHAIN_LABEL.findall(after["chain"]))
        end += len(after[0].rstrip())
    section = groups["section"]
    is_named = found[0].strip()[:1] != section[:1]
    return Citation(
        section=section,
        path=path,
        book=_book(groups.get("book") or "", text[max(0, found.start() - AROUND) : end + AROUND], books),
        start=found.start(),
        end=end,
        is_explicit=is_named
        or bool(path)
        or section.count(".") + 1 >= EXPLICIT_DEPTH
        or found[0].strip() == text.strip(),
    )


def _book(said: str, around: str, books: Sequence[Book]) -> str | None:
    """The book that the citation itself names, else one named in the words beside it."""
    wanted = _singular(said)
    for book in sorted(books, key=lambda book: len(book.name)):
        if wanted and (said == book.short or wanted in _singular(book.name)):
            return book.key
    named = [book for book in books if any(_stands_in(around, name) for name in _names(book, books))]
    return named[0].key if len(named) == 1 else None


def _names(book: Book, books: Sequence[Book]) -> Iterator[str]:
    """How a book may be called: its name, and that without its first word if no other book's."""
    yield book.name
    _, _, rest = book.name.partition(" ")
    if rest and not any(_singular(rest) in _singular(other.name) for other in books if other is not book):
        yield rest


def _stands_in(text: str, name: str) -> bool:
    return re.search(rf"(?i)(?<!\w){re.escape(_singular(name))}s?(?!\w)", text) is not None


def _singular(name: str) -> str:
    return name.strip().casefold().removesuffix("s")
