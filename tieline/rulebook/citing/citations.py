"""Which rule does a text cite, in any of its spellings: `6.6.3.1(2)(a)`, `§9.14.2`, “paragraph (2)(a) of
Section 9.14.2”, “Sections 3.1 and 3.2”?

`spellings` reads what English says of any market's rules, the profile's citation forms add what one market
writes besides. A citation found here is only what the words say; whether the section and the paragraph exist
on a given day is for `queries` and `resolution` to look up.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from tieline.rulebook.citing.doubtful import EXPLICIT_DEPTH
from tieline.rulebook.citing.joined_places import Place
from tieline.rulebook.citing.legible import legible
from tieline.rulebook.citing.named_books import book_beside, book_said, names_of
from tieline.rulebook.citing.spelling_words import FORM_LETTER
from tieline.rulebook.citing.spellings import MOST_OPENINGS, Spelling, Within, read_spellings
from tieline.rulebook.outlining.chains import labels_of, path_of
from tieline.rulebook.outlining.labels import reads_as
from tieline.rulebook.profile import Book, Counting, Grammar

ANOTHER_REQUEST = re.compile(
    r"(?:\s\([^()\n]{1,40}\))?(?:\s*,\s*(?:and\s+)?|\s+(?:and|or|&)\s+|/)(\d{3,4})\b(?![.%:]\d)(?!\s+(?:[MGk]W|\w+s\b))"
)


@dataclass(frozen=True)
class Citation:
    """A rule as cited: its book when the words say which, section number, paragraph path, and where it
    stands.

    `is_explicit` is false for a bare number such as 2.5, which may be a quantity. `is_implied` marks what lies
    inside a range; it stands where the word “through” does.
    """

    section: str
    path: str
    book: str | None
    start: int
    end: int
    is_explicit: bool
    is_implied: bool = False

    def __str__(self) -> str:
        return f"{self.section}{self.path}"


@dataclass(frozen=True)
class RequestMention:
    """A revision request as a text names it; `request` is its kind and number without a space."""

    request: str
    start: int
    end: int


@dataclass(frozen=True)
class OutsideMention:
    """A rule of another body as a text names it: no book of ours holds it, so it leads nowhere and is listed."""

    body: str
    rule: str
    start: int
    end: int


def find_citations(
    text: str, grammar: Grammar, books: Sequence[Book] = (), *, within: Within | None = None
) -> tuple[Citation, ...]:
    """Every citation in a text, in order.

    With a section in hand, “paragraph (2) above” is one too. Without, such words cite nothing.
    """
    text, known = legible(text), tuple(books)
    shorts = [name for book in known for name in (book.short, *names_of(book, known))]
    taken = bytearray(len(text))
    found: list[Citation] = []
    forms = _Forms(text, grammar)
    for spelling in read_spellings(text, grammar, shorts, within):
        if forms.say_more(spelling):
            continue
        taken[spelling.start : spelling.end] = b"x" * (spelling.end - spelling.start)
        if spelling.places:
            last = found[-1].book if found and spelling.is_again else None
            book = last or book_beside(text, spelling.start, spelling.end, known)
            found.extend(_citation(place, book) for place in spelling.places)
    for form in forms.all:
        if taken.find(b"x", form.start, form.end) < 0:
            taken[form.start : form.end] = b"x" * (form.end - form.start)
            book = book_said(form.book or "", known) or book_beside(text, form.start, form.end, known)
            found.append(replace(form, book=book))
    return tuple(sorted(found, key=lambda citation: citation.start))


def read_citation(text: str, grammar: Grammar, books: Sequence[Book] = ()) -> Citation | None:
    """The first citation of a text that is a rule's, or None."""
    found = find_citations(text, grammar, books)
    return found[0] if found else None


def find_requests(text: str, grammar: Grammar, books: Sequence[Book] = ()) -> tuple[RequestMention, ...]:
    """Every revision request that a text names: the identifier, a list after one kind, a document's name."""
    text = legible(text)
    found = {mention.start: mention for mention in _requests(text, grammar)}
    taken = bytearray(len(text))
    for mention in found.values():
        taken[mention.start : mention.end] = b"x" * (mention.end - mention.start)
    for mention in _in_file_names(text, books):
        if taken.find(b"x", mention.start, mention.end) < 0:
            found[mention.start] = mention
    return tuple(found[start] for start in sorted(found))


