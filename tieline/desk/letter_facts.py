"""What must be known to look over a letter to somebody beside the client? Who reads it, and what they know already.

Its people may know nothing of the client, and the client nothing of them: in a letter to another participant the
client's own name is a stranger's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from tieline.desk.guard_facts import bounced_among, quotes_of, stale_texts, strange_clients
from tieline.desk.guards import Finding, Outgoing, look_over
from tieline.desk.models import SURE_ENOUGH, Case, CaseThread, MessageKind
from tieline.desk.profile import GuardWords
from tieline.desk.quoted_rules import misquoted
from tieline.kernel.profile import Profile
from tieline.participants.queries import find_sender

MOST_NOTES = 200
OF_FORWARDED = ("other_client", "internal")
"""What is looked for in a message that is sent on: it was said already, but to somebody else."""


def findings_of_letter(
    case: Case,
    text: str,
    *,
    people: Sequence[str],
    thread: CaseThread | None = None,
    forwarded: str = "",
    file_count: int = 0,
    profile: Profile,
    today: date,
) -> tuple[Finding, ...]:
    """What the guards find in a letter to these people, and in the message sent on with it.

    What it quotes from the rules must stand in them today, unless the thread or the message sent on says it already:
    our own earlier letters count among what was said.
    """
    addresses = tuple(dict.fromkeys(address.strip().lower() for address in people if address.strip()))
    readers, said = _readers(case, addresses), _said(case, thread)
    others = tuple(strange_clients(text, readers=readers, known=said, profile=profile))
    letter = Outgoing(
        text=text,
        file_count=file_count,
        recipients=addresses,
        known_addresses=frozenset(addresses),
        bounced=bounced_among(addresses),
        others=others,
        notes=_notes(case),
        said=(said, forwarded, *quotes_of(case)),
        has_citation=True,
        stale_texts=tuple(stale_texts(text, profile, today)),
        misquoted=misquoted(text, as_at=today, known=(said, forwarded)),
        words=profile.get(GuardWords),
    )
    return (*look_over(letter), *_of_forwarded(letter, forwarded, readers, said, profile))


def _of_forwarded(
    letter: Outgoing, forwarded: str, readers: frozenset[int | None], said: str, profile: Profile
) -> list[Finding]:
    """No place of these lies in the writer's own words."""
    others = tuple(strange_clients(forwarded, readers=readers, known=said, profile=profile))
    found = look_over(Outgoing(text=forwarded, file_count=1, others=others, has_citation=True, words=letter.words))
    return [
        replace(one, sentence=f"In the message sent on: {one.sentence}", start=0, end=0)
        for one in found
        if one.key in OF_FORWARDED
    ]


def _readers(case: Case, addresses: Sequence[str]) -> frozenset[int | None]:
    """The participants whose people get the letter; where there are none, our client may be named."""
    senders = [find_sender(address, "") for address in addresses]
    found = frozenset(one.participant.pk for one in senders if one.participant and one.certainty >= SURE_ENOUGH)
    return found or frozenset({case.participant_id})


def _said(case: Case, thread: CaseThread | None) -> str:
    """What the people of a thread have read or written themselves."""
    if thread is None:
        return ""
    said = case.messages.filter(thread=thread).exclude(kind=MessageKind.NOTE).order_by("-pk")
    return "\n".join(f"{text}\n{quoted}" for text, quoted in said.values_list("text", "quoted_text")[:MOST_NOTES])


def _notes(case: Case) -> tuple[str, ...]:
    notes = case.messages.filter(kind=MessageKind.NOTE).order_by("-pk")
    return tuple(notes.values_list("text", flat=True)[:MOST_NOTES])
