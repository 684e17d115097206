"""How do tests get a rule book without printing one? Rows as an import would have written them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from django.db import transaction

from tieline.rulebook.history.versions import digest, sort_key
from tieline.rulebook.models import Book, Edition, Paragraph, ParagraphVersion, Section, SectionVersion

IN_FORCE = date(2026, 1, 1)
AT = datetime(2026, 1, 1, tzinfo=UTC)


def write_book(key: str, sections: Mapping[str, tuple[str, Sequence[str]]]) -> dict[str, ParagraphVersion]:
    """A book of sections (number -> title and paragraphs) in force from IN_FORCE; its versions by their places."""
    book = Book.objects.create(key=key, name=key.replace("-", " ").title())
    versions = {}
    for number, (title, texts) in sections.items():
        section = Section.objects.create(book=book, number=number, sort_key=sort_key(number))
        SectionVersion.objects.create(section=section, title=title, effective_from=IN_FORCE)
        for place, text in enumerate(texts, start=1):
            paragraph = Paragraph.objects.create(section=section, path=f"({place})", sort_key=f"{place:04}")
            versions[f"{number}({place})"] = ParagraphVersion.objects.create(
                paragraph=paragraph, text=text, text_digest=digest(text), heading=title, effective_from=IN_FORCE
            )
    take_effect(book, IN_FORCE)
    return versions


def take_effect(book: Book, on: date) -> Edition:
    """An edition of the book; what it says is for the caller to write."""
    return Edition.objects.create(
        book=book, effective_on=on, file_name="book.pdf", file_digest="", imported_at=AT, sections=0, paragraphs=0,
        pending=0,
    )  # fmt: skip


def reword(version: ParagraphVersion, text: str, *, on: date) -> ParagraphVersion:
    """The paragraph says something else from a day on, by an edition of that day: all at once, as an import does it."""
    with transaction.atomic():
        ParagraphVersion.objects.filter(pk=version.pk).update(effective_to=on)
        take_effect(version.paragraph.section.book, on)
        return ParagraphVersion.objects.create(
            paragraph=version.paragraph, text=text, text_digest=digest(text), heading=version.heading, effective_from=on
        )
