"""What does each rule say, and from when until when?

Sections and paragraphs are what stays (a number, a path); their versions are what changes. A version is in
force on the days `effective_from <= day < effective_to`. A version with a `pending_request` stands in a grey
box: approved, carried by that revision request, not in force on any day.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q

from tieline.rulebook.models.books import Book


class VersionQuerySet(models.QuerySet["ParagraphVersion"]):
    """The vocabulary of versions in time."""

    def in_force(self, day: date) -> Self:
        """Versions in force on a day; grey-boxed text never is."""
        return self.standing(day).filter(pending_request="")

    def standing(self, day: date) -> Self:
        """Versions printed in the edition of a day, in force or grey-boxed."""
        return self.filter(effective_from__lte=day).exclude(effective_to__lte=day)


class Section(models.Model):
    """A section number of a book; `sort_key` sorts 2.10 after 2.9."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="section_numbers")
    number = models.CharField(max_length=60)
    sort_key = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "number"], name="rulebook_section_once")]
        indexes = [models.Index(fields=["number"])]


class SectionVersion(models.Model):
    """A section's title over a span of days."""

    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="versions")
    title = models.TextField()
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)
    pending_request = models.CharField(max_length=120, blank=True)
    pending_note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["section", "pending_request"],
                condition=Q(effective_to=None),
                name="rulebook_section_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gt=F("effective_from")),
                name="rulebook_section_lasts",
            ),
        ]


class Paragraph(models.Model):
    """A place in a section, such as (2)(a); see `outline` for the paths of unlabelled text."""

    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="paragraphs")
    path = models.CharField(max_length=160, blank=True)
    sort_key = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["section", "path"], name="rulebook_paragraph_once")]


class ParagraphVersion(models.Model):
    """A paragraph's text over a span of days; `heading` and `above`, its section's title and those above, are
    for the search.
    """

    paragraph = models.ForeignKey(Paragraph, on_delete=models.PROTECT, related_name="versions")
    text = models.TextField()
    text_digest = models.CharField(max_length=64, help_text="equal for texts that differ only in spacing")
    heading = models.TextField(blank=True)
    above = models.TextField(blank=True)
    page = models.PositiveIntegerField(null=True)
    page_top = models.FloatField(null=True, help_text="points from the page's upper edge")
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)
    pending_request = models.CharField(max_length=120, blank=True)
    pending_note = models.TextField(blank=True)
    moved_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    moved_certainty = models.FloatField(null=True, help_text="from 0 to 1; null: the text moved unchanged")
    words = models.GeneratedField(
        expression=SearchVector("heading", weight="A", config="english")
        + SearchVector("above", weight="C", config="english")
        + SearchVector("text", weight="D", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects: ClassVar[models.Manager[ParagraphVersion]] = VersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["paragraph", "pending_request"],
                condition=Q(effective_to=None),
                name="rulebook_paragraph_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gt=F("effective_from")),
                name="rulebook_paragraph_lasts",
            ),
        ]
        indexes = [GinIndex(fields=["words"]), models.Index(fields=["text_digest"])]
