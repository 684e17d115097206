"""What is this operator's habit in mail: how the desk signs, what machines write, how large a message may be?

`mail.toml` holds the post room's rules (accounts are settings of the installation), `notices.toml` the
operator's own notices, so that a code in a message is known for what it is, and `replies/*.md` the approved
texts of what is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from tieline.identity.profile import declare_rights
from tieline.kernel.profile import Doubt, Profile, not_one_of, section

declare_rights(
    {
        "mail.see_original": "see and download a message exactly as it arrived",
        "mail.ledger": "see the outcome of every message that arrived",
        "mail.shelf": "look at quarantined messages, let them go on or discard them",
        "mail.clear_standing": "say that mail to an address that came back arrives again",
        "mail.ingest": "bring messages in from files",
    }
)


@dataclass(frozen=True)
class Limits:
    """How large and how tangled a message may be before it is put aside.

    message_mb: size of the whole message in megabytes
    parts: number of MIME parts
    depth: how deep parts may lie within parts
    seconds: time allowed for reading one message
    """

    message_mb: int = 40
    parts: int = 200
    depth: int = 30
    seconds: int = 10


@dataclass(frozen=True)
class AutomaticReplies:
    """How much may go out without anybody having written it; a loop with another machine ends there.

    address_in_a_day: to one address within a day
    domain_in_an_hour: to all addresses of one mail domain within an hour
    all_in_an_hour: to everybody within an hour
    unproved_in_an_hour: to everybody within an hour, from which on senders whose check did not pass get none
    storm_of_sender: messages of one sender within ten minutes from which on it is not answered
    """

    address_in_a_day: int = 1
    domain_in_an_hour: int = 20
    all_in_an_hour: int = 200
    unproved_in_an_hour: int = 40
    storm_of_sender: int = 5


@section("mail.toml")
@dataclass(frozen=True)
class MailRules:
    """The post room's rules.

    desk_name: name shown before the desk's address in what we send
    acknowledgement: the text sent when a case opens, as a path in the profile; empty to send none
    machine_subjects: words at the start of a subject that only machines write here, beside the usual ones
    sub_addresses: whether mail to desk+anything@… reaches the desk, so that answers can be told by their address
    limits: what is too large or too tangled to read
    automatic: how much may go out that nobody wrote
    """

    desk_name: str
    acknowledgement: str = ""
    machine_subjects: tuple[str, ...] = ()
    sub_addresses: bool = False
    limits: Limits = field(default_factory=Limits)
    automatic: AutomaticReplies = field(default_factory=AutomaticReplies)

    def check(self, profile: Profile) -> Iterator[Doubt]:
        yield from self._check_acknowledgement(profile)
        for key in ("message_mb", "parts", "depth", "seconds"):
            if getattr(self.limits, key) < 1:
                yield Doubt(f"limits.{key}", "a number of at least 1")
        for cap in fields(self.automatic):
            if getattr(self.automatic, cap.name) < 1:
                yield Doubt(f"automatic.{cap.name}", "a number of at least 1")
        for reply in read_replies(profile).values():
            if reply.key != Path(self.acknowledgement).stem:
                yield from _strange_blanks(reply, REPLY_WORDS)

    def _check_acknowledgement(self, profile: Profile) -> Iterator[Doubt]:
        """It must be there, and never repeat the client's own words: they may be meant for a third party."""
        if not self.acknowledgement:
            return
        path = profile.directory / self.acknowledgement
        if not path.is_file():
            expected = "the path of a text in the profile, such as 'replies/acknowledgement.md'"
            yield Doubt("acknowledgement", expected)
            return
        reply = _read_reply(path.stem, path.read_text(encoding="utf-8"))
        yield from _strange_blanks(reply, ACKNOWLEDGEMENT_WORDS)


@dataclass(frozen=True)
class NoticeCategory:
    """What an operator's notice may be about.

    key: short word for the category
    name: what is printed on the notice
    lists: keys of the lists such a notice usually goes to
    verified: whether somebody has checked the row against its source
    """

    key: str
    name: str
    lists: tuple[str, ...] = ()
    verified: bool = False


@dataclass(frozen=True)
class NoticeList:
    """A list people subscribe to for notices.

    key: short word for the list
    name: the list's name as it is written
    means: what is sent to it
    verified: whether somebody has checked the row against its source
    """

    key: str
    name: str
    means: str = ""
    verified: bool = False


@dataclass(frozen=True)
class NoticePrefix:
    """The first letters of a notice code.

    letters: the letters themselves
    means: whom such a notice concerns
    verified: whether somebody has checked the row against its source
    """

    letters: str
    means: str
    verified: bool = False


@section("notices.toml")
@dataclass(frozen=True)
class Notices:
    """The operator's own notices.

    code_pattern: regular expression a whole notice code matches
    headings: the headings of a notice, in their order
    audiences: the readers a notice may name
    categories: what notices may be about
    lists: the lists they are sent to
    prefixes: what the first letters of a code say
    citation: the texts this was read from
    """

    code_pattern: re.Pattern[str] | None = None
    headings: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    categories: tuple[NoticeCategory, ...] = ()
    lists: tuple[NoticeList, ...] = ()
    prefixes: tuple[NoticePrefix, ...] = ()
    citation: str = ""

    def check(self, profile: Profile) -> Iterator[Doubt]:
        lists = [notice_list.key for notice_list in self.lists]
        for place, category in enumerate(self.categories):
            for number, key in enumerate(category.lists):
                if key not in lists:
                    yield not_one_of(f"categories[{place}].lists[{number}]", "the lists", lists)


REPLY_WORDS = (
    "number", "subject", "person", "participant", "topic", "due",
    "agent", "desk", "operator", "footer", "outcome",
)  # fmt: skip
ACKNOWLEDGEMENT_WORDS = ("number", "due", "person", "desk", "operator", "footer")
_BLANK = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True)
class Reply:
    """An approved text: the first heading of its file is the title, the rest is the body.

    Blanks are written {{ number }}; the words that may stand in them are REPLY_WORDS.
    """

    key: str
    title: str
    body: str

    @property
    def blanks(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_BLANK.findall(self.body)))

    def filled(self, words: Mapping[str, str]) -> str:
        """The body with its blanks filled; a word that is not given leaves its blank in sight."""
        return _BLANK.sub(lambda blank: words.get(blank[1], blank[0]), self.body)


def _strange_blanks(reply: Reply, words: tuple[str, ...]) -> Iterator[Doubt]:
    for blank in reply.blanks:
        if blank not in words:
            file = f"replies/{reply.key}.md"
            yield not_one_of(f"{{{{ {blank} }}}}", "the words", words, file=file, found=blank)


def read_replies(profile: Profile) -> Mapping[str, Reply]:
    """The approved texts of the profile by key, which is the file's name without its ending."""
    return {key: _read_reply(key, text) for key, text in profile.texts("replies").items()}


def _read_reply(key: str, text: str) -> Reply:
    first, _, rest = text.strip().partition("\n")
    if not first.startswith("# "):
        return Reply(key=key, title=key.replace("-", " "), body=text.strip() + "\n")
    return Reply(key=key, title=first[2:].strip(), body=rest.strip() + "\n")
