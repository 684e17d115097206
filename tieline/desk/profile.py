"""What may an inquiry be about, who looks after it, how urgent is it, and how may it end?

Read from `taxonomy.toml`. The approved texts of replies belong to what is sent: `tieline.mail.profile`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from tieline.clocks.profile import ANY, OF_CASES, Measure, ServiceLevels
from tieline.identity.profile import Teams, declare_rights
from tieline.kernel.deadline import Duration
from tieline.kernel.profile import Doubt, Profile, not_one_of, section

declare_rights(
    {
        "desk.see": "see cases and their messages",
        "desk.open": "open a case by hand, from a call or a meeting",
        "desk.reply": "write to the client",
        "desk.forward": "send a message of a case on to somebody else",
        "desk.note": "write an internal note",
        "desk.take_harmful": "save a file in which the scanner found something harmful",
        "desk.assign": "give a case to a person or a team",
        "desk.route": "change a case's topic, area or urgency",
        "desk.cite": "cite a rule in a case",
        "desk.close": "close a case with its outcome",
        "desk.reopen": "open a closed case again",
        "desk.export": "save lists of cases as files",
        "desk.consult": "ask other business areas for advice, and answer when asked",
        "desk.lead": "set capacity, hours and absences of the staff, and watch the live board",
        "desk.arrange": "merge, split and link cases, and move messages between them",
    }
)


class Assignment(StrEnum):
    """How a case finds its owner in an area: by hand, by turns, who has least to do, or who is skilled in it."""

    HAND = "hand"
    TURNS = "turns"
    LOAD = "load"
    SKILL = "skill"


@dataclass(frozen=True)
class Area:
    """A business area: one field of the operator's work, looked after by one team.

    key: short word for the area
    name: what people read
    team: key of the team (teams.toml) that looks after it
    owner: who answers for the area at the operator, in words
    citation: the text that shows who answers for it
    verified: whether the operator has confirmed the owner
    assignment: how a new case finds its owner: by hand, by turns, by load, or by skill (then by load)
    """

    key: str
    name: str
    team: str
    owner: str = ""
    citation: str = ""
    verified: bool = False
    assignment: Assignment = Assignment.HAND


@dataclass(frozen=True)
class Urgency:
    """How pressing a case is.

    key: short word for the level
    name: what people read
    rank: order of the levels; a larger number is more pressing
    words: words and phrases in an inquiry that raise it to this level
    """

    key: str
    name: str
    rank: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """How a case may end.

    key: short word for the outcome
    name: what people read
    needs_answer: whether the client must have had an answer before a case may end so
    """

    key: str
    name: str
    needs_answer: bool = True


@dataclass(frozen=True)
class CaseKind:
    """A kind of case, with its own number series, outcomes and reopening window.

    key: short word for the kind
    name: what people read
    prefix: letters before the case number of this kind; empty for the profile's own prefix
    reopen_window: how long after closing a further message reopens the case; later it opens a linked new one
    outcomes: how a case of this kind may end
    calendar: key of the calendar by which the reopening window is counted
    """

    key: str
    name: str
    reopen_window: Duration
    outcomes: tuple[Outcome, ...]
    calendar: str
    prefix: str = ""

    def outcome(self, key: str) -> Outcome:
        return _by_key(self.outcomes, key)


@dataclass(frozen=True)
class Topic:
    """What an inquiry is about, within one business area.

    key: short word for the topic
    name: what people read
    area: key of the business area it belongs to
    kind: key of the kind of case it opens
    urgency: key of the urgency a case on it starts with
    words: word or phrase that suggests the topic -> how strongly (1 weak, 5 nearly certain)
    """

    key: str
    name: str
    area: str
    kind: str
    urgency: str
    words: Mapping[str, float] = field(default_factory=dict)


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


K = TypeVar("K", bound=_Keyed)


def _by_key(rows: Iterable[K], key: str) -> K:
    return {row.key: row for row in rows}[key]


def _has_policy(profile: Profile, kind: str, urgency: str, measure: Measure) -> bool:
    return profile.get(ServiceLevels).policy_for(kind, urgency, measure, date.max) is not None


@section("taxonomy.toml")
@dataclass(frozen=True)
class Taxonomy:
    """Everything an inquiry may be about.

    areas: the business areas
    kinds: the kinds of case
    urgencies: the urgency levels
    topics: the topics
    default_topic: key of the topic of an inquiry whose words suggest none
    """

    areas: tuple[Area, ...]
    kinds: tuple[CaseKind, ...]
    urgencies: tuple[Urgency, ...]
    topics: tuple[Topic, ...]
    default_topic: str

    def area(self, key: str) -> Area:
        return _by_key(self.areas, key)

    def kind(self, key: str) -> CaseKind:
        return _by_key(self.kinds, key)

    def urgency(self, key: str) -> Urgency:
        return _by_key(self.urgencies, key)

    def topic(self, key: str) -> Topic:
        return _by_key(self.topics, key)

    def check(self, profile: Profile) -> Iterator[Doubt]:
        yield from self._check_topics()
        yield from self._check_neighbours(profile)
        for place, kind in enumerate(self.kinds):
            if kind.calendar not in profile.calendars:
                yield not_one_of(f"kinds[{place}].calendar", "the calendars", profile.calendars)

    def unsaid(self, profile: Profile) -> Iterator[str]:
        for area in self.areas:
            if not any(topic.area == area.key for topic in self.topics):
                yield f"area {area.key!r} has no topic"
        wordless = [topic.key for topic in self.topics if not topic.words and topic.key != self.default_topic]
        if wordless:
            yield f"{len(wordless)} topics have no words that suggest them: {', '.join(wordless)}"
        for kind in self.kinds:
            for measure in OF_CASES:
                missing = [u.key for u in self.urgencies if not _has_policy(profile, kind.key, u.key, measure)]
                if missing:
                    levels = ", ".join(missing)
                    yield f"kind {kind.key!r} has no {measure.replace('_', ' ')} policy for {levels}"

    def _check_topics(self) -> Iterator[Doubt]:
        known = (
            ("area", "the business areas", [area.key for area in self.areas]),
            ("kind", "the kinds of case", [kind.key for kind in self.kinds]),
            ("urgency", "the urgency levels", [urgency.key for urgency in self.urgencies]),
        )
        for place, topic in enumerate(self.topics):
            for key, noun, keys in known:
                if getattr(topic, key) not in keys:
                    yield not_one_of(f"topics[{place}].{key}", noun, keys)
        topics = [topic.key for topic in self.topics]
        if self.default_topic not in topics:
            yield not_one_of("default_topic", "the topics", topics)

    def _check_neighbours(self, profile: Profile) -> Iterator[Doubt]:
        """What lower contexts say about areas and kinds they cannot know themselves."""
        if profile.has(Teams):
            yield from self._check_teams(profile.get(Teams))
        if profile.has(ServiceLevels):
            yield from self._check_policies(profile.get(ServiceLevels))

    def _check_teams(self, teams: Teams) -> Iterator[Doubt]:
        """Area and team must name each other: who owns the area, and what a member of the team sees."""
        areas = {area.key: area.team for area in self.areas}
        listed = {team.key: team.areas for team in teams.teams}
        for place, area in enumerate(self.areas):
            if area.team not in listed:
                yield not_one_of(f"areas[{place}].team", "the teams", listed)
            elif area.key not in listed[area.team]:
                yield Doubt(f"areas[{place}].team", f"a team whose areas (teams.toml) hold {area.key!r}")
        for place, team in enumerate(teams.teams):
            for number, key in enumerate(team.areas):
                where = f"teams[{place}].areas[{number}]"
                if key not in areas:
                    yield not_one_of(where, "the business areas", areas, file="teams.toml")
                elif areas[key] != team.key:
                    expected = f"an area whose team (taxonomy.toml) is {team.key!r}"
                    yield Doubt(where, expected, file="teams.toml")

    def _check_policies(self, levels: ServiceLevels) -> Iterator[Doubt]:
        kinds = [ANY, *(kind.key for kind in self.kinds)]
        urgencies = [ANY, *(urgency.key for urgency in self.urgencies)]
        for place, policy in enumerate(levels.policies):
            if policy.kind not in kinds:
                where = f"policies[{place}].kind"
                yield not_one_of(where, "the kinds of case", kinds, file="service_levels.toml")
            if policy.urgency not in urgencies:
                where = f"policies[{place}].urgency"
                yield not_one_of(where, "the urgency levels", urgencies, file="service_levels.toml")


@section("guards.toml")
@dataclass(frozen=True)
class GuardWords:
    """The words by which a reply is looked over before it leaves, and which replies a second person must approve.

    attachment_words: words that speak of an attached file
    internal_words: words that mark what is not for clients
    rule_words: words by which a text says what the rules are
    rules_topics: keys of the topics whose answers rest on rules
    second_pair_topics: keys of the topics whose replies a colleague must have approved
    second_pair_urgencies: keys of the urgency levels whose replies a colleague must have approved
    verified: whether the operator has confirmed these lists
    """

    attachment_words: tuple[str, ...] = ("attached", "attachment", "attachments", "attaching", "enclosed")
    internal_words: tuple[str, ...] = (
        "internal only", "internal use", "for internal", "confidential", "do not forward", "not for distribution",
    )  # fmt: skip
    rule_words: tuple[str, ...] = ("the rules require", "the rules say", "under the rules", "according to the rules")
    rules_topics: tuple[str, ...] = ()
    second_pair_topics: tuple[str, ...] = ()
    second_pair_urgencies: tuple[str, ...] = ()
    verified: bool = False

    def unsaid(self, profile: Profile) -> Iterator[str]:
        if not self.verified and self != GuardWords():
            yield "the words and topics are not verified"

    def check(self, profile: Profile) -> Iterator[Doubt]:
        if not profile.has(Taxonomy):
            return
        taxonomy = profile.get(Taxonomy)
        topics, urgencies = [one.key for one in taxonomy.topics], [one.key for one in taxonomy.urgencies]
        for name, known in (("rules_topics", topics), ("second_pair_topics", topics)):
            for place, key in enumerate(getattr(self, name)):
                if key not in known:
                    yield not_one_of(f"{name}[{place}]", "the topics", known)
        for place, key in enumerate(self.second_pair_urgencies):
            if key not in urgencies:
                yield not_one_of(f"second_pair_urgencies[{place}]", "the urgency levels", urgencies)
