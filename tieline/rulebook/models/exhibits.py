"""What stands in a paragraph besides its text, and which words does it explain?

Both belong to a paragraph version, and live and end with it.
"""

from __future__ import annotations

from django.db import models

from tieline.rulebook.models.text import ParagraphVersion


class ExhibitKind(models.TextChoices):
    """What an exhibit is."""

    TABLE = "table"
    FORMULA = "formula"
    FIGURE = "figure"


class Exhibit(models.Model):
    """A table, a formula or a figure of a paragraph version, in the order of the source.

    `box` is left, top, right and bottom in points from the page's upper left corner (a PDF only); `rows` are a
    table's cells; `text` is a formula in one line, or what a figure's words say; `file_key` keeps a figure's picture.
    """

    version = models.ForeignKey(ParagraphVersion, on_delete=models.PROTECT, related_name="exhibits")
    kind = models.CharField(max_length=10, choices=ExhibitKind.choices)
    place = models.PositiveIntegerField()
    caption = models.TextField(blank=True)
    text = models.TextField(blank=True)
    rows = models.JSONField(default=list)
    page = models.PositiveIntegerField(null=True)
    box = models.JSONField(null=True)
    file_key = models.CharField(max_length=32, blank=True)
    media_type = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "place"], name="rulebook_exhibit_once")]


class TermKind(models.TextChoices):
    """Whether a word is explained or only written out."""

    DEFINITION = "definition"
    ACRONYM = "acronym"


class Term(models.Model):
    """A word that a paragraph version defines, or an acronym that it writes out; `meaning` is what it says of it."""

    version = models.ForeignKey(ParagraphVersion, on_delete=models.PROTECT, related_name="terms")
    kind = models.CharField(max_length=10, choices=TermKind.choices)
    name = models.CharField(max_length=160)
    folded = models.CharField(max_length=160, help_text="the name in small letters, for looking it up")
    meaning = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "kind", "name"], name="rulebook_term_once")]
        indexes = [models.Index(fields=["folded"])]
