"""Which files wait beside what is being written? They come with the case's own query, as drafts do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from tieline.desk.files import StoredFile, stored
from tieline.desk.models import Case, LaterReply, LaterState, Upload, UploadKind
from tieline.desk.writing import staff_id
from tieline.kernel.actor import Actor
from tieline.mail.models import FileExamination

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class WaitingFile:
    """A file brought up and not sent yet; not whole while parts of it are missing."""

    id: str
    file: StoredFile
    received_bytes: int
    kind: str = UploadKind.REPLY.value

    @property
    def is_whole(self) -> bool:
        """Whether all of it has arrived."""
        return bool(self.file.key)

    @property
    def percent(self) -> int:
        """How much of it has arrived."""
        return self.received_bytes * 100 // max(self.file.size_bytes, 1)


@dataclass(frozen=True)
class Uploads:
    """One's own files in a case that wait to be sent, and what still fits beside them."""

    waiting: tuple[WaitingFile, ...]
    largest_bytes: int

    @property
    def whole(self) -> tuple[WaitingFile, ...]:
        """Those that can go."""
        return tuple(one for one in self.waiting if one.is_whole)

    def whole_for(self, kind: str) -> tuple[WaitingFile, ...]:
        """Those that can go with a reply, or with a note."""
        return tuple(one for one in self.whole if one.kind == kind)

    @property
    def unfinished(self) -> tuple[WaitingFile, ...]:
        """Those that are still arriving, or were broken off."""
        return tuple(one for one in self.waiting if not one.is_whole)

    @property
    def left_bytes(self) -> int:
        """How much may still be added."""
        return max(self.largest_bytes - sum(one.file.size_bytes for one in self.waiting), 0)


def largest_bytes() -> int:
    """How much the files of one message may weigh together."""
    return int(settings.LARGEST_FILE_MB) * MEGABYTE


def _examined(what: str) -> Subquery:
    return Subquery(FileExamination.objects.filter(file_key=OuterRef("file_key")).values(what)[:1])


UPLOADS = ArraySubquery(
    Upload.objects.filter(case=OuterRef("pk"), message=None, discarded_at=None)
    .order_by("pk")
    .values(
        row=JSONObject(
            id="key", author="author_id", received="received_bytes", key="file_key", name="name", size="size_bytes",
            type="content_type", kind="kind", verdict=_examined("verdict"), found=_examined("found"),
        )
    )
)  # fmt: skip
"""A case's waiting files, to be annotated as `upload_rows` where the case is found."""

LATER = ArraySubquery(
    LaterReply.objects.filter(case=OuterRef("pk"), state=LaterState.WAITING).exclude(files=[]).values("files")
)
"""The files of replies to be sent later, to be annotated as `later_files`: they are spoken for."""


def uploads_in(case: Case, actor: Actor) -> Uploads:
    """The actor's own waiting files in a case found with `upload_rows` and `later_files`."""
    spoken_for = {UUID(key) for files in getattr(case, "later_files", ()) for key in files}
    rows = [
        row
        for row in getattr(case, "upload_rows", ())
        if row["author"] == staff_id(actor) and UUID(row["id"]) not in spoken_for
    ]
    return Uploads(
        tuple(WaitingFile(UUID(row["id"]).hex, stored(row), row["received"], row["kind"]) for row in rows),
        largest_bytes(),
    )


def waiting_uploads(case: Case, keys: Iterable[UUID], author_id: int | None) -> QuerySet[Upload]:
    """The author's whole files with these keys that were not sent or taken away."""
    own = Q(case=case, author_id=author_id, message=None, discarded_at=None)
    return Upload.objects.filter(own, key__in=list(keys)).exclude(file_key="").order_by("pk")
