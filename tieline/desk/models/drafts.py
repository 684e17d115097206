"""What is written but not sent? Drafts with their readers and comments, replies for later, and what was sent once."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tieline.desk.models.cases import Case, CaseState, Message


class DraftKind(models.TextChoices):
    """What a draft is to become."""

    REPLY = "reply", "a reply"
    NOTE = "note", "a note"
    LETTER = "letter", "a letter to somebody else"
    FORWARD = "forward", "a message sent on"


class Draft(models.Model):
    """Words somebody of the staff has not sent or kept yet; one for each case, author and kind.

    Of a letter there is one for each thread, and one that is to begin a thread (`thread` is none); of a message sent
    on, one for each message (`about`). To whom such a letter goes is kept as it was typed.
    `version` counts the savings, so that two devices cannot silently write over each other; `key` names the page
    that saved last.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=DraftKind.choices)
    text = models.TextField()
    then = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.WAITING)
    version = models.PositiveIntegerField()
    key = models.UUIDField(null=True)
    updated_at = models.DateTimeField()
    thread = models.ForeignKey("CaseThread", on_delete=models.CASCADE, null=True, related_name="+")
    cc = ArrayField(models.CharField(max_length=320), default=list, db_default=[])
    about = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, related_name="+", help_text="the message that is to be sent on"
    )
    to = models.CharField(max_length=2000, blank=True, default="", db_default="")
    subject = models.CharField(max_length=500, blank=True, default="", db_default="")
    thread_kind = models.CharField(max_length=12, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "author", "kind", "thread", "about"], nulls_distinct=False, name="desk_draft_once"
            )
        ]


class DraftReader(models.Model):
    """A colleague whom a draft's author asked to look at it."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="readers")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_version = models.PositiveIntegerField(null=True, help_text="the version of the draft that was approved")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "reader"], name="desk_draft_reader_once")]


class DraftComment(models.Model):
    """What a reader says beside a draft, and about which of its words."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    about_words = models.TextField(blank=True)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)


class LaterState(models.TextChoices):
    """What became of a reply that was to be sent later."""

    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    CANCELLED = "cancelled", "Cancelled"


class LaterReply(models.Model):
    """A reply to be sent at a time, by the act that sends any other; until then it is no message and no client sees it.

    With `unless_they_write` it is not sent once the client has written first.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="later_replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    then = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.WAITING)
    cc = ArrayField(models.CharField(max_length=320), default=list)
    files = ArrayField(models.CharField(max_length=32), default=list, help_text="keys of uploaded files")
    send_at = models.DateTimeField()
    unless_they_write = models.BooleanField(default=True)
    seen = models.BigIntegerField(null=True, help_text="the last message its writer had seen")
    written_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=LaterState.choices, default=LaterState.WAITING)
    state_why = models.CharField(max_length=300, blank=True)
    message = models.OneToOneField(Message, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["send_at"], name="desk_to_send_later", condition=Q(state="waiting"))]


class SentReply(models.Model):
    """That a reply was sent from one page, once: what a second click is known by, and what undo restores."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField()
    message = models.OneToOneField(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    state_before = models.CharField(max_length=10, choices=CaseState.choices)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "author", "key"], name="desk_reply_sent_once")]
