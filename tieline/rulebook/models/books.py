"""Which rule books are there, and which editions of them were read in?"""

from __future__ import annotations

from django.db import models

from tieline.kernel.reference import Reference


class Book(models.Model):
    """A rule book; its key and name are the profile's."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)

    @property
    def reference(self) -> Reference:
        """How the journal speaks of this book."""
        return Reference("rule_book", self.key)


class Edition(models.Model):
    """A file that was read in as the text of a book from a day on, and what the reading found."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="editions")
    effective_on = models.DateField()
    file_name = models.CharField(max_length=255)
    file_digest = models.CharField(max_length=64)
    imported_at = models.DateTimeField()
    sections = models.PositiveIntegerField()
    paragraphs = models.PositiveIntegerField()
    pending = models.PositiveIntegerField()
    unplaced = models.JSONField(default=list, help_text="lines that belong to no section: page and text")
    file_key = models.CharField(max_length=32, blank=True, help_text="where the file itself is kept; empty: it is not")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "effective_on"], name="rulebook_edition_once")]

    @property
    def reference(self) -> Reference:
        """How the journal speaks of this edition."""
        return Reference("rule_edition", str(self.pk))
