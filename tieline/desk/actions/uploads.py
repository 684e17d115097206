"""How does a file get into a case? Announced, brought up part by part, and then sent with a message or taken away.

Parts come in order; whoever was interrupted asks how far the file is and goes on from there. A file belongs to who
brings it up and to the case, until its message has left.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q, Sum

from tieline.desk.models import Case, Message, Upload, UploadKind
from tieline.desk.uploading import MEGABYTE, largest_bytes, waiting_uploads
from tieline.desk.writing import staff_id, writer_id
from tieline.identity.permissions import require
from tieline.kernel import instance
from tieline.kernel.actor import Actor
from tieline.kernel.chores import chore
from tieline.kernel.partial_files import PartialFiles
from tieline.kernel.refusal import Refusal
from tieline.mail.examining import to_be_examined
from tieline.mail.models import FileExamination, Verdict
from tieline.mail.outgoing_files import OutFile
from tieline.mail.plaintext import file_label

LARGEST_PART_BYTES = 8 * MEGABYTE
MOST_FILES = 50
GIVEN_UP_AFTER = timedelta(days=7)
CLEARED_AGAIN_AFTER = timedelta(minutes=10)
RIGHTS = {UploadKind.REPLY: "desk.reply", UploadKind.NOTE: "desk.note"}
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+_-]{0,50}/[a-z0-9][a-z0-9.+_-]{0,60}")


class EmptyFile(Refusal):
    """A file without a byte."""

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” is empty; there is nothing to attach.")


class TooMuch(Refusal):
    """More than one message may carry."""

    def __init__(self, name: str, *, left_bytes: int) -> None:
        most = largest_bytes() // MEGABYTE
        room = f"{left_bytes / MEGABYTE:.1f} MB are left" if left_bytes else "there is no room left"
        super().__init__(f"“{name}” is too large: the files of one message may weigh {most} MB together, {room}.")


class TooManyFiles(Refusal):
    """More files wait than one message may carry."""

    def __init__(self) -> None:
        super().__init__(f"A message carries at most {MOST_FILES} files.")


class WrongPlace(Refusal):
    """A part does not begin where the file ends so far; `received_bytes` is where to go on."""

    def __init__(self, received_bytes: int) -> None:
        super().__init__("This part of the file does not fit what has arrived.")
        self.received_bytes = received_bytes


class NoSuchUpload(Refusal):
    """A file that is to go along is not there: taken away, sent already, not whole, or not one's own."""

    def __init__(self) -> None:
        super().__init__("A file that was to go along is not there any more, or not whole. Look at your files again.")


class OnlyForNotes(Refusal):
    """A file that was brought up for a note is to leave with a letter."""

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” was brought up for a note and leaves with no letter. Add it to the letter itself.")


class HarmfulUpload(Refusal):
    """A file that was to go along is harmful."""

    def __init__(self, name: str, found: str) -> None:
        super().__init__(f"“{name}” is harmful ({found}) and is not sent. Take it away first.")


def partial_files() -> PartialFiles:
    """Where files are while they arrive."""
    return PartialFiles(instance.files())


@transaction.atomic
def start_upload(
    case: Case,
    *,
    name: str,
    content_type: str,
    size_bytes: int,
    by: Actor,
    at: datetime,
    kind: UploadKind = UploadKind.REPLY,
) -> Upload:
    """Announce a file to be brought up for a letter or a note, with the right to write it; nothing has arrived.

    Refuses EmptyFile, TooMuch, TooManyFiles.
    """
    require(by, RIGHTS[kind])
    label = file_label(name, otherwise="file")
    if size_bytes <= 0:
        raise EmptyFile(label)
    _refuse_too_much(case, label, size_bytes, by)
    return Upload.objects.create(
        case=case, author_id=writer_id(by), name=label, content_type=_type_of(label, content_type),
        size_bytes=size_bytes, key=uuid4(), started_at=at, kind=kind,
    )  # fmt: skip


def _refuse_too_much(case: Case, label: str, size_bytes: int, by: Actor) -> None:
    own = Upload.objects.filter(case=case, author_id=staff_id(by), message=None, discarded_at=None)
    left = largest_bytes() - (own.aggregate(sum=Sum("size_bytes"))["sum"] or 0)
    if size_bytes > left:
        raise TooMuch(label, left_bytes=max(left, 0))
    if own.count() >= MOST_FILES:
        raise TooManyFiles


def _type_of(label: str, claimed: str) -> str:
    known = claimed.partition(";")[0].strip().lower()
    if not _TYPE.fullmatch(known) or known == "application/octet-stream":
        known = mimetypes.guess_type(label)[0] or "application/octet-stream"
    return known