def find_outside(text: str, grammar: Grammar) -> tuple[OutsideMention, ...]:
    """Every rule of another body that a text names in one of the profile's forms, in order."""
    text = legible(text)
    found = [
        OutsideMention(form.body, one["rule"], one.start(), one.end())
        for form in grammar.outside
        for one in form.pattern.finditer(text)
    ]
    return tuple(sorted(found, key=lambda mention: mention.start))


def ancestors(path: str) -> tuple[str, ...]:
    """A path and everything above it, deepest first: (2)(a)(i), (2)(a), (2)."""
    labels = labels_of(path)
    return tuple("".join(f"({label})" for label in labels[:length]) for length in range(len(labels), 0, -1))


def counting_of(path: str, grammar: Grammar) -> tuple[Counting, ...]:
    """In what each label of a path counts; “(i)” is a letter or a roman number by its place in the chain."""
    levels = [level.counts for level in grammar.levels]
    return tuple(_reading(label, depth, levels) for depth, label in enumerate(labels_of(path)))


def _reading(label: str, depth: int, levels: Sequence[Counting]) -> Counting:
    by_rank = [*levels[depth:], *levels[:depth]]
    return next((counts for counts in by_rank if reads_as(label, counts)), Counting.LETTERS)


def _citation(place: Place, book: str | None) -> Citation:
    return Citation(
        section=place.section,
        path=place.path,
        book=book,
        start=place.start,
        end=place.end,
        is_explicit=place.is_explicit,
        is_implied=place.is_implied,
    )


def _in_forms(text: str, grammar: Grammar) -> Iterator[Citation]:
    """What the profile's own forms find; the book only as far as the form itself names one."""
    is_all = text.strip()
    for form in grammar.citations:
        for found in islice(form.pattern.finditer(text), MOST_OPENINGS):
            if grammar.section_number.fullmatch(found.groupdict().get("section") or ""):
                yield _from_form(found, is_all, grammar)


def _from_form(found: re.Match[str], is_all: str, grammar: Grammar) -> Citation:
    groups = found.groupdict()
    path = path_of([label["label"] for label in grammar.chain_label.finditer(groups.get("chain") or "")])
    if not path and (letter := FORM_LETTER.search((groups.get("form") or "")[-2:].strip())):
        path = f"({letter['letter'].upper()})"
    section = groups["section"]
    is_named = found[0].strip()[:1] != section[:1]
    is_deep = section.count(".") + 1 >= EXPLICIT_DEPTH or (bool(path) and "." in section)
    return Citation(
        section=section,
        path=path,
        book=groups.get("book") or None,
        start=found.start(),
        end=found.end(),
        is_explicit=is_named or is_deep or found[0].strip() == is_all,
    )


class _Forms:
    """The citations that the profile's forms find in a text, by where they start."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        self.all = tuple(_in_forms(text, grammar))
        self._sorted = sorted(self.all, key=lambda form: form.start)
        self._starts = [form.start for form in self._sorted]
        self._longest = max((form.end - form.start for form in self.all), default=0)

    def say_more(self, spelling: Spelling) -> bool:
        """Whether a form reads on to a paragraph where plain English stops at the section."""
        said = [(one.section, one.path) for one in spelling.places]
        first = bisect_left(self._starts, spelling.end - self._longest)
        around = self._sorted[first : bisect_right(self._starts, spelling.start)]
        return any(form.path and spelling.end < form.end and said == [(form.section, "")] for form in around)


def _requests(text: str, grammar: Grammar) -> Iterator[RequestMention]:
    if grammar.revision_request is None:
        return
    for found in grammar.revision_request.finditer(text):
        kind = re.match(r"[A-Za-z]*[A-Z]", found[0])
        digits = re.search(r"\d+$", found[0])
        if kind is None or digits is None:
            yield RequestMention(found[0], found.start(), found.end())
            continue
        yield RequestMention(kind[0] + digits[0], found.start(), found.end())
        end = found.end()
        while more := ANOTHER_REQUEST.match(text, end):
            yield RequestMention(kind[0] + more[1], more.start(1), more.end(1))
            end = more.end()


def _in_file_names(text: str, books: Sequence[Book]) -> Iterator[RequestMention]:
    """“1085XRR-10 Comments.doc” is a document of request XRR1085."""
    kinds = "|".join(re.escape(kind) for kind in sorted({book.revision_request for book in books} - {""}))
    if kinds:
        for found in re.finditer(rf"(?<![\w.])(\d{{2,4}})({kinds})-\d{{2}}(?!\d)", text):
            yield RequestMention(found[2] + found[1], found.start(), found.end())
