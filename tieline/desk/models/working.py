"""Who can take how much, who is away, whose turn is it, and who was asked for advice?"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tieline.desk.models.cases import Case, Message
from tieline.identity.models import Team


class WorkCapacity(models.Model):
    """How many open cases somebody takes at most, and what they are skilled in (topics or areas)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    most_cases = models.PositiveIntegerField(default=25)
    skills = ArrayField(models.CharField(max_length=60), default=list)
    takes_cases = models.BooleanField(default=True)


class Absence(models.Model):
    """Somebody is away from one instant to another; who covers gets what would have been theirs."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cover = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    noted_by_name = models.CharField(max_length=200)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "ends_at"], name="desk_absence_of")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("begins_at")), name="desk_absence_ends_later")
        ]


class RotaShift(models.Model):
    """When somebody takes cases: a weekday (0 is Monday) and local times of the market's zone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "weekday", "opens"], name="desk_shift_once"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="desk_shift_weekday"),
        ]


class Turn(models.Model):
    """Who of a team was given a case last, for taking turns."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="+")
    last = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")


class ConsultationState(models.TextChoices):
    """Where a question to another business area stands."""

    ASKED = "asked", "Asked"
    ANSWERED = "answered", "Answered"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Consultation(models.Model):
    """A question to an expert of another business area inside a case, with a clock of its own."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="consultations")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    expert = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    question = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=ConsultationState.choices, default=ConsultationState.ASKED)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    question_note = models.OneToOneField(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    answer_note = models.OneToOneField(Message, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["team", "due_at"], name="desk_asked_of_team", condition=Q(state="asked")),
            models.Index(fields=["expert", "due_at"], name="desk_asked_of_expert", condition=Q(state="asked")),
        ]
