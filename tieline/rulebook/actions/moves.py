"""Where did a paragraph come from? A person corrects what an import took for a move."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tieline.identity.permissions import require
from tieline.journal.actions import record
from tieline.kernel.actor import Actor
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.rulebook.events import MoveCorrected
from tieline.rulebook.models import ParagraphVersion


class UnknownVersion(Refusal):
    """No such paragraph version."""

    def __init__(self, version_id: int) -> None:
        super().__init__(f"There is no paragraph version {version_id}.")


class UnfitOrigin(Refusal):
    """A version that another cannot have come from."""

    def __init__(self, version: ParagraphVersion) -> None:
        super().__init__(
            f"Only text of the same book that ended on {version.effective_from}, and that nothing else came from, "
            "can have moved here."
        )


@transaction.atomic
def correct_move(version_id: int, *, came_from: int | None, by: Actor, at: datetime) -> ParagraphVersion:
    """Say where a paragraph version came from, or (None) that it is new, whatever the import took it for.

    Refuses UnfitOrigin unless the origin ended in the same book on the day this version began.
    """
    require(by, "rulebook.import")
    version = _locked(version_id)
    origin = _locked(came_from) if came_from is not None else None
    if origin is not None and not _may_follow(version, origin):
        raise UnfitOrigin(version)
    version.moved_from, version.moved_certainty = origin, None if origin is None else 1.0
    version.save(update_fields=["moved_from", "moved_certainty"])
    said = MoveCorrected(came_from=came_from)
    record(said, about=Reference("paragraph_version", str(version.pk)), by=by, at=at)
    return version


def _locked(version_id: int) -> ParagraphVersion:
    found = ParagraphVersion.objects.select_for_update(of=("self",)).defer("words")
    version = found.select_related("paragraph__section").filter(pk=version_id).first()
    if version is None:
        raise UnknownVersion(version_id)
    return version


def _may_follow(version: ParagraphVersion, origin: ParagraphVersion) -> bool:
    is_same_book = version.paragraph.section.book_id == origin.paragraph.section.book_id
    is_taken = ParagraphVersion.objects.filter(moved_from=origin).exclude(pk=version.pk).exists()
    return is_same_book and origin.effective_to == version.effective_from and not is_taken
