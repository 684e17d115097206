"""What does the index hold? One row for each findable object, and beside it the words that only staff search."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class Entry(models.Model):
    """An object that can be found: kind, id, the title shown, its words and its participant (if any)."""

    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    detail = models.CharField(max_length=300, blank=True)
    words = SearchVectorField(null=True)
    participant_id = models.BigIntegerField(null=True, help_text="whose it is; None: staff only")
    at = models.DateTimeField(help_text="last activity; newest come first")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["object_kind", "object_id"], name="search_entry_once")]
        indexes = [GinIndex(fields=["words"]), models.Index(fields=["-at"])]


class InnerEntry(models.Model):
    """All words of an object, for staff: those of its entry, and notes, side conversations and files.

    A table of its own, as rows are what the database can keep from a participant; columns are not.
    """

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, primary_key=True, related_name="inner")
    object_kind = models.CharField(max_length=40)
    words = SearchVectorField(null=True)
    at = models.DateTimeField(help_text="as its entry's")

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="search_inner_words"),
            models.Index(fields=["-at"], name="search_inner_newest"),
        ]
