"""How do cases hang together? Threads and people of a case, links between cases, what was merged or moved."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tieline.desk.models.cases import Case, Message
from tieline.participants.models import Person


class ThreadKind(models.TextChoices):
    """With whom a thread beside the requester's own conversation is held."""

    OUTSIDE = "outside", "Outside party"
    PARTICIPANT = "participant", "Other participant"
    EXPERT = "expert", "Expert"


class CaseThread(models.Model):
    """A conversation beside the requester's own: its people see nothing of the case but this thread."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="threads")
    kind = models.CharField(max_length=12, choices=ThreadKind.choices)
    subject = models.CharField(max_length=500)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=80)
    started_by_name = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)


class CaseRole(models.TextChoices):
    """What somebody is to a case."""

    REQUESTER = "requester", "Requester"
    COPIED = "cc", "Copied"
    EXPERT = "expert", "Expert"
    PARTICIPANT = "participant", "Other participant"
    OUTSIDE = "outside", "Outside party"


class CasePerson(models.Model):
    """Somebody on a case with a role: on its own conversation, on one thread, or on one message only."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="people")
    role = models.CharField(max_length=12, choices=CaseRole.choices)
    address = models.CharField(max_length=320, blank=True)
    name = models.CharField(max_length=300, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    thread = models.ForeignKey(CaseThread, on_delete=models.PROTECT, null=True, related_name="people")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()
    added_by_name = models.CharField(max_length=200)
    reason = models.CharField(max_length=300, blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "role", "address", "thread"],
                condition=Q(removed_at=None),
                nulls_distinct=False,
                name="desk_person_once",
            )
        ]
        indexes = [models.Index(fields=["address"], name="desk_person_address")]


class LinkKind(models.TextChoices):
    """How one case stands to another; read from `case` to `other`."""

    PARENT = "parent", "is part of"
    BLOCKED = "blocked", "is blocked by"
    RELATED = "related", "is related to"


class CaseLink(models.Model):
    """One case stands to another; a part holds its parent open, what blocks is waited for."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links")
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="linked_from")
    kind = models.CharField(max_length=8, choices=LinkKind.choices)
    linked_at = models.DateTimeField()
    linked_by_name = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "other", "kind"], condition=Q(ended_at=None), name="desk_link_once"
            ),
            models.CheckConstraint(condition=~Q(case=models.F("other")), name="desk_link_not_to_itself"),
        ]


class RearrangementKind(models.TextChoices):
    """How messages changed their case."""

    MERGE = "merge", "merged"
    SPLIT = "split", "split"
    MOVE = "move", "moved"


class Rearrangement(models.Model):
    """That messages went from one case to another, with everything needed to put them back."""

    kind = models.CharField(max_length=5, choices=RearrangementKind.choices)
    source = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rearranged_from")
    target = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rearranged_into")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    by_name = models.CharField(max_length=200)
    reason = models.CharField(max_length=300, blank=True)
    moved = models.JSONField(default=dict, help_text="ids of what went over, by table, and what stood before")
    undone_at = models.DateTimeField(null=True)
    undone_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["source", "at"], name="desk_rearranged_source"),
            models.Index(fields=["target", "at"], name="desk_rearranged_target"),
        ]
