"""What does the journal keep? Events with their references, the seals that chain them, and each listener's cursor."""

from __future__ import annotations

from django.db import models


class JournalEvent(models.Model):
    """One thing that happened. Never changed, never deleted (a trigger refuses both)."""

    kind = models.CharField(max_length=60)
    at = models.DateTimeField(help_text="when it happened")
    recorded_at = models.DateTimeField(help_text="when it was written down; later than `at` for imports")
    actor = models.CharField(max_length=80, help_text="who did it, as a reference")
    actor_name = models.CharField(max_length=200, help_text="the actor's name as it was then")
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["kind", "at"]), models.Index(fields=["at"])]


class JournalLink(models.Model):
    """An object an event concerns, and the role it plays in it (`about`, `participant`, ...)."""

    event = models.ForeignKey(JournalEvent, on_delete=models.PROTECT, related_name="links")
    role = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["object_kind", "object_id", "event"])]
        constraints = [
            models.UniqueConstraint(fields=["event", "role", "object_kind", "object_id"], name="journal_link_once")
        ]


class PendingSeal(models.Model):
    """An event that waits to be sealed. Filled by a trigger in the writer's own transaction."""

    event_id = models.BigIntegerField(primary_key=True)


class Seal(models.Model):
    """An event's place in the journal's order, and the hash that chains it to the one before."""

    position = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    hash = models.BinaryField()
    sealed_at = models.DateTimeField()


class Cursor(models.Model):
    """How far one listener has read, and what it stumbles over."""

    listener = models.CharField(max_length=120, primary_key=True)
    position = models.BigIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)


class Parked(models.Model):
    """An event one listener could not digest after several attempts; kept for a person to retry."""

    listener = models.CharField(max_length=120)
    position = models.BigIntegerField()
    event_id = models.BigIntegerField()
    problem = models.TextField()
    parked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["listener", "event_id"], name="journal_parked_once")]
