"""When may a reply leave later, and what waits to be sent? Times in the market's zone, and the waiting replies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from tieline.desk.models import Case, Draft, DraftKind, DraftReader, LaterReply, LaterState, Message
from tieline.desk.snoozing import Choice, choices
from tieline.desk.writing import staff_id
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile
from tieline.mail.models import OutgoingMail, SendState

FARTHEST = timedelta(days=366)
MOST_SHOWN = 100


def moments_for(case: Case, *, profile: Profile, at: datetime) -> tuple[Choice, ...]:
    """The times offered: in an hour, and the openings a case can be put off to as well."""
    openings = [one for one in choices(case, profile=profile, at=at) if one.key in ("tomorrow", "monday")]
    return (Choice("hour", "In an hour", at + timedelta(hours=1)), *openings)


@dataclass(frozen=True)
class WaitingCard:
    """A reply for later as the case shows it above the composer; with `why` it was not sent, for that reason."""

    id: int
    author: str
    is_own: bool
    text: str
    send_at: datetime
    unless_they_write: bool
    why: str


LATER_REPLIES = ArraySubquery(
    LaterReply.objects.filter(Q(state=LaterState.WAITING) | Q(state=LaterState.CANCELLED) & ~Q(state_why=""))
    .filter(case=OuterRef("pk"))
    .order_by("send_at", "pk")
    .values(
        row=JSONObject(
            id="pk", author="author_id", name="author__name", text="text", send_at="send_at",
            unless="unless_they_write", why="state_why",
        )
    )
)  # fmt: skip
"""A case's replies for later, to be annotated as `later_rows` where the case is found."""


def later_in(case: Case, actor: Actor) -> tuple[WaitingCard, ...]:
    """What waits in a case found with `later_rows`; why something was not sent is told to its writer."""
    return tuple(_cards(getattr(case, "later_rows", ()), staff_id(actor)))


def _cards(rows: object, reader: int | None) -> Iterator[WaitingCard]:
    assert isinstance(rows, list | tuple)
    for row in rows:
        if row["author"] == reader or not row["why"]:
            yield WaitingCard(
                row["id"], row["name"], row["author"] == reader, row["text"], datetime.fromisoformat(row["send_at"]),
                row["unless"], row["why"],
            )  # fmt: skip


@dataclass(frozen=True)
class Tray:
    """Everything of somebody's that is written and not out: leaving, for later, stopped, and to be read for others."""

    leaving: tuple[Message, ...]
    later: tuple[LaterReply, ...]
    not_sent: tuple[LaterReply, ...]
    passed: tuple[Draft, ...]
    asked: tuple[DraftReader, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all waits."""
        return not (self.leaving or self.later or self.not_sent or self.passed or self.asked)


def tray(actor: Actor, *, everybody: bool = False) -> Tray:
    """What waits of the actor's, or of everybody's; in the cases the actor may see, the first hundred of each."""
    cases = Case.objects.visible_to(actor)
    own = Q() if everybody else Q(author_id=staff_id(actor))
    later = LaterReply.objects.filter(own, case__in=cases).select_related("case", "author")
    return Tray(
        leaving=tuple(_leaving(actor, cases, everybody)[:MOST_SHOWN]),
        later=tuple(later.filter(state=LaterState.WAITING).order_by("send_at", "pk")[:MOST_SHOWN]),
        not_sent=tuple(
            later.filter(state=LaterState.CANCELLED).exclude(state_why="").order_by("-send_at", "-pk")[:MOST_SHOWN]
        ),
        passed=tuple(_passed(cases, own)[:MOST_SHOWN]),
        asked=tuple(_asked(actor, cases)[:MOST_SHOWN]),
    )


def tray_count(actor: Actor) -> int:
    """How many lines the actor's own tray has; one statement."""
    cases, own = Case.objects.visible_to(actor), Q(author_id=staff_id(actor))
    later = LaterReply.objects.filter(own, case__in=cases)
    waiting = later.filter(Q(state=LaterState.WAITING) | Q(state=LaterState.CANCELLED) & ~Q(state_why=""))
    parts = (_leaving(actor, cases, False), waiting, _passed(cases, own), _asked(actor, cases))
    first, *rest = (part.order_by().values_list("pk", flat=True) for part in parts)
    return first.union(*rest, all=True).count()


def _leaving(actor: Actor, cases: QuerySet[Case], everybody: bool) -> QuerySet[Message]:
    """Replies in the outbox, found from its few rows."""
    waiting = OutgoingMail.objects.filter(state=SendState.WAITING, is_automatic=False).values("pk")
    said = Message.objects.filter(outgoing__in=waiting, case__in=cases).select_related("case", "outgoing")
    return (said if everybody else said.filter(author=str(actor.reference))).order_by("outgoing__next_try_at", "pk")


def _passed(cases: QuerySet[Case], own: Q) -> QuerySet[Draft]:
    """Drafts of replies in whose cases something was said after their last saving."""
    said = Message.objects.filter(case=OuterRef("case"), at__gt=OuterRef("updated_at"))
    drafts = Draft.objects.filter(own, kind=DraftKind.REPLY, case__in=cases).filter(Exists(said))
    return drafts.select_related("case", "author").order_by("-updated_at")


def _asked(actor: Actor, cases: QuerySet[Case]) -> QuerySet[DraftReader]:
    asked = DraftReader.objects.filter(reader_id=staff_id(actor), draft__case__in=cases, approved_at=None)
    return asked.select_related("draft__case", "draft__author").order_by("-asked_at")
