"""Which files go out with a message of ours, and may they leave? Their bytes stay in the store until it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from tieline.kernel import instance
from tieline.mail.models import FileExamination, OutgoingAttachment, OutgoingMail, Verdict
from tieline.mail.parts import Attachment
from tieline.mail.transport import PermanentFailure, TemporaryFailure


@dataclass(frozen=True)
class OutFile:
    """A stored file that is to go out."""

    name: str
    content_type: str
    size_bytes: int
    file_key: str


def attach(outgoing: OutgoingMail, files: Iterable[OutFile]) -> None:
    """Have the files go out with the message, in the transaction that puts it into the outbox."""
    rows = [
        OutgoingAttachment(
            mail=outgoing, name=file.name, content_type=file.content_type,
            size_bytes=file.size_bytes, file_key=file.file_key,
        )
        for file in files
    ]  # fmt: skip
    if rows:
        OutgoingAttachment.objects.bulk_create(rows)


def attached_to(outgoing: OutgoingMail) -> tuple[OutgoingAttachment, ...]:
    """The rows of a message's files; PermanentFailure for a harmful one, TemporaryFailure for one nobody looked at."""
    rows = tuple(outgoing.attachments.order_by("pk"))
    if not rows:
        return ()
    examined = FileExamination.objects.filter(file_key__in=[row.file_key for row in rows])
    known = dict(examined.values_list("file_key", "verdict"))
    for row in rows:
        if known.get(row.file_key) == Verdict.INFECTED:
            raise PermanentFailure(f"“{row.name}” is harmful; the message was not sent.")
        if known.get(row.file_key) == Verdict.WAITING and settings.CLAMAV:
            raise TemporaryFailure(f"“{row.name}” is still being examined.")
    return rows


def loaded(rows: Iterable[OutgoingAttachment]) -> tuple[Attachment, ...]:
    """The files with their bytes; PermanentFailure where the store has lost one."""
    return tuple(_loaded(row) for row in rows)


def _loaded(row: OutgoingAttachment) -> Attachment:
    try:
        content = instance.files().get(row.file_key)
    except FileNotFoundError as problem:
        raise PermanentFailure(f"“{row.name}” is missing from the store; the message was not sent.") from problem
    return Attachment(row.name, row.content_type, len(content), "", content)
