"""How do the lines of a document become sections and paragraphs?

One walk over the lines: a heading opens a section, a label opens a paragraph, a grey box opens a stretch of
pending text after which the walk goes on where it stood, and every other line goes on the paragraph above it.
A line with nothing above it is unplaced and reported; no line is dropped here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from tieline.kernel.refusal import Refusal
from tieline.rulebook.documents.lines import ExhibitText, Line, SourceText
from tieline.rulebook.outlining.boxes import Box, box_at
from tieline.rulebook.outlining.furniture import Entry, LeftOut, Reason, Sifted, sift
from tieline.rulebook.outlining.headings import Heading, find_headings
from tieline.rulebook.outlining.labels import (
    ATTACHMENT_SORTS,
    Chain,
    Opening,
    openings,
    openings_of_marker,
    path_of,
    place,
    sort_key_of,
)
from tieline.rulebook.outlining.outline import EditionText, ParagraphText, Pending, SectionText
from tieline.rulebook.profile import Grammar

LONGEST_TERM = 100
NEW_BLOCK = 1.25
TAIL = 120


class NoSections(Refusal):
    """Nothing in the file looks like a section of this rule book."""

    def __init__(self) -> None:
        super().__init__("No numbered section headings were found; is this a rule book in the profile's numbering?")


@dataclass
class _Paragraph:
    """A paragraph being read."""

    path: str
    sort_key: str
    first: Line
    text: str = ""
    pending: Pending | None = None
    exhibits: list[ExhibitText] = field(default_factory=list)

    def add(self, text: str, *, anew: bool) -> None:
        """Take in one more line: on a line of its own when the source shows it so."""
        self.text = f"{self.text}{chr(10) if anew else ' '}{text}" if self.text else text


@dataclass
class _Section:
    """A section being read; `pending` marks a heading that stands in a grey box."""

    number: str
    title: str
    page: int | None
    pending: Pending | None = None
    paragraphs: list[_Paragraph] = field(default_factory=list)


@dataclass(frozen=True)
class _Place:
    """Where the walk stands: in which section, after which chain of labels, in which paragraph."""

    section: _Section | None = None
    chain: Chain = ()
    paragraph: _Paragraph | None = None


def read_edition(source: SourceText, grammar: Grammar) -> EditionText:
    """The sections and paragraphs of a document; refuses with NoSections."""
    sifted = sift(source, grammar)
    headings = find_headings(sifted.lines, sifted.contents, grammar)
    walk = _Walk(sifted, headings, grammar)
    walk.all_lines()
    if not any(section.pending is None for section in walk.sections):
        raise NoSections
    return EditionText(
        sections=tuple(_finished(section) for section in walk.sections),
        boxes=tuple(walk.boxes),
        unplaced=tuple(walk.unplaced),
        left_out=(*sifted.left_out, *walk.left_out),
        only_in_contents=_only_in_contents(sifted.contents, walk.sections),
    )


def _only_in_contents(contents: Sequence[Entry], sections: Iterable[_Section]) -> tuple[Entry, ...]:
    """Entries, each number once, to which no section and no part of one belongs."""
    known = {section.number for section in sections}
    missing = {entry.number: entry for entry in contents if entry.number not in known}
    return tuple(missing.values())


class _Walk:
    """One walk over the lines of a document."""

    def __init__(self, sifted: Sifted, headings: dict[int, Heading], grammar: Grammar) -> None:
        self.lines, self.headings, self.grammar = sifted.lines, headings, grammar
        self.title_pages, self.contents = sifted.title_pages, sifted.contents
        self.sections: list[_Section] = []
        self.boxes: list[Pending] = []
        self.unplaced: list[Line] = []
        self.left_out: list[LeftOut] = []
        self.at = _Place()
        self.box: Box | None = None
        self.outside = _Place()
        self.previous: Line | None = None
        self.waiting: list[ExhibitText] = []

    def all_lines(self) -> None:
        """Read every line once, in order."""
        position = 0
        while position < len(self.lines):
            position += self._take(position)
        self._place_waiting()

    def _take(self, position: int) -> int:
        """Read what begins at a position and say how many lines that was."""
        line = self.lines[position]
        if self.box is not None and self._box_ends(line, position):
            self._leave_box()
        if not line.text:
            return self._show(line)
        if line.page in self.title_pages:
            taken = self._title_page(line)
        elif box := box_at(self.lines, position, self.grammar):
            taken = self._enter_box(box)
        elif heading := self.headings.get(position):
            taken = self._open_section(heading, line)
        elif self._names_part(line):
            taken = self._title_page(line)
        else:
            taken = self._text(line)
        self.previous = self.lines[position + taken - 1]
        for shown in self.lines[position : position + taken]:
            self._show(shown)
        return taken

    def _show(self, line: Line) -> int:
        """Keep what a line shows with the paragraph it stands in, or with the next one of its section."""
        if line.exhibits and (self.at.section is None or line.page in self.title_pages):
            self.unplaced += [replace(line, text=one.words) for one in line.exhibits]
        elif self.at.paragraph is not None:
            self.at.paragraph.exhibits += line.exhibits
        else:
            self.waiting += line.exhibits
        return 1

    def _place_waiting(self) -> None:
        """Exhibits below which no text came get a paragraph of their own, which holds their words."""
        if self.waiting and self.at.section is not None:
            said = " ".join(one.words for one in self.waiting)
            self._open_paragraph("", "", Line(said, page=self.waiting[0].page), said, chain=self.at.chain)

    def _title_page(self, line: Line) -> int:
        """A title page may name the chapter or the attachment that follows; the rest of it is decoration."""
        part = self.grammar.part.match(line.text) if self.grammar.part else None
        attached = self.grammar.attachment.match(line.text) if self.grammar.attachment else None
        if part:
            self._open_chapter(part["number"], part.groupdict().get("title") or "", line)
        elif attached and self.at.section is not None:
            self._open_attachment(attached["label"], line)
        else:
            self.left_out.append(LeftOut(line, Reason.TITLE_PAGE))
        return 1

    def _names_part(self, line: Line) -> bool:
        """Whether a line outside of title pages names a chapter or an attachment, as theirs do.

        In a file without pages it stands out; in a PDF an attachment begins a page.
        """
        if not (line.heading_level or line.is_bold) or len(line.text) > LONGEST_TERM:
            return False
        if line.page is None and self.grammar.part and self.grammar.part.match(line.text):
            return True
        begins = line.page is None or self.previous is None or self.previous.page != line.page
        attached = self.grammar.attachment.match(line.text) if self.grammar.attachment else None
        return begins and attached is not None and self.at.section is not None and not line.text.endswith((".", ";"))

    def _chapter(self) -> _Section:
        """The chapter that stands open, where the book gives it a heading; else the section."""
        assert self.at.section is not None
        number = self.at.section.number.split(".")[0]
        return next((one for one in self.sections if one.number == number), self.at.section)

    def _open_chapter(self, number: str, title: str, line: Line) -> None:
        self._place_waiting()
        same = next((one for one in self.sections if one.number == number and one.pending is None), None)
        named = next((entry.title for entry in self.contents if entry.number == number), "")
        section = same or _Section(number, named or title or line.text, line.page)
        if same is None:
            self.sections.append(section)
        self.at = _Place(section)

    def _open_attachment(self, label: str, line: Line) -> None:
        """An attachment is one paragraph of its chapter, under its letter or number: 8(A)."""
        self._place_waiting()
        self.at = _Place(self._chapter())
        order = label.zfill(4) if label.isdigit() else label
        self._open_paragraph(f"({label})", f"{ATTACHMENT_SORTS}{order}", line, line.text, chain=())

    def _open_section(self, heading: Heading, line: Line) -> int:
        self._place_waiting()
        pending = self.box.pending if self.box else None
        same = next((one for one in self.sections if (one.number, one.pending) == (heading.number, pending)), None)
        section = same or _Section(heading.number, heading.title, line.page, pending)
        if same is None:
            self.sections.append(section)
        self.at = _Place(section)
        return heading.lines

    def _enter_box(self, box: Box) -> int:
        self._place_waiting()
        if self.box is not None:
            self._leave_box()
        self.box, self.outside = box, self.at
        self.boxes.append(box.pending)
        self.at = replace(self.at, paragraph=None)
        return box.opening_lines

    def _leave_box(self) -> None:
        self._place_waiting()
        self.box, self.at = None, self.outside

    def _box_ends(self, line: Line, position: int) -> bool:
        """Whether this line stands after the box; a box without a ground ends at the next paragraph of its
        rank.
        """
        assert self.box is not None
        if self.box.is_shaded or line.is_shaded:
            return self.box.has_ended(line)
        if self.previous is not None and self.grammar.grey_closing and not self.box.is_bracketed:
            return bool(self.grammar.grey_closing.search(self.previous.text))
        if self.at.paragraph is None:
            return False
        begun = len(self.at.chain) if self.at.section is self.outside.section else 1
        opened = self._opened(line)
        return position in self.headings or (opened is not None and len(opened[0]) <= begun)

    def _text(self, line: Line) -> int:
        opened = self._opened(line)
        if self.at.section is None:
            self.unplaced.append(line)
        elif line.is_bold and len(line.text) == 1 and not self.at.chain:
            self.left_out.append(LeftOut(line, Reason.DIVIDER))
        elif opened is not None:
            self._open_labelled(line, *opened)
        elif self._is_term(line):
            term = line.lead.strip(" :.")
            self._open_paragraph(f"[{term}]", f"!{len(self.at.section.paragraphs):04d}", line, line.text, chain=())
        elif self.at.paragraph is None:
            self._open_unlabelled(line)
        else:
            self.at.paragraph.add(line.text, anew=self._is_new_block(line))
        return 1

    def _opened(self, line: Line) -> tuple[Chain, str] | None:
        found = self._openings(line)
        if not found or self._is_attachment():
            return None
        before = self.at.paragraph.text[-TAIL:] if self.at.paragraph is not None else ""
        anew = self.box is not None and self.at.chain == self.outside.chain
        left = None if self.box is not None and anew else line.left
        return place(found, self.at.chain, grammar=self.grammar, left=left, before=before, anew=anew)

    def _openings(self, line: Line) -> tuple[Opening, ...]:
        if not line.marker:
            return openings(line.text, self.grammar.levels)
        text = line.text.removeprefix(f"{line.marker}. ")
        return openings_of_marker(line.marker, text, self.grammar.levels)

    def _is_attachment(self) -> bool:
        return self.at.paragraph is not None and self.at.paragraph.sort_key.startswith(ATTACHMENT_SORTS)

    def _open_labelled(self, line: Line, chain: Chain, text: str) -> None:
        while inner := self._inner(text, chain):
            chain, text = inner
        chain = (*chain[:-1], replace(chain[-1], left=line.left))
        self._open_paragraph(path_of(chain), sort_key_of(chain), line, text, chain=chain)

    def _inner(self, text: str, chain: Chain) -> tuple[Chain, str] | None:
        """A second label on the same line: “(1) (a) text”."""
        firsts = tuple(one for one in openings(text, self.grammar.levels) if one.label.ordinal == 1)
        found = place(firsts, chain, grammar=self.grammar, left=None, before=":") if firsts else None
        return found if found and len(found[0]) > len(chain) else None

    def _open_unlabelled(self, line: Line) -> None:
        """Text with no label of its own: before the first one, or unlabelled text of a grey box."""
        path = path_of(self.at.chain) if self.box is not None else ""
        self._open_paragraph(path, sort_key_of(self.at.chain) if path else "", line, line.text, chain=self.at.chain)

    def _open_paragraph(self, path: str, sort_key: str, line: Line, text: str, *, chain: Chain) -> None:
        assert self.at.section is not None
        paragraph = _Paragraph(path, sort_key, line, text, self.box.pending if self.box else None)
        paragraph.exhibits, self.waiting = self.waiting, []
        self.at.section.paragraphs.append(paragraph)
        self.at = _Place(self.at.section, chain, paragraph)

    def _is_term(self, line: Line) -> bool:
        """Whether unlabelled text opens with a bold term on a line of its own or before its explanation."""
        if self.at.chain or self._is_attachment() or not 0 < len(line.lead) <= LONGEST_TERM:
            return False
        return bool(re.search(r"[^\W\d_]", line.lead)) and self._is_new_block(line)

    def _is_new_block(self, line: Line) -> bool:
        """Whether the source shows a new paragraph here: always in Word, by the gap above it in a PDF."""
        above = self.previous
        if above is None or line.page is None or line.top is None or above.top is None:
            return True
        if above.page != line.page:
            return False
        gap = line.top - above.top
        return gap < 0 or gap > NEW_BLOCK * line.size or bool(line.lead and above.lead and not above.is_bold)


def _finished(section: _Section) -> SectionText:
    seen: Counter[tuple[str, str]] = Counter()
    paragraphs = []
    for one in section.paragraphs:
        request = one.pending.request if one.pending else ""
        seen[one.path, request] += 1
        again = seen[one.path, request]
        suffix = f"~{again}" if again > 1 else ""
        paragraphs.append(
            ParagraphText(
                path=one.path + suffix,
                text=one.text.strip(),
                sort_key=one.sort_key + suffix,
                page=one.first.page,
                top=one.first.top,
                pending=one.pending,
                exhibits=tuple(one.exhibits),
            )
        )
    return SectionText(section.number, section.title, tuple(paragraphs), section.page, section.pending)
