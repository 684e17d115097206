"""What do people keep of lists, and do to many cases at once? Saved views, and acts on all that match."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tieline.desk.models.cases import Case
from tieline.identity.models import Team


class SharedWith(models.TextChoices):
    """Who has a saved view in their list."""

    NOBODY = "nobody", "Only me"
    TEAM = "team", "My team"
    EVERYBODY = "everybody", "Everybody"


class SavedView(models.Model):
    """A query with a name; its counter is the query's own."""

    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2000)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    shared_with = models.CharField(max_length=10, choices=SharedWith.choices, default=SharedWith.NOBODY)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+")
    order = models.CharField(max_length=20, default="due")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="desk_view_name_once")]


class BulkState(models.TextChoices):
    """How far an act on many cases is."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    UNDOING = "undoing", "Being undone"
    UNDONE = "undone", "Undone"


class BulkAct(models.Model):
    """One act on all cases that matched when it was confirmed."""

    act = models.CharField(max_length=20)
    facts = models.JSONField(default=dict, help_text="what to set, as the act understands it")
    query = models.CharField(max_length=2000, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=BulkState.choices, default=BulkState.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)


class BulkTarget(models.Model):
    """One case of an act on many: what it was before, and why it could not be changed."""

    bulk = models.ForeignKey(BulkAct, on_delete=models.CASCADE, related_name="targets")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    before = models.JSONField(null=True)
    is_done = models.BooleanField(default=False)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulk", "case"], name="desk_bulk_target_once")]
        indexes = [models.Index(fields=["bulk"], name="desk_bulk_to_do", condition=models.Q(is_done=False))]
