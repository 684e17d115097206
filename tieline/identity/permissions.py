"""May they? The first line of every action asks here, whichever door the act came through."""

from __future__ import annotations

from tieline.kernel.actor import Actor
from tieline.kernel.refusal import Refusal


class NotAllowed(Refusal):
    """The actor lacks the right to do this."""

    def __init__(self, actor: Actor, right: str) -> None:
        super().__init__(f"{actor.name} may not do this: the right “{right}” is missing.")
        self.right = right


def require(actor: Actor, right: str) -> None:
    """Refuse with NotAllowed unless the actor holds the right (the system holds all)."""
    if not actor.may(right):
        raise NotAllowed(actor, right)
