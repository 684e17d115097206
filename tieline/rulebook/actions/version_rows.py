"""Which rows does an edition leave behind? Versions of titles and of paragraphs, and what stands in them.

Called by `editions` inside its transaction, after everything that could be refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tieline.rulebook.history import versions
from tieline.rulebook.history.versions import Coming, Comparison, Place, Title
from tieline.rulebook.models import Book, Paragraph, ParagraphVersion, Section, SectionVersion

BATCH = 500


def standing_versions(book: Book) -> dict[Place, ParagraphVersion]:
    """The versions of a book that have not ended, by place."""
    found = ParagraphVersion.objects.filter(paragraph__section__book=book, effective_to=None)
    return {
        Place(one.paragraph.section.number, one.paragraph.path, one.pending_request): one
        for one in found.defer("words").select_related("paragraph__section")
    }


def write_sections(book: Book, titles: Mapping[tuple[str, str], Title], effective_on: date) -> None:
    """Close the titles that changed or went, and write the new ones."""
    known = set(book.section_numbers.values_list("number", flat=True))
    new = dict.fromkeys(number for number, _ in titles if number not in known)
    Section.objects.bulk_create(
        [Section(book=book, number=number, sort_key=versions.sort_key(number)) for number in new],
        batch_size=BATCH,
    )
    sections = {section.number: section for section in book.section_numbers.all()}
    open_now = SectionVersion.objects.filter(section__book=book, effective_to=None).select_related("section")
    standing = {(one.section.number, one.pending_request): one for one in open_now}
    ended = [one.pk for key, one in standing.items() if key not in titles or titles[key].title != one.title]
    SectionVersion.objects.filter(pk__in=ended).update(effective_to=effective_on)
    SectionVersion.objects.bulk_create(
        [
            SectionVersion(
                section=sections[number],
                title=title.title,
                pending_request=request,
                pending_note=title.note,
                effective_from=effective_on,
            )
            for (number, request), title in titles.items()
            if (number, request) not in standing or standing[number, request].pk in set(ended)
        ],
        batch_size=BATCH,
    )


def write_paragraphs(
    book: Book,
    comparison: Comparison,
    coming: Mapping[Place, Coming],
    standing: Mapping[Place, ParagraphVersion],
    effective_on: date,
) -> dict[Place, ParagraphVersion]:
    """Close the versions whose text changed or went; write versions only for what is new, and return those."""
    ended = [standing[place].pk for place in (*comparison.changed, *comparison.gone, *comparison.moved.values())]
    ParagraphVersion.objects.filter(pk__in=ended).update(effective_to=effective_on)
    opened = (*comparison.added, *comparison.changed, *comparison.moved)
    paragraphs = _paragraphs(book, {place: coming[place] for place in opened})
    written = {
        place: _version(
            paragraphs[place.section, place.path],
            coming[place],
            effective_on,
            moved_from=standing[comparison.moved[place]] if place in comparison.moved else None,
            certainty=comparison.certainty.get(place),
        )
        for place in opened
    }
    ParagraphVersion.objects.bulk_create(written.values(), batch_size=BATCH)
    _retitle({standing[place]: coming[place] for place in comparison.same})
    return written


def _retitle(same: Mapping[ParagraphVersion, Coming]) -> None:
    """Give paragraphs whose text did not change the titles that are now above them."""
    retitled = []
    for version, coming in same.items():
        if (version.heading, version.above) != (coming.heading, coming.above):
            version.heading, version.above = coming.heading, coming.above
            retitled.append(version)
    ParagraphVersion.objects.bulk_update(retitled, ["heading", "above"], batch_size=BATCH)


def _paragraphs(book: Book, needed: Mapping[Place, Coming]) -> dict[tuple[str, str], Paragraph]:
    """The paragraphs of these places, made where they are new."""
    sections = {section.number: section for section in book.section_numbers.all()}
    known = set(Paragraph.objects.filter(section__book=book).values_list("section__number", "path"))
    new = {(place.section, place.path): coming for place, coming in needed.items()}
    Paragraph.objects.bulk_create(
        [
            Paragraph(section=sections[number], path=path, sort_key=coming.paragraph.sort_key)
            for (number, path), coming in new.items()
            if (number, path) not in known
        ],
        batch_size=BATCH,
    )
    found = Paragraph.objects.filter(section__book=book).select_related("section")
    return {(paragraph.section.number, paragraph.path): paragraph for paragraph in found}


def _version(
    paragraph: Paragraph,
    coming: Coming,
    effective_on: date,
    *,
    moved_from: ParagraphVersion | None,
    certainty: float | None,
) -> ParagraphVersion:
    said = coming.paragraph
    return ParagraphVersion(
        paragraph=paragraph,
        text=said.text,
        text_digest=coming.text_digest,
        heading=coming.heading,
        above=coming.above,
        page=said.page,
        page_top=said.top,
        effective_from=effective_on,
        pending_request=said.pending.request if said.pending else "",
        pending_note=said.pending.note if said.pending else "",
        moved_from=moved_from,
        moved_certainty=certainty,
    )
