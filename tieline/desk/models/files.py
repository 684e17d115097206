"""Which files did staff bring up, and how far is each?"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tieline.desk.models.cases import Case, Message


class UploadKind(models.TextChoices):
    """With what a file goes along."""

    REPLY = "reply", "a reply"
    NOTE = "note", "a note"


class Upload(models.Model):
    """A file that a member of staff adds to a case, part by part; whole once `received` reaches `size_bytes`."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="uploads")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    size_bytes = models.BigIntegerField()
    received_bytes = models.BigIntegerField(default=0)
    key = models.UUIDField(unique=True, help_text="by which a page goes on after an interruption")
    file_key = models.CharField(max_length=32, blank=True, help_text="in the file store, once it is whole")
    started_at = models.DateTimeField()
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="uploads")
    discarded_at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=10, choices=UploadKind.choices, default=UploadKind.REPLY, db_default="reply")

    class Meta:
        indexes = [models.Index(fields=["case", "message"], name="desk_upload_of")]
