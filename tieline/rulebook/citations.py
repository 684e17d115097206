"""Which rule does a text cite, in any of its spellings: `6.6.3.1(2)(a)`, `§9.14.2`, “paragraph (2)(a) of
Section 9.14.2”, “Sections 3.1 and 3.2”?

`spellings` reads what English says of any market's rules, the profile's citation forms add what one market
writes besides. A citation found here is only what the words say; whether the section and the paragraph exist
on a given day is for `queries` and `resolution` to look up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tieline.rulebook.chains import CHAIN_LABEL, labels_of, reads_as
from tieline.rulebook.doubtful import EXPLICIT_DEPTH
from tieline.rulebook.profile import Book, Counting, Grammar
from tieline.rulebook.spelling_words import FORM_LETTER
from tieline.rulebook.spellings import Place, Within, read_spellings

ANOTHER_REQUEST = re.compile(
    r"(?:\s*,\s*(?:and\s+)?|\s+(?:and|or|&)\s+|/)(\d{3,4})\b(?![.%:]\d)(?!\s+(?:[MGk]W|\w+s\b))"
)
AROUND = 40
AFTER = 110
OF_BOOK = r"(?i)[^.;\n]{{0,90}}?\b(?:of|in|to|under)\s+(?:the\s+)?(?:current\s+)?{name}s?(?!\w)"


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


def find_citations(
    text: str, grammar: Grammar, books: Sequence[Book] = (), *, within: Within | None = None
) -> tuple[Citation, ...]:
    """Every citation in a text, in order.

    With a section in hand, “paragraph (2) above” is one too. Without, such words cite nothing.
    """
    shorts = [book.short for book in books]
    taken: list[tuple[int, int]] = []
    found: list[Citation] = []
    for spelling in read_spellings(text, grammar, shorts, within):
        taken.append((spelling.start, spelling.end))
        if spelling.places:
            book = _book_of(text, spelling.start, spelling.end, tuple(books))
            found.extend(_citation(place, book) for place in spelling.places)
    for citation in _in_forms(text, grammar, books):
        if not any(citation.start < end and start < citation.end for start, end in taken):
            taken.append((citation.start, citation.end))
            found.append(citation)
    return tuple(sorted(found, key=lambda citation: citation.start))


def read_citation(text: str, grammar: Grammar, books: Sequence[Book] = ()) -> Citation | None:
    """The first citation of a text that is a rule's, or None."""
    found = find_citations(text, grammar, books)
    return found[0] if found else None


def find_requests(text: str, grammar: Grammar, books: Sequence[Book] = ()) -> tuple[RequestMention, ...]:
    """Every revision request that a text names: the identifier, a list after one kind, a document's name."""
    found = {mention.start: mention for mention in _requests(text, grammar)}
    for mention in _in_file_names(text, books):
        if not any(one.start < mention.end and mention.start < one.end for one in found.values()):
            found[mention.start] = mention
    return tuple(found[start] for start in sorted(found))


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


def _in_forms(text: str, grammar: Grammar, books: Sequence[Book]) -> Iterator[Citation]:
    """What the profile's own forms find."""
    for form in grammar.citations:
        for found in form.pattern.finditer(text):
            if grammar.section_number.fullmatch(found.groupdict().get("section") or ""):
                yield _from_form(found, text, tuple(books))


def _from_form(found: re.Match[str], text: str, books: tuple[Book, ...]) -> Citation:
    groups = found.groupdict()
    path = "".join(f"({label})" for label in CHAIN_LABEL.findall(groups.get("chain") or ""))
    if not path and (letter := FORM_LETTER.search((groups.get("form") or "")[-2:].strip())):
        path = f"({letter['letter'].upper()})"
    section = groups["section"]
    is_named = found[0].strip()[:1] != section[:1]
    is_deep = section.count(".") + 1 >= EXPLICIT_DEPTH or (bool(path) and "." in section)
    return Citation(
        section=section,
        path=path,
        book=_said(groups.get("book") or "", books) or _book_of(text, found.start(), found.end(), books),
        start=found.start(),
        end=found.end(),
        is_explicit=is_named or is_deep or found[0].strip() == text.strip(),
    )


def _said(name: str, books: Sequence[Book]) -> str | None:
    """The book that a form names in its own group."""
    wanted = _singular(name)
    for book in sorted(books, key=lambda book: len(book.name)):
        if wanted and (name == book.short or wanted in _singular(book.name)):
            return book.key
    return None


def _book_of(text: str, start: int, end: int, books: tuple[Book, ...]) -> str | None:
    """The book named in the citation, right before it, right after it, or alone in the words beside it."""
    inside, before, after = text[start:end], text[max(0, start - AROUND) : start], text[end : end + AFTER]
    near = before + inside + text[end : end + AROUND]
    ways: tuple[Callable[[Book], bool], ...] = (
        lambda book: _is_short_of(inside, before, book),
        lambda book: any(_stands_in(inside, name) for name in _names(book, books)),
        lambda book: any(_ends_with(before, name) for name in _names(book, books)),
        lambda book: any(_is_of(after, name) for name in (*_names(book, books), book.short) if name),
        lambda book: any(_stands_in(near, name) for name in _names(book, books)),
    )
    for is_named in ways:
        if named := [book for book in books if is_named(book)]:
            return max(named, key=lambda book: len(book.name)).key if _nested(named) else None
    return None


def _nested(named: Sequence[Book]) -> bool:
    """Whether one book was named, its name perhaps holding another's."""
    longest = max(named, key=lambda book: len(book.name))
    return all(_singular(book.name) in _singular(longest.name) for book in named)


def _is_short_of(inside: str, before: str, book: Book) -> bool:
    short = re.escape(book.short)
    return bool(
        book.short and (re.match(rf"{short}(?![A-Za-z])", inside) or re.search(rf"(?<!\w){short}\s*[,:]?\s*$", before))
    )


def _names(book: Book, books: Sequence[Book]) -> Iterator[str]:
    """How a book may be called: its name, and that without its first word if no other book's."""
    yield book.name
    _, _, rest = book.name.partition(" ")
    if rest and not any(_singular(rest) in _singular(other.name) for other in books if other is not book):
        yield rest


def _stands_in(text: str, name: str) -> bool:
    return re.search(rf"(?i)(?<!\w){re.escape(_singular(name))}s?(?!\w)", text) is not None


def _ends_with(text: str, name: str) -> bool:
    return re.search(rf"(?i)(?<!\w){re.escape(_singular(name))}s?[’']?s?,?\s*(?:at\s+)?\(?$", text) is not None


def _is_of(text: str, name: str) -> bool:
    found = re.match(OF_BOOK.format(name=re.escape(_singular(name))), text)
    return found is not None and not re.search(r"(?i)§|\bsections?\b|\d\.\d", found[0])


def _singular(name: str) -> str:
    return name.strip().casefold().removesuffix("s")


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
