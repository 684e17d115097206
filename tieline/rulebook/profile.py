"""Which rule books bind this market, how are they numbered, and how are they cited?

Read from `rulebook.toml`. The grammar's defaults fit books with dotted section numbers and paragraphs
labelled (1), (a), (i), (A); a profile changes only what differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from tieline.identity.profile import Teams, declare_rights
from tieline.kernel.profile import Doubt, Profile, not_one_of, section

declare_rights(
    {
        "rulebook.see": "read and search the rule books",
        "rulebook.import": "import an edition of a rule book",
        "rulebook.learn": "let the search learn from what was cited, and take that back",
    }
)


class Counting(StrEnum):
    """In what a label counts; dashes and points, which all look alike, count by their place."""

    NUMBERS = "numbers"
    LETTERS = "letters"
    ROMANS = "romans"
    CAPITALS = "capitals"
    ROMAN_CAPITALS = "roman_capitals"
    DASHES = "dashes"


@dataclass(frozen=True)
class Level:
    """One level of paragraphs inside a section.

    counts: in what its labels count
    pattern: regular expression at the start of a line that opens such a paragraph; with the group `label`
    example: a label of the level as it is printed
    """

    counts: Counting
    pattern: re.Pattern[str]
    example: str


@dataclass(frozen=True)
class CitationForm:
    """One way in which people cite a rule.

    key: short word for the form
    pattern: regular expression with the groups `section`, `chain` (labels in parentheses), `book`, `form`
    example: a citation in this form
    """

    key: str
    pattern: re.Pattern[str]
    example: str


def _levels() -> tuple[Level, ...]:
    return (
        Level(Counting.NUMBERS, re.compile(r"^\((?P<label>\d{1,3})\)\s+"), "(1)"),
        Level(Counting.LETTERS, re.compile(r"^\((?P<label>[a-z]{1,2})\)\s+"), "(a)"),
        Level(Counting.ROMANS, re.compile(r"^\((?P<label>[ivxl]+)\)\s+"), "(i)"),
        Level(Counting.CAPITALS, re.compile(r"^\((?P<label>[A-Z]{1,2})\)\s+"), "(A)"),
        Level(Counting.NUMBERS, re.compile(r"^\((?P<label>\d{1,2})\)\s+"), "(1)"),
    )


def _citations() -> tuple[CitationForm, ...]:
    chain = r"(?P<chain>(?:\([0-9A-Za-z]{1,4}\))+)"
    number = r"(?P<section>\d+(?:\.\d+)+)"
    return (
        CitationForm(
            "paragraph_of_section",
            re.compile(rf"(?i)\bparagraphs?\s+{chain}\s+of\s+Section\s+{number}"),
            "paragraph (2)(a) of Section 9.14.2",
        ),
        CitationForm("short", re.compile(rf"(?:§+\s*)?\b{number}{chain}?"), "6.6.3.1(2)(a)"),
    )


POINTS_ON = re.compile(
    r"(?i)\b(?:paragraphs?|subparagraphs?|items?|sections?|subsections?|clauses?|of|in|under|by|with|and|or|through|to"
    r"|from|per|both|either|see|the|than|for)$"
)
ENDS_ITEM = re.compile(r"[.;:,!?)\]”\"]\s*(?:and|or|and/or)?$")
REFERS = re.compile(r"^(?:above|below|of|and|or|through|to|in|is|are|,|;|\.)(?:\W|$)")


@dataclass(frozen=True)
class OutsideForm:
    """How a text names a rule of another body, which is no book of ours.

    body: the body whose rule it is, as people read it
    pattern: regular expression with the group `rule`, the rule's own number
    example: a mention in this form
    """

    body: str
    pattern: re.Pattern[str]
    example: str


@dataclass(frozen=True)
class Grammar:
    """How the text of a book is cut into sections and paragraphs.

    section_number: regular expression a whole section number matches
    heading: regular expression of a line that opens a section, with the groups `number` and `title`
    levels: the levels of paragraphs, outermost first
    running: lines that are running heads, running feet or page numbers
    contents: lines that belong to a table of contents
    contents_title: line that opens a table of contents
    part: line of a title page that names the chapter that follows, with the groups `number` and `title`
    attachment: line of a title page that names an attachment of the chapter, with the group `label`
    grey_opening: start of the sentence before text approved but not in force, with the group `request`
    grey_closing: end of that sentence, on the same line or a later one
    citations: the ways in which people cite a rule, the most telling first
    revision_request: the identifier of a revision request in running text
    elsewhere: words around a section number that make it another body's rule
    outside: the ways in which a text names rules of other bodies
    chain_label: one label in the `chain` of a citation form, with the group `label`
    points_on: words at the end of a line after which the next line's label or number is only referred to
    refers_back: words right after a label that make it a reference
    ends_item: how the line before a label ends when the label opens a paragraph
    definitions_title: title of a section that defines terms
    acronyms_title: title of a section that lists acronyms; both may also stand as lines in another section
    defines: sentence that defines a term, with the groups `term` and `meaning`
    """

    section_number: re.Pattern[str] = re.compile(r"\d+(?:\.\d+){0,6}")
    heading: re.Pattern[str] = re.compile(r"^(?P<number>\d+(?:\.\d+){1,6})\s+(?P<title>\S.*?)\s*$")
    levels: tuple[Level, ...] = field(default_factory=_levels)
    running: tuple[re.Pattern[str], ...] = ()
    contents: tuple[re.Pattern[str], ...] = (re.compile(r"\.{4,}\s*[\w-]*\s*$"),)
    contents_title: re.Pattern[str] = re.compile(r"(?i)^table of contents\s*$")
    part: re.Pattern[str] | None = re.compile(r"(?i)^section\s+(?P<number>\d+)\s*(?::\s*(?P<title>\S.*))?$")
    attachment: re.Pattern[str] | None = re.compile(
        r"(?i)^(?:attachment|appendix|form)\s+(?P<label>[A-Z]\d?|\d{1,2})\b"
    )
    grey_opening: re.Pattern[str] | None = None
    grey_closing: re.Pattern[str] | None = None
    citations: tuple[CitationForm, ...] = field(default_factory=_citations)
    revision_request: re.Pattern[str] | None = None
    elsewhere: re.Pattern[str] | None = None
    outside: tuple[OutsideForm, ...] = ()
    chain_label: re.Pattern[str] = re.compile(r"\((?P<label>[0-9A-Za-z]{1,4})\)")
    points_on: re.Pattern[str] = POINTS_ON
    refers_back: re.Pattern[str] = REFERS
    ends_item: re.Pattern[str] = ENDS_ITEM
    definitions_title: re.Pattern[str] = re.compile(r"(?i)\bdefinitions?\b|\bdefined terms\b|\bglossary\b")
    acronyms_title: re.Pattern[str] = re.compile(r"(?i)\bacronyms?\b|\babbreviations?\b")
    defines: re.Pattern[str] = re.compile(
        r"(?:^|(?<=[.;:]\s))(?:The term\s+|As used in this \w+,\s+)?[“\"](?P<term>[^”\"]{2,100})[”\"]\s+"
        r"(?:means|shall mean|is defined as|refers to)\s+(?P<meaning>.+)",
        re.DOTALL,
    )

    def check_groups(self) -> Iterator[Doubt]:
        for group in ("number", "title"):
            if group not in self.heading.groupindex:
                yield Doubt("grammar.heading", f"a regular expression with the group {group!r}")
        for name, pattern, group in (
            ("part", self.part, "number"),
            ("attachment", self.attachment, "label"),
            ("chain_label", self.chain_label, "label"),
            ("defines", self.defines, "term"),
            ("defines", self.defines, "meaning"),
        ):
            if pattern is not None and group not in pattern.groupindex:
                yield Doubt(f"grammar.{name}", f"a regular expression with the group {group!r}")
        for place, level in enumerate(self.levels):
            if "label" not in level.pattern.groupindex:
                yield Doubt(f"grammar.levels[{place}].pattern", "a regular expression with the group 'label'")
        for place, form in enumerate(self.citations):
            if not form.pattern.search(form.example):
                where = f"grammar.citations[{place}].pattern"
                yield Doubt(where, f"a regular expression that finds its own example {form.example!r}")
        for place, outside in enumerate(self.outside):
            if "rule" not in outside.pattern.groupindex or not outside.pattern.search(outside.example):
                where = f"grammar.outside[{place}].pattern"
                yield Doubt(where, f"a regular expression with the group 'rule' that finds {outside.example!r}")


@dataclass(frozen=True)
class Book:
    """One rule book.

    key: short word for the book, used in commands and addresses
    name: what people read
    short: how the book is named in a citation
    revision_request: prefix of the requests that revise it
    owner: the body that considers those requests first
    citation: the text that shows how the book is revised
    verified: whether somebody has checked the row against its source
    in_place_of: key of the book whose citations lead here where that book itself has not been read in: an
        illustration or an excerpt
    """

    key: str
    name: str
    short: str
    revision_request: str = ""
    owner: str = ""
    citation: str = ""
    verified: bool = False
    in_place_of: str = ""


class SourceForm(StrEnum):
    """The form in which a book is published."""

    PDF = "pdf"
    DOCX = "docx"
    HTML = "html"


@dataclass(frozen=True)
class Source:
    """Where the official text of a book is published.

    book: key of the book
    address: web address of the file, or of the page that links to the files
    form: in which form it is published
    note: anything a person who fetches it should know
    pattern: regular expression of file addresses on the page; groups year, month, day tell the first day in force
    hosts: other hosts that the page may lead to
    checksums: whether a file with `.sha256` after its name stands beside each file
    parts: whether each file holds only a part of the book
    """

    book: str
    address: str
    form: SourceForm
    note: str = ""
    pattern: re.Pattern[str] | None = None
    hosts: tuple[str, ...] = ()
    checksums: bool = False
    parts: bool = False


class Kept(StrEnum):
    """What cites rules and names no team of its own."""

    REPLY_TEMPLATE = "reply_template"
    SERVICE_LEVEL = "service_level"
    PROFILE_VALUE = "profile_value"


@dataclass(frozen=True)
class Keeper:
    """Who answers for something that rests on a rule, when the rule changes.

    kind: what is kept
    team: key of the team (teams.toml) that keeps it
    only: the one that is meant, by its key, or the file whose values are; all of the kind if left out
    """

    kind: Kept
    team: str
    only: str = ""

    def keeps(self, kind: str, key: str) -> bool:
        """Whether it speaks of the thing of this kind and key."""
        return self.kind == kind and (self.only in ("", key) or key.startswith(f"{self.only}:"))


@section("rulebook.toml")
@dataclass(frozen=True)
class Rulebook:
    """The rule books and how they are read.

    books: the books that bind the market
    sources: where their official texts are published
    keepers: who answers for what rests on the rules
    grammar: how their text is cut and cited
    """

    books: tuple[Book, ...] = ()
    sources: tuple[Source, ...] = ()
    keepers: tuple[Keeper, ...] = ()
    grammar: Grammar = field(default_factory=Grammar)

    def unsaid(self, profile: Profile) -> Iterator[str]:
        sourced = {source.book for source in self.sources}
        missing = [book.key for book in self.books if book.key not in sourced and not book.in_place_of]
        if missing:
            yield f"no source is given for {', '.join(missing)}"
        if self.books and self.grammar.grey_opening is None:
            yield "how text that is approved but not in force is marked (grammar.grey_opening)"
        kept = {one.kind for one in self.keepers if not one.only}
        for kind in (one for one in Kept if one not in kept):
            yield f"who keeps each {kind.replace('_', ' ')} when a rule changes (keepers)"

    def book(self, key: str) -> Book:
        return {book.key: book for book in self.books}[key]

    def meant_by(self, key: str) -> tuple[str, ...]:
        """The books that a citation of this book may lead to: itself before those in its place."""
        return (key, *(book.key for book in self.books if book.in_place_of == key))

    def keeper(self, kind: str, key: str) -> str:
        """The team that keeps a thing, the keeper who names it most closely before all others; "" for nobody."""
        keepers = [one for one in self.keepers if one.keeps(kind, key)]
        return max(keepers, key=lambda one: len(one.only)).team if keepers else ""

    def check(self, profile: Profile) -> Iterator[Doubt]:
        books = [book.key for book in self.books]
        for place, book in enumerate(self.books):
            if book.in_place_of and book.in_place_of not in books:
                yield not_one_of(f"books[{place}].in_place_of", "the books", books)
        for place, source in enumerate(self.sources):
            if source.book not in books:
                yield not_one_of(f"sources[{place}].book", "the books", books)
            if not re.match(r"https?://[^/\s]+", source.address):
                yield Doubt(f"sources[{place}].address", "a web address that begins with https:// or http://")
        teams = [team.key for team in profile.get(Teams).teams] if profile.has(Teams) else None
        for place, keeper in enumerate(self.keepers):
            if teams is not None and keeper.team not in teams:
                yield not_one_of(f"keepers[{place}].team", "the teams", teams)
        yield from self.grammar.check_groups()
