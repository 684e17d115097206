"""What does the post room keep? Every message that came, what came of it, and every message that goes out."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tieline.kernel.reference import Reference


class Outcome(models.TextChoices):
    """What became of a message; each has exactly one."""

    CASE = "case", "opened a case"
    MESSAGE = "message", "added to a case"
    MACHINE = "machine", "machine mail noted"
    DUPLICATE = "duplicate", "duplicate"
    QUARANTINE = "quarantine", "quarantined"


class Proof(models.TextChoices):
    """Whether a letter's sender is proved; see `tieline.mail.authenticity`."""

    PASS = "pass", "Sender check passed"
    FAIL = "fail", "Sender check failed"
    NONE = "none", "Sender check inconclusive"
    UNKNOWN = "unknown", "Sender not checked"


class IngestRun(models.Model):
    """One reading of a file or folder; unfinished when it was interrupted, and then resumed by the next."""

    path = models.CharField(max_length=1000)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)


class IncomingMail(models.Model):
    """One message as it arrived: its bytes in the file store, what was read from them, and its outcome.

    `key` names the delivery (file content or mailbox and UID), so the same delivery is never taken twice.
    """

    key = models.CharField(max_length=300, unique=True)
    source = models.CharField(max_length=500, help_text="where it came from, for people")
    run = models.ForeignKey(IngestRun, on_delete=models.SET_NULL, null=True, related_name="+")
    file_key = models.CharField(max_length=32)
    size_bytes = models.BigIntegerField()
    received_at = models.DateTimeField()

    message_id = models.CharField(max_length=500, blank=True)
    body_digest = models.CharField(max_length=64, blank=True)
    in_reply_to = ArrayField(models.TextField(), default=list)
    sender_name = models.CharField(max_length=300, blank=True)
    sender_address = models.CharField(max_length=320, blank=True)
    reply_to = models.CharField(max_length=320, blank=True)
    recipients = ArrayField(models.TextField(), default=list)
    copied = ArrayField(models.TextField(), default=list, db_default=[])
    subject = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True, help_text="the Date header, as the sender's machine claims")
    own_text = models.TextField(blank=True)
    quoted_text = models.TextField(blank=True)
    signature_text = models.TextField(blank=True)
    html = models.TextField(blank=True, help_text="as it came; cleaned whenever it is shown")
    defects = ArrayField(models.TextField(), default=list)
    may_be_answered = models.BooleanField(default=True, help_text="whether a machine of ours may answer it")
    authenticity = models.CharField(
        max_length=8, choices=Proof.choices, default=Proof.UNKNOWN, db_default=Proof.UNKNOWN.value
    )
    authenticity_facts = models.JSONField(
        default=dict, db_default={}, help_text="the results the verdict rests on, and the reasons in words"
    )

    sorted_at = models.DateTimeField(null=True, help_text="when it was read and judged by the post room")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    case_number = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    shelf_ended_at = models.DateTimeField(null=True, help_text="when it was released from quarantine or discarded")
    shelf_ended_how = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["message_id"]),
            models.Index(fields=["body_digest"]),
            models.Index(fields=["run", "id"]),
            models.Index(fields=["-received_at"]),
            models.Index(fields=["sender_address", "received_at"], name="mail_of_sender"),
            models.Index(fields=["id"], name="mail_undecided", condition=Q(outcome="")),
            models.Index(fields=["-id"], name="mail_on_shelf", condition=Q(outcome="quarantine", shelf_ended_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None) | (~Q(outcome="") & Q(decided_at__isnull=False)),
                name="mail_decided_once",
            )
        ]

    @property
    def reference(self) -> Reference:
        """How others point at this message."""
        return Reference("mail", str(self.pk))

    @property
    def is_disproved(self) -> bool:
        """Whether our servers found that it is not from whom it says."""
        return self.authenticity == Proof.FAIL


class MailAttachment(models.Model):
    """A file that came with a message. Its name is a label only; its bytes lie under a random key."""

    mail = models.ForeignKey(IncomingMail, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    content_id = models.CharField(max_length=255, blank=True)
    size_bytes = models.BigIntegerField()
    file_key = models.CharField(max_length=32, unique=True)


class Verdict(models.TextChoices):
    """What is known of a file's harm."""

    WAITING = "waiting", "Not looked at yet"
    CLEAN = "clean", "Nothing harmful found"
    INFECTED = "infected", "Harmful"
    UNSCANNED = "unscanned", "Not scanned"


class FileExamination(models.Model):
    """What was found in a stored file: whether it is harmful, and its words."""

    file_key = models.CharField(max_length=32, unique=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.WAITING)
    found = models.CharField(max_length=200, blank=True, help_text="the name of what was found, or why not scanned")
    text = models.TextField(blank=True)
    text_problem = models.CharField(max_length=200, blank=True)
    examined_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], name="mail_file_to_examine", condition=Q(examined_at=None))]


class AddressStanding(models.Model):
    """That mail to an address came back; until somebody clears it, whoever writes there is told."""

    address = models.CharField(max_length=320, unique=True)
    is_lasting = models.BooleanField(default=True, help_text="the address does not exist, not just a full mailbox")
    bounced_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    times = models.PositiveIntegerField(default=1)
    cleared_at = models.DateTimeField(null=True)
    cleared_by_name = models.CharField(max_length=200, blank=True)


class SendState(models.TextChoices):
    """Where an outgoing message stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class OutgoingMail(models.Model):
    """A message to be sent exactly as written. Its Message-ID is fixed here, so a repeated try is the same message."""

    message_id = models.CharField(max_length=300, unique=True)
    about_kind = models.CharField(max_length=40)
    about_id = models.CharField(max_length=80)
    recipients = ArrayField(models.CharField(max_length=320))
    copied = ArrayField(models.CharField(max_length=320), default=list, db_default=[])
    reply_to = models.CharField(max_length=320, blank=True, db_default="")
    subject = models.CharField(max_length=500)
    text = models.TextField()
    in_reply_to = models.CharField(max_length=500, blank=True)
    references = ArrayField(models.TextField(), default=list)
    is_automatic = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=SendState.choices, default=SendState.WAITING)
    written_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    bounced_at = models.DateTimeField(null=True)
    bounce_reason = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], name="mail_to_send", condition=Q(state__in=["waiting", "sending"])),
            models.Index(fields=["about_kind", "about_id"]),
            models.Index(fields=["written_at"], name="mail_written_by_itself", condition=Q(is_automatic=True)),
        ]

    @property
    def about(self) -> Reference:
        """The object this message speaks of."""
        return Reference(self.about_kind, self.about_id)


class OutgoingAttachment(models.Model):
    """A file that goes out with a message."""

    mail = models.ForeignKey(OutgoingMail, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    size_bytes = models.BigIntegerField()
    file_key = models.CharField(max_length=32)


class MailboxCursor(models.Model):
    """How far a mailbox has been fetched: the server's UIDVALIDITY and the last UID taken."""

    account = models.CharField(max_length=300, primary_key=True)
    uid_validity = models.BigIntegerField()
    last_uid = models.BigIntegerField()
