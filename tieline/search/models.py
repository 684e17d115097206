"""What does the index hold? One row for each findable object."""

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
