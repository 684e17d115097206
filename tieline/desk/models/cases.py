"""What is a case? An inquiry with its messages and citations, and who owns it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from tieline.kernel.actor import Actor
from tieline.kernel.reference import Reference
from tieline.mail.models import IncomingMail, OutgoingMail
from tieline.participants.models import Participant, Person
from tieline.rulebook.models import ParagraphVersion

SURE_ENOUGH = 0.7
"""How certain of its participant a case must be for that participant's people to see it."""


class CaseState(models.TextChoices):
    """Whose turn it is: ours, the client's, or nobody's any more."""

    OPEN = "open", "Open"
    WAITING = "waiting", "Waiting on client"
    CLOSED = "closed", "Closed"


class CaseQuerySet(models.QuerySet["Case"]):
    """The vocabulary of asking for cases."""

    def visible_to(self, actor: Actor) -> CaseQuerySet:
        """All for staff who may see the desk, their participant's own for its people, none for others.

        A participant that was only guessed opens nothing to its people; the policy below says the same.
        """
        if actor.may("desk.see"):
            return self
        kind, _, id_ = actor.viewer.partition(":")
        if kind != "participant" or not id_.isdigit():
            return self.none()
        return self.filter(participant_id=int(id_), certainty__gte=SURE_ENOUGH)

    def unclosed(self) -> CaseQuerySet:
        """Cases somebody still has to do something about."""
        return self.exclude(state=CaseState.CLOSED)


class Case(models.Model):
    """One inquiry. `received_at` and `number` never change (a trigger refuses)."""

    number = models.BigIntegerField(unique=True)
    label = models.CharField(max_length=40, help_text="the number as people write it")
    kind = models.CharField(max_length=60)
    topic = models.CharField(max_length=60)
    area = models.CharField(max_length=60)
    urgency = models.CharField(max_length=40)
    urgency_rank = models.SmallIntegerField()
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.OPEN)
    subject = models.CharField(max_length=500)
    received_at = models.DateTimeField()
    channel = models.CharField(max_length=20, default="mail")
    requester_address = models.CharField(max_length=320, blank=True)
    requester_name = models.CharField(max_length=300, blank=True)
    requester = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, null=True, related_name="+")
    certainty = models.FloatField(default=0, help_text="how sure we are of the participant, 0 to 1")
    certainty_why = models.CharField(max_length=300, blank=True)
    routing_reasons = models.JSONField(default=list)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followers")
    outcome = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True, help_text="when our first answer was delivered")
    closed_at = models.DateTimeField(null=True)
    last_activity_at = models.DateTimeField()
    message_count = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, help_text="the earliest due time of its running clocks")
    excerpt = models.CharField(max_length=200, blank=True)
    labels = ArrayField(models.CharField(max_length=60), default=list, db_default=[])
    page_key = models.UUIDField(null=True, unique=True, help_text="the page it was opened from by hand, once")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "number"], name="desk_open_by_due", condition=~Q(state="closed")),
            models.Index(fields=["owner", "due_at"], name="desk_owned_by_due", condition=~Q(state="closed")),
            models.Index(fields=["area", "due_at"], name="desk_area_by_due", condition=~Q(state="closed")),
            models.Index(fields=["state", "due_at"], name="desk_state_by_due", condition=~Q(state="closed")),
            models.Index(
                fields=["area", "state"],
                name="desk_counted",
                condition=~Q(state="closed"),
                include=["id", "owner", "due_at", "participant", "certainty"],
            ),
            models.Index(fields=["-closed_at"], name="desk_closed_newest", condition=Q(state="closed")),
            models.Index(fields=["participant", "-received_at"]),
            models.Index(fields=["requester_address", "-received_at"]),
            models.Index(fields=["-received_at", "-number"], name="desk_newest"),
            models.Index(fields=["-last_activity_at", "-number"], name="desk_most_recently_active"),
            models.Index(fields=["merged_into"], name="desk_merged", condition=Q(merged_into__isnull=False)),
            GinIndex(fields=["labels"], name="desk_labels"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at=None)),
                name="desk_closed_has_time",
            )
        ]

    @property
    def reference(self) -> Reference:
        """How others point at this case."""
        return Reference("case", str(self.number))

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is expected of anybody."""
        return self.state == CaseState.CLOSED


class MessageKind(models.TextChoices):
    """Who speaks to whom."""

    CLIENT = "client"
    OURS = "ours"
    NOTE = "note"


class Message(models.Model):
    """Something said in a case: by the client, by us to the client, or among ourselves (a note)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    at = models.DateTimeField()
    author = models.CharField(max_length=80, help_text="as a reference")
    author_name = models.CharField(max_length=300)
    author_address = models.CharField(max_length=320, blank=True)
    text = models.TextField()
    quoted_text = models.TextField(blank=True)
    signature_text = models.TextField(blank=True)
    incoming = models.OneToOneField(IncomingMail, on_delete=models.PROTECT, null=True, related_name="+")
    outgoing = models.OneToOneField(OutgoingMail, on_delete=models.PROTECT, null=True, related_name="+")
    remark = models.CharField(max_length=300, blank=True, help_text="what a reader should know about the sender")
    thread = models.ForeignKey(
        "CaseThread", on_delete=models.PROTECT, null=True, related_name="messages",
        help_text="none: the conversation with the requester",
    )  # fmt: skip
    is_withheld = models.BooleanField(
        default=False, db_default=False, help_text="a reply that has not left yet: its client must not see it"
    )

    class Meta:
        indexes = [models.Index(fields=["case", "at"])]


class CaseCitation(models.Model):
    """A rule cited in a case: the paragraph version it rests on, and the words quoted from it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="citations")
    version = models.ForeignKey(ParagraphVersion, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=160)
    quote = models.TextField(blank=True)
    cited_at = models.DateTimeField()
    cited_by = models.CharField(max_length=80)
    cited_by_name = models.CharField(max_length=200)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "version", "quote"],
                condition=Q(withdrawn_at=None),
                name="desk_citation_once",
            )
        ]
