"""Which files belong to what was said, in what state are they, and who may have one?

A file came with a client's mail or was brought up by staff; both have one key in addresses, random and 128 bits long.
It is reached through a message of a case one may see, and waiting files by whoever brought them up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from tieline.desk.models import Case, Message, MessageKind, Upload
from tieline.desk.writing import staff_id
from tieline.kernel import instance
from tieline.kernel.actor import Actor
from tieline.kernel.refusal import Refusal
from tieline.mail.examining import FileLabel
from tieline.mail.models import FileExamination, MailAttachment, Verdict

TAKE_HARMFUL = "desk.take_harmful"


@dataclass(frozen=True)
class StoredFile:
    """A file as pages show it: its key, its label, and what is known of its harm."""

    key: str
    name: str
    content_type: str
    size_bytes: int
    verdict: Verdict = Verdict.WAITING
    found: str = ""

    @property
    def is_harmful(self) -> bool:
        """Whether the scanner found something in it."""
        return self.verdict == Verdict.INFECTED

    @property
    def is_waiting(self) -> bool:
        """Whether a scanner has still to look at it; where there is none, nobody waits."""
        return self.verdict == Verdict.WAITING and bool(settings.CLAMAV)

    @property
    def is_open(self) -> bool:
        """Whether it may be shown."""
        return not self.is_harmful and not self.is_waiting

    def content(self) -> bytes:
        """Its bytes; FileNotFoundError when the store lost them."""
        return instance.files().get(self.key)


class StillExamined(Refusal):
    """The scanner has not looked at the file yet."""

    def __init__(self, file: StoredFile) -> None:
        super().__init__(f"“{file.name}” is still being examined. Try again in a moment.")


class HarmfulFile(Refusal):
    """The scanner found something in the file."""

    def __init__(self, file: StoredFile) -> None:
        super().__init__(f"“{file.name}” is harmful ({file.found}) and is not handed out.")


def _examined(what: str) -> Subquery:
    return Subquery(FileExamination.objects.filter(file_key=OuterRef("file_key")).values(what)[:1])


def _rows(files: QuerySet[MailAttachment] | QuerySet[Upload]) -> ArraySubquery:
    row = JSONObject(
        key="file_key", name="name", size="size_bytes", type="content_type",
        verdict=_examined("verdict"), found=_examined("found"),
    )  # fmt: skip
    return ArraySubquery(files.order_by("pk").values(row=row))


def with_files(messages: QuerySet[Message]) -> QuerySet[Message]:
    """The messages with their files as `came` and `went`, in the same query; see `files_of`."""
    return messages.annotate(
        came=_rows(MailAttachment.objects.filter(mail=OuterRef("incoming"))),
        went=_rows(Upload.objects.filter(message=OuterRef("pk"))),
    )


def files_of(message: Message) -> tuple[StoredFile, ...]:
    """The files of a message found by `with_files`."""
    return tuple(stored(row) for row in (*getattr(message, "came", ()), *getattr(message, "went", ())))


def stored(row: Mapping[str, object]) -> StoredFile:
    """A file from its row in JSON; the key of one that is still arriving is empty."""
    return StoredFile(
        str(row["key"]), str(row["name"]), str(row["type"]), int(str(row["size"])),
        Verdict(str(row["verdict"] or Verdict.WAITING)), str(row["found"] or ""),
    )  # fmt: skip


def visible_file(key: str, actor: Actor) -> StoredFile | None:
    """The file, if the actor may see a message it belongs to, or brought it up; else None."""
    if len(key) != 32 or set(key) - set("0123456789abcdef"):
        return None
    said = _said_to(actor)
    came = MailAttachment.objects.filter(file_key=key, mail__in=said.exclude(incoming=None).values("incoming"))
    own = Q(author_id=staff_id(actor), discarded_at=None, message=None, case__in=Case.objects.visible_to(actor))
    went = Upload.objects.filter(Q(message__in=said) | own, key=UUID(key)).exclude(file_key="")
    file = came.first() or went.first()
    return _as_stored(file) if file else None


def _said_to(actor: Actor) -> QuerySet[Message]:
    """What the actor may read; for clients no notes, no side conversations, nothing that has not left."""
    said = Message.objects.filter(case__in=Case.objects.visible_to(actor))
    if actor.may("desk.see"):
        return said
    return said.filter(thread=None, is_withheld=False).exclude(kind=MessageKind.NOTE)


def _as_stored(file: MailAttachment | Upload) -> StoredFile:
    examined = FileExamination.objects.filter(file_key=file.file_key).first() or FileExamination()
    return StoredFile(
        file.file_key, file.name, file.content_type, file.size_bytes, Verdict(examined.verdict), examined.found
    )


def taken_by(file: StoredFile, actor: Actor) -> bytes:
    """The bytes for whoever saves the file. Refuses StillExamined, and HarmfulFile without the right to have it."""
    if file.is_harmful and not actor.may(TAKE_HARMFUL):
        raise HarmfulFile(file)
    if file.is_waiting:
        raise StillExamined(file)
    return file.content()


def label_of(file_key: str) -> FileLabel:
    """What a stored file is called."""
    came = MailAttachment.objects.filter(file_key=file_key).first()
    file = came or Upload.objects.filter(key=UUID(file_key)).first()
    return FileLabel(file.name, file.content_type) if file else FileLabel("", "")


def cases_with(file_keys: Iterable[str]) -> QuerySet[Case]:
    """The cases in which these files are."""
    keys = list(file_keys)
    mails = MailAttachment.objects.filter(file_key__in=keys).values("mail")
    uploads = Upload.objects.filter(key__in=[UUID(key) for key in keys])
    said = Message.objects.filter(incoming__in=mails)
    return Case.objects.filter(Q(pk__in=said.values("case")) | Q(pk__in=uploads.values("case")))
