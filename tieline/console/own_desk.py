"""Where does the open case lie on the desk of whoever looks, and what of it have they not read yet?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tieline.console.requests import Request
from tieline.desk.models import Case
from tieline.desk.personal import Desk, desk_of
from tieline.desk.queries import TimelineItem
from tieline.desk.snoozing import Choice, choices


@dataclass(frozen=True)
class OwnDesk:
    """One's own pile of a case, until when it could be put off, and who reads."""

    desk: Desk
    snoozes: tuple[Choice, ...]
    reader: str

    def first_unread(self, timeline: Iterable[TimelineItem]) -> int:
        """The first message of somebody else after what was seen before; 0 where there is none or all is new."""
        if not self.desk.seen:
            return 0
        unread = (one.message_id for one in timeline if one.message_id > self.desk.seen and one.writer != self.reader)
        return min(unread, default=0)


def own_desk(request: Request, case: Case) -> OwnDesk:
    """What the head of a case shows of one's own desk; no statement of its own."""
    snoozes = choices(case, profile=request.profile, at=request.at)
    return OwnDesk(desk_of(case), snoozes, str(request.actor.reference))
