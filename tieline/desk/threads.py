"""How does a letter of ours stand in its conversation: to whom, under which subject, after which letters?

A case has one conversation with its requester and may have threads beside it; letters of one never quote, name or
answer those of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from tieline.desk import threading_tokens
from tieline.desk.models import Case, CaseThread, Message, MessageKind
from tieline.desk.profile import Taxonomy
from tieline.kernel.profile import Profile, current_profile
from tieline.mail.models import Proof
from tieline.mail.profile import MailRules

LONGEST_CHAIN = 20
LONGEST_QUOTE = 200


@dataclass(frozen=True)
class Envelope:
    """Where a letter goes, and by what its answer is known."""

    recipients: tuple[str, ...]
    copied: tuple[str, ...]
    subject: str
    reply_to: str
    answers: tuple[str, ...]


def envelope(case: Case, *, recipients: Sequence[str], cc: Sequence[str], thread: CaseThread | None) -> Envelope:
    """The envelope of a letter in the case's own conversation, or in a thread beside it."""
    return Envelope(
        recipients=tuple(recipients),
        copied=tuple(cc),
        subject=_subject(case, thread),
        reply_to=reply_address(case, thread, profile=current_profile()),
        answers=_letters_before(case, thread),
    )


def keys() -> tuple[str, ...]:
    """The secrets tokens are made of: the instance's own, and those it had before."""
    return (settings.SECRET_KEY, *(str(key) for key in settings.SECRET_KEY_FALLBACKS))


def tag(case: Case, thread: CaseThread | None = None) -> str:
    """What our subjects name the thread by."""
    return threading_tokens.tag(case.label, _token(case, thread))


def reply_address(case: Case, thread: CaseThread | None, *, profile: Profile) -> str:
    """The sub-address answers go to, or "" where the mailbox takes none."""
    if not profile.get(MailRules).sub_addresses:
        return ""
    return threading_tokens.reply_address(settings.MAIL_ADDRESS, case.number, _token(case, thread))


def prefixes(profile: Profile) -> frozenset[str]:
    """The letters that begin the numbers of this desk's cases."""
    kinds = {kind.prefix for kind in profile.get(Taxonomy).kinds if kind.prefix}
    return frozenset(kinds | {profile.case_prefix or "C"})


def said_in(case: Case, thread: CaseThread | None) -> QuerySet[Message]:
    """The letters of one conversation of the case, oldest first; never a note."""
    return case.messages.filter(thread=thread).exclude(kind=MessageKind.NOTE).order_by("at", "pk")


def last_words(case: Case, thread: CaseThread | None) -> str:
    """What the other side said last, as it is quoted below our answer; nothing that nobody is proved to have said."""
    # what somebody else may have written is not sent on in our name
    proved = said_in(case, thread).filter(kind=MessageKind.CLIENT).exclude(incoming__authenticity=Proof.FAIL)
    last = proved.last()
    if last is None:
        return ""
    lines = "\n".join(f"> {line}" for line in last.text.splitlines()[:LONGEST_QUOTE])
    return f"{last.author_name or last.author_address} wrote:\n{lines}"


def _token(case: Case, thread: CaseThread | None) -> str:
    return threading_tokens.token_for(case.number, thread.pk if thread else None, key=keys()[0])


def _subject(case: Case, thread: CaseThread | None) -> str:
    written = thread.subject if thread else case.subject
    bare = " ".join("".join(letter if letter.isprintable() else " " for letter in written).split())
    bare = threading_tokens.without_tags(bare, prefixes(current_profile()))
    while bare[:3].lower() in ("re:", "aw:", "fw:"):
        bare = bare[3:].strip()
    return f"{'' if thread else 'Re: '}{tag(case, thread)} {bare}".strip()


def _letters_before(case: Case, thread: CaseThread | None) -> tuple[str, ...]:
    """The Message-IDs of the conversation so far, oldest first."""
    said = said_in(case, thread).values_list("incoming__message_id", "outgoing__message_id")
    ids = [came or went for came, went in said.reverse()[: LONGEST_CHAIN * 2]]
    return tuple(reversed([id_ for id_ in ids if id_ and not id_.endswith("@no-message-id>")][:LONGEST_CHAIN]))
