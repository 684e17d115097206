"""What is a case to one member of staff? To do, later or done; followed; mentioned; seen up to where; looked at now."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tieline.desk.models.cases import Case, Message


class Pile(models.TextChoices):
    """Where a case lies on somebody's own desk, whatever its state is for everybody."""

    TO_DO = "todo", "To do"
    LATER = "later", "Later"
    DONE = "done", "Done"


class Personal(models.Model):
    """One person's own view of one case; nobody else's list changes with it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="personal")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    pile = models.CharField(max_length=5, choices=Pile.choices, default=Pile.TO_DO)
    wakes_at = models.DateTimeField(null=True, help_text="when what was put off comes back")
    woken_at = models.DateTimeField(null=True)
    woken_why = models.CharField(max_length=300, blank=True)
    is_following = models.BooleanField(default=False)
    seen_message = models.BigIntegerField(default=0, help_text="the last message seen")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "case"], name="desk_personal_once")]
        indexes = [
            models.Index(fields=["user", "pile"], name="desk_personal_pile"),
            models.Index(fields=["wakes_at"], name="desk_personal_wakes", condition=Q(wakes_at__isnull=False)),
            models.Index(fields=["user"], name="desk_personal_follows", condition=Q(is_following=True)),
        ]


class Mention(models.Model):
    """That somebody was named in a note."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="mentions")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="desk_mention_once")]
        indexes = [models.Index(fields=["user"], name="desk_mention_unseen", condition=Q(seen_at=None))]


class Doing(models.TextChoices):
    """What somebody does at a case just now."""

    VIEWING = "viewing", "is looking"
    TYPING = "typing", "is typing"


class Presence(models.Model):
    """Who has a case open, as their page last said; a row that is not renewed is past."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    doing = models.CharField(max_length=8, choices=Doing.choices)
    active_at = models.DateTimeField(help_text="when a key or the pointer last moved")
    said_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="desk_presence_once")]
        indexes = [models.Index(fields=["said_at"], name="desk_presence_said")]
