"""Through which wordings did the paragraph of a version go, and what waits to change it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tieline.rulebook.history.redline import Redline, redline
from tieline.rulebook.history.timeline import Moment, timeline
from tieline.rulebook.models import ParagraphVersion
from tieline.rulebook.queries import CitedVersion, cited_version


@dataclass(frozen=True)
class Wording:
    """One wording; `came_from` is where it stood before, if it moved, `redline` what changed on the way."""

    moment: Moment
    came_from: Moment | None
    redline: Redline | None

    @property
    def place(self) -> str:
        """Where it stands, as in 9.14.2(2)."""
        return f"{self.moment.section}{self.moment.path}"


@dataclass(frozen=True)
class Waiting:
    """Text approved by a request, not in force, that stands where the paragraph does."""

    version_id: int
    request: str
    note: str
    since: date
    redline: Redline


@dataclass(frozen=True)
class History:
    """The past and the announced future of one paragraph, the newest first."""

    cited: CitedVersion
    wordings: tuple[Wording, ...]
    waiting: tuple[Waiting, ...]


def history(version_id: int, *, as_at: date) -> History:
    """The history of the paragraph that a version is one wording of; refuses NotInTheRules.

    A grey-boxed version has no past of its own: shown is that of the text in force at its place.
    """
    cited = cited_version(version_id)
    moments = timeline(version_id) or _at_the_place_of(version_id)
    return History(cited, tuple(reversed(_wordings(moments))), _waiting(version_id, moments, as_at))


def day_to_read(cited: CitedVersion, today: date) -> date:
    """The day on which to show a version: today while it stands, else its first."""
    stands = cited.effective_from <= today and (cited.effective_to is None or today < cited.effective_to)
    return today if stands else cited.effective_from


def _wordings(moments: Sequence[Moment]) -> list[Wording]:
    before: list[Moment | None] = [None, *moments[:-1]]
    return [
        Wording(
            now,
            came_from=was if now.has_moved else None,
            redline=redline(was.text, now.text) if was is not None else None,
        )
        for was, now in zip(before, moments, strict=True)
    ]


def _at_the_place_of(version_id: int) -> tuple[Moment, ...]:
    in_force = ParagraphVersion.objects.filter(paragraph__versions=version_id, pending_request="")
    newest = in_force.order_by("-effective_from").values_list("pk", flat=True).first()
    return timeline(newest) if newest is not None else ()


def _waiting(version_id: int, moments: Sequence[Moment], as_at: date) -> tuple[Waiting, ...]:
    """Grey boxes at the place of the newest wording, or of the version itself where nothing is in force."""
    newest = moments[-1].version_id if moments else version_id
    standing = ParagraphVersion.objects.standing(as_at).filter(paragraph__versions=newest).exclude(pending_request="")
    text = moments[-1].text if moments else ""
    return tuple(
        Waiting(one.pk, one.pending_request, one.pending_note, one.effective_from, redline(text, one.text))
        for one in standing.defer("words").order_by("pending_request")
    )
