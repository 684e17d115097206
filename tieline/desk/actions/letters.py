"""What does the button of a letter beside the client do? It looks the letter over, then begins, writes or sends on.

In one transaction, as `composing.send` does for a reply. `agreed` holds the tokens of the findings that the writer
has seen and sends past.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tieline.desk.actions.composing import Guarded
from tieline.desk.actions.forwarding import forward_message, refuse_forwarding
from tieline.desk.actions.messages import NOT_COMPOSED, reply
from tieline.desk.actions.sending import Composed, was_sent
from tieline.desk.actions.threads import start_thread
from tieline.desk.letter_facts import findings_of_letter
from tieline.desk.models import Case, CaseState, CaseThread, Message, ThreadKind
from tieline.identity.permissions import require
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile

NOTHING_AGREED: frozenset[str] = frozenset()


@transaction.atomic
def begin_thread(
    case: Case,
    *,
    kind: ThreadKind,
    people: Sequence[str],
    subject: str,
    text: str,
    key: UUID | None = None,
    agreed: frozenset[str] = NOTHING_AGREED,
    profile: Profile,
    by: Actor,
    at: datetime,
) -> Message:
    """Begin a thread by a letter that was looked over, and its subject. Refuses Guarded, and as `start_thread`."""
    require(by, "desk.reply")
    if not was_sent(case, composed=Composed(key=key), by=by):
        known = "" if subject.strip() == case.subject.strip() else subject
        _look_over(case, f"{text}\n{known}", people=people, agreed=agreed, profile=profile)
    return start_thread(case, kind=kind, people=people, subject=subject, text=text, key=key, by=by, at=at)


@transaction.atomic
def write_in_thread(
    case: Case,
    thread: CaseThread,
    *,
    text: str,
    files: Sequence[UUID] = (),
    composed: Composed = NOT_COMPOSED,
    agreed: frozenset[str] = NOTHING_AGREED,
    profile: Profile,
    by: Actor,
    at: datetime,
) -> Message:
    """Write to the people of a thread what was looked over. Refuses Guarded and what `reply` does."""
    require(by, "desk.reply")
    if not was_sent(case, composed=composed, by=by):
        people = list(thread.people.filter(removed_at=None).values_list("address", flat=True))
        _look_over(case, text, people=people, thread=thread, files=len(files), agreed=agreed, profile=profile)
    return reply(
        case, text=text, then=CaseState(case.state), thread=thread, files=files, composed=composed, by=by, at=at
    )


@transaction.atomic
def send_on(
    message: Message,
    *,
    to: Sequence[str],
    text: str,
    files: Sequence[str] = (),
    key: UUID | None = None,
    agreed: frozenset[str] = NOTHING_AGREED,
    profile: Profile,
    by: Actor,
    at: datetime,
) -> Message:
    """Forward a message, it and the words before it looked over. Refuses Guarded and what `forward_message` does."""
    refuse_forwarding(message, by=by)
    if not was_sent(message.case, composed=Composed(key=key), by=by):
        _look_over(
            message.case, text, people=to, forwarded=f"{message.case.subject}\n{message.text}", files=len(files),
            agreed=agreed, profile=profile,
        )  # fmt: skip
    return forward_message(message, to=to, text=text, files=files, key=key, by=by, at=at)


def _look_over(
    case: Case,
    text: str,
    *,
    people: Sequence[str],
    thread: CaseThread | None = None,
    forwarded: str = "",
    files: int = 0,
    agreed: frozenset[str],
    profile: Profile,
) -> None:
    found = findings_of_letter(
        case, text.replace("\x00", "").replace("\r\n", "\n"), people=people, thread=thread, forwarded=forwarded,
        file_count=files, profile=profile,
    )  # fmt: skip
    if missing := tuple(one for one in found if one.stops or one.token not in agreed):
        raise Guarded(missing)
