"""Which book do the words in and beside a citation name?

A book goes by its name, by that without its first word or by its last word where no other book is called so, and by
its short name. Its patterns are made once for each set of books.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tieline.rulebook.profile import Book

AROUND = 40
AFTER = 110
OTHER_PLACE = re.compile(r"(?i)§|\bsections?\b|\d\.\d")


@dataclass(frozen=True)
class _Calls:
    """How one book is called, as patterns: anywhere, before a citation, after one, and by its short name."""

    book: Book
    anywhere: re.Pattern[str]
    before: re.Pattern[str]
    after: tuple[re.Pattern[str], ...]
    opens_short: re.Pattern[str]
    ends_short: re.Pattern[str]


def names_of(book: Book, books: Sequence[Book]) -> Iterator[str]:
    """How a book may be called: its name, and that without its first word if no other book's; one that stands in
    another's place by its whole name only.
    """
    yield book.name
    _, _, rest = book.name.partition(" ")
    if rest and not _is_called(rest, book, books):
        yield rest


def book_said(name: str, books: Sequence[Book]) -> str | None:
    """The book that a citation form names in its own group."""
    wanted = _singular(name)
    for book in sorted(books, key=lambda book: len(book.name)):
        if wanted and (name == book.short or wanted in _singular(book.name)):
            return book.key
    return None


def book_beside(text: str, start: int, end: int, books: tuple[Book, ...]) -> str | None:
    """The book named in a citation, right before it, right after it, or alone in the words beside it."""
    inside, before, after = text[start:end], text[max(0, start - AROUND) : start], text[end : end + AFTER]
    calls = _calls(books)
    ways = (
        [one.book for one in calls if one.opens_short.match(inside) or one.ends_short.search(before)],
        [one.book for one in calls if one.anywhere.search(inside)],
        [one.book for one in calls if one.before.search(before)],
        [one.book for one in calls if _is_of(one, after)],
        [one.book for one in calls if one.anywhere.search(before + inside + after[:AROUND])],
    )
    named = next((found for found in ways if found), [])
    return max(named, key=lambda book: len(book.name)).key if named and _nested(named) else None


def _is_of(call: _Calls, after: str) -> bool:
    found = [one for pattern in call.after if (one := pattern.match(after))]
    return any(not OTHER_PLACE.search(one[0]) for one in found)


def _nested(named: Sequence[Book]) -> bool:
    """Whether one book was named, its name perhaps holding another's."""
    longest = max(named, key=lambda book: len(book.name))
    return all(_singular(book.name) in _singular(longest.name) or book.key == longest.in_place_of for book in named)


@lru_cache(maxsize=32)
def _calls(books: tuple[Book, ...]) -> tuple[_Calls, ...]:
    return tuple(_calls_of(book, books) for book in books)


def _calls_of(book: Book, books: tuple[Book, ...]) -> _Calls:
    names = _either(names_of(book, books))
    with_noun = _either([*names_of(book, books), _noun(book, books)])
    with_short = _either([*names_of(book, books), _noun(book, books), book.short])
    short = re.escape(book.short) or "(?!)"
    return _Calls(
        book=book,
        anywhere=re.compile(rf"(?i)(?<!\w)(?:{names})s?(?!\w)"),
        before=re.compile(rf"(?i)(?<!\w)(?:{with_noun})s?[’']?s?,?\s*(?:at\s+)?\(?$"),
        after=(
            re.compile(rf"(?i)\s*\((?:the\s+)?(?:{with_short})s?\)"),
            re.compile(
                rf"(?i)[^.;?!\n]{{0,90}}?\b(?:of|in|to|under)\s+(?:the\s+)?(?:current\s+)?(?:{with_short})s?(?!\w)"
                rf"(?!\s*(?:§|sections?\b|\d))"
            ),
        ),
        opens_short=re.compile(rf"{short}(?![A-Za-z])"),
        ends_short=re.compile(rf"(?<!\w){short}\s*[,:]?\s*(?:at\s+)?\(?$"),
    )


def _noun(book: Book, books: Sequence[Book]) -> str:
    """The last word of a book's name, if no other book is called so: “the Manual's Section 9”."""
    noun = book.name.split()[-1]
    return "" if _is_called(noun, book, books) else noun


def _is_called(words: str, book: Book, books: Sequence[Book]) -> bool:
    """Whether words of a book's name may mean another one as well."""
    others = [other for other in books if other is not book and not other.in_place_of]
    return bool(book.in_place_of) or any(_singular(words) in _singular(other.name) for other in others)


def _either(names: Iterator[str] | Sequence[str]) -> str:
    return "|".join(re.escape(_singular(name)) for name in names if name) or "(?!)"


def _singular(name: str) -> str:
    return name.strip().casefold().removesuffix("s")