@transaction.atomic
def take_part(upload: Upload, *, offset: int, content: bytes, by: Actor, at: datetime) -> Upload:
    """Put the next part in its place; the last one makes the file whole. Refuses WrongPlace, TooMuch."""
    require(by, RIGHTS[UploadKind(upload.kind)])
    upload = _own(upload, by)
    if offset != upload.received_bytes or (upload.file_key and content):
        raise WrongPlace(upload.received_bytes)
    if len(content) > min(upload.size_bytes - offset, LARGEST_PART_BYTES):
        raise TooMuch(upload.name, left_bytes=upload.size_bytes - offset)
    partial_files().write(upload.key.hex, content, offset=offset)
    upload.received_bytes += len(content)
    if upload.received_bytes == upload.size_bytes:
        _finish(upload)
    upload.save(update_fields=["received_bytes", "file_key"])
    return upload


def _own(upload: Upload, by: Actor) -> Upload:
    """The row, locked, while it is still one's own to change."""
    own = Upload.objects.select_for_update(of=("self",)).filter(pk=upload.pk, author_id=staff_id(by))
    found = own.filter(message=None, discarded_at=None).first()
    if found is None:
        raise NoSuchUpload
    return found


def _finish(upload: Upload) -> None:
    upload.file_key = upload.key.hex
    partial_files().finish(upload.file_key)
    to_be_examined([upload.file_key])
    transaction.on_commit(lambda: partial_files().drop(upload.key.hex))


def add_whole(
    case: Case,
    *,
    name: str,
    content_type: str,
    size_bytes: int,
    parts: Iterable[bytes],
    by: Actor,
    at: datetime,
    kind: UploadKind = UploadKind.REPLY,
) -> Upload:
    """Bring up a file that is here already, as a plain form does."""
    upload = start_upload(case, name=name, content_type=content_type, size_bytes=size_bytes, by=by, at=at, kind=kind)
    for part in parts:
        upload = take_part(upload, offset=upload.received_bytes, content=part, by=by, at=at)
    return upload


@transaction.atomic
def discard_upload(upload: Upload, *, by: Actor, at: datetime) -> None:
    """Take a waiting file away again; a chore removes its bytes. Refuses NoSuchUpload."""
    require(by, RIGHTS[UploadKind(upload.kind)])
    upload = _own(upload, by)
    upload.discarded_at = at
    upload.save(update_fields=["discarded_at"])


def files_to_go(case: Case, keys: Sequence[UUID], *, kind: UploadKind, by: Actor) -> tuple[Upload, ...]:
    """The files that go along with what the actor writes, locked: to a letter none that was brought up for a note.

    Refuses NoSuchUpload, OnlyForNotes, TooMuch, HarmfulUpload.
    """
    wanted = set(keys)
    if not wanted:
        return ()
    found = tuple(waiting_uploads(case, wanted, staff_id(by)).select_for_update(of=("self",)))
    if len(found) != len(wanted):
        raise NoSuchUpload
    kept_inside = [upload.name for upload in found if upload.kind == UploadKind.NOTE]
    if kept_inside and kind != UploadKind.NOTE:
        raise OnlyForNotes(kept_inside[0])
    weight = sum(upload.size_bytes for upload in found)
    if weight > largest_bytes():
        raise TooMuch(found[-1].name, left_bytes=0)
    harmful = FileExamination.objects.filter(
        file_key__in=[upload.file_key for upload in found], verdict=Verdict.INFECTED
    ).first()
    if harmful is not None:
        name = next(upload.name for upload in found if upload.file_key == harmful.file_key)
        raise HarmfulUpload(name, harmful.found)
    return found


def out_files(uploads: Iterable[Upload]) -> tuple[OutFile, ...]:
    """The files as the post room sends them."""
    return tuple(OutFile(one.name, one.content_type, one.size_bytes, one.file_key) for one in uploads)


def belong_to(message: Message, uploads: Iterable[Upload]) -> None:
    """From now on the files are the message's; taken back with it, they wait again."""
    Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).update(message=message)


@dataclass
class Clearing:
    """When a worker may look again for files to forget: now and then is enough, as nobody waits for it."""

    next_at: datetime | None = None


CLEARING = Clearing()


@chore("uploads")
def clear_uploads_now_and_then(at: datetime) -> int:
    """Clear uploads until none is left to be, and then not for a while."""
    if CLEARING.next_at is not None and at < CLEARING.next_at:
        return 0
    cleared = clear_uploads(at)
    CLEARING.next_at = None if cleared else at + CLEARED_AGAIN_AFTER
    return cleared


def clear_uploads(at: datetime) -> int:
    """Forget what was taken away, and what was broken off a week ago; a few of them each round."""
    stale = Q(discarded_at=None, file_key="", started_at__lt=at - GIVEN_UP_AFTER) | Q(discarded_at__isnull=False)
    over = Upload.objects.select_for_update(skip_locked=True).filter(stale, message=None)[:20]
    for upload in over:
        partial_files().drop(upload.key.hex)
        instance.files().remove(upload.key.hex)
        FileExamination.objects.filter(file_key=upload.key.hex).delete()
        upload.delete()
    return len(over)
