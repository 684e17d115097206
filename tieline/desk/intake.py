"""New case, message in a case, late answer? Pure: what is known of the thread goes in, a decision comes out.

A thread is only joined by a letter that proves which one it answers, by a Message-ID or by our signed token, and only
by somebody who belongs to it: the address on the case, the same participant, or a person on the case. A bare case
number proves nothing. Anybody else gets a case of their own, linked, and learns nothing of the other.

Mail that our servers found not to be from whom it says may lie in an open case, marked, and moves nothing there: no
clock, no state. Where somebody would have to move for it to be seen (the case waits for the client, or is closed) it
gets a case of its own too. A thread beside the requester's conversation moves nothing whoever writes in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Intake(StrEnum):
    """What to do with a person's message."""

    OPEN = "open"
    ADD = "add"
    REOPEN = "reopen"
    FOLLOW = "follow"


@dataclass(frozen=True)
class Thread:
    """The case a message seems to belong to, and how its sender stands to it."""

    label: str
    is_closed: bool
    reopen_until: datetime | None
    belongs: bool
    found_by: str
    is_waiting: bool = False
    is_proved: bool = True
    is_beside: bool = False


@dataclass(frozen=True)
class Decision:
    """What to do and why, in words for the ledger."""

    intake: Intake
    reason: str


def decide(thread: Thread | None, *, at: datetime, is_disproved: bool = False) -> Decision:
    """What a person's message of the instant `at` means for the desk; `is_disproved` where its sender check failed."""
    if thread is None:
        return Decision(Intake.OPEN, "a new inquiry")
    if not thread.belongs:
        return Decision(Intake.FOLLOW, f"refers to {thread.label} but its sender is not on that case")
    if not thread.is_proved:
        return Decision(Intake.FOLLOW, f"names {thread.label} in its subject and answers nothing that we sent")
    if thread.is_beside:
        return Decision(Intake.ADD, f"answers in a thread of {thread.label} ({thread.found_by})")
    if is_disproved:
        return _unproved(thread)
    if not thread.is_closed:
        return Decision(Intake.ADD, f"answers {thread.label} ({thread.found_by})")
    if thread.reopen_until is not None and at <= thread.reopen_until:
        return Decision(Intake.REOPEN, f"a late answer to {thread.label}, within the window for reopening")
    if thread.reopen_until is None:
        return Decision(Intake.FOLLOW, f"a late answer to {thread.label}, whose window for reopening cannot be counted")
    return Decision(Intake.FOLLOW, f"a late answer to {thread.label}, after the window for reopening")


def _unproved(thread: Thread) -> Decision:
    if thread.is_closed or thread.is_waiting:
        return Decision(Intake.FOLLOW, f"refers to {thread.label} but its sender is not proved")
    return Decision(Intake.ADD, f"lies in {thread.label} ({thread.found_by}), its sender not proved")
