"""What is a clock? A policy as it was when the clock started, the moves made since, and the stored due time."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tieline.kernel.reference import Reference


class ClockState(models.TextChoices):
    """A clock runs, stands still, or has ended."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class Clock(models.Model):
    """One deadline on one object. `due_at` and `warn_at` are None while it stands still."""

    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    measure = models.CharField(max_length=40)
    policy = models.JSONField(help_text="the policy's values when the clock started")
    calendar_version = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=ClockState.choices, default=ClockState.RUNNING)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"]),
            models.Index(fields=["warn_at"], name="clocks_to_warn", condition=Q(state="running", warned_at=None)),
            models.Index(fields=["due_at"], name="clocks_to_breach", condition=Q(state="running", breached_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "measure"],
                condition=~Q(state="ended"),
                name="clocks_one_running_per_measure",
            )
        ]

    @property
    def subject(self) -> Reference:
        """The object the clock hangs on."""
        return Reference(self.subject_kind, self.subject_id)

    @property
    def is_met(self) -> bool:
        """Whether the clock ended before anybody could say it was late."""
        return self.state == ClockState.ENDED and self.breached_at is None


class ClockMove(models.Model):
    """Something that was done to a clock: start, pause, resume, end, restored. Only ever added."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="moves")
    move = models.CharField(max_length=10)
    at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    by = models.CharField(max_length=80)
    by_name = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["clock", "at"])]
