"""Which approved texts can be put into a reply, with their blanks filled from the case?

A text that rests on a rule which has changed, and of which nobody has said whether it still holds, is refused once:
who wants it all the same asks for it in doubt, knowing what changed (see `actions.texts`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from tieline.desk.models import Case
from tieline.desk.profile import Taxonomy
from tieline.identity.permissions import require
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile
from tieline.kernel.refusal import Refusal
from tieline.mail.profile import MailRules, Reply, read_replies
from tieline.rulebook.reach.queries import TaskView, stale_holders

KIND = "reply_template"


class NoSuchText(Refusal):
    """The profile holds no text of this name."""

    def __init__(self, key: str) -> None:
        super().__init__(f"There is no approved text “{key}”.")


class TextInDoubt(Refusal):
    """A rule under the text has changed and nobody has looked at the text since."""

    def __init__(self, text: OfferedText) -> None:
        self.text = text
        changed = ", ".join(f"{one.label} ({one.fault} on {one.effective_on})" for one in text.doubts)
        super().__init__(f"“{text.title}” rests on {changed}, and nobody has said whether it still holds.")


@dataclass(frozen=True)
class OfferedText:
    """An approved text as the composer offers it; `doubts` is what has changed under it."""

    key: str
    title: str
    first_words: str
    doubts: tuple[TaskView, ...]


@dataclass(frozen=True)
class FilledText:
    """An approved text with its blanks filled, ready to be edited."""

    key: str
    title: str
    words: str


def offered(profile: Profile, *, as_at: date) -> tuple[OfferedText, ...]:
    """The texts a person can send, by title; the acknowledgement is sent by itself and is not among them."""
    doubts = stale_holders(KIND, as_at)
    own = Path(profile.get(MailRules).acknowledgement).stem
    texts = [_offered(one, doubts) for one in read_replies(profile).values() if one.key != own]
    return tuple(sorted(texts, key=lambda one: one.title))


def filled(case: Case, key: str, *, profile: Profile, by: Actor, at: datetime) -> FilledText:
    """The text for a case; refuses NoSuchText, and TextInDoubt while a change under it waits for a decision."""
    text = next((one for one in offered(profile, as_at=_day(profile, at)) if one.key == key), None)
    if text is not None and text.doubts:
        require(by, "desk.reply")
        raise TextInDoubt(text)
    return filled_in_doubt(case, key, profile=profile, by=by)


def filled_in_doubt(case: Case, key: str, *, profile: Profile, by: Actor) -> FilledText:
    """The text for a case, whatever has changed under it: who asks has been told. Refuses NoSuchText."""
    require(by, "desk.reply")
    reply = read_replies(profile).get(key)
    if reply is None:
        raise NoSuchText(key)
    return FilledText(key, reply.title, reply.filled(_words(case, profile, by)).strip())


def doubts_of(key: str, *, profile: Profile, at: datetime) -> tuple[TaskView, ...]:
    """What has changed under a text and waits for a decision."""
    return stale_holders(KIND, _day(profile, at)).get(f"{KIND}:{key}", ())


def _offered(reply: Reply, doubts: dict[str, tuple[TaskView, ...]]) -> OfferedText:
    lines = [line for line in reply.body.splitlines() if line.strip() and not line.startswith("Hello")]
    return OfferedText(reply.key, reply.title, lines[0] if lines else "", doubts.get(f"{KIND}:{reply.key}", ()))


def _words(case: Case, profile: Profile, by: Actor) -> dict[str, str]:
    """What may stand in the blanks; a word that the case does not know yet leaves its blank in sight."""
    taxonomy = profile.get(Taxonomy)
    words = {
        "number": case.label,
        "subject": case.subject,
        "person": case.requester_name if "@" not in case.requester_name else "",
        "participant": case.participant.name if case.participant else "",
        "topic": taxonomy.topic(case.topic).name,
        "due": f"{case.due_at.astimezone(profile.time_zone):%A %d %B %Y, %H:%M}" if case.due_at else "",
        "agent": by.name,
        "desk": profile.get(MailRules).desk_name,
        "operator": profile.operator,
        "footer": profile.footer,
        "outcome": taxonomy.kind(case.kind).outcome(case.outcome).name if case.outcome else "",
    }
    return {key: value for key, value in words.items() if value}


def _day(profile: Profile, at: datetime) -> date:
    return at.astimezone(profile.time_zone).date()
