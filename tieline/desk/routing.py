"""What is it about and how urgent is it? Pure: the profile's words against the client's, with every reason shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tieline.desk.profile import Taxonomy, Topic

READ = 4000
SUBJECT_WEIGHT = 2.0
ENOUGH = 1.0


@dataclass(frozen=True)
class Route:
    """A suggested topic and urgency, and the reasons in words."""

    topic: Topic
    urgency: str
    reasons: tuple[str, ...]


def route(subject: str, text: str, taxonomy: Taxonomy) -> Route:
    """The topic whose words weigh most in subject and text; the default topic where hardly any word fits."""
    head, body = _plain(subject), _plain(text[:READ])
    best = max((_score(topic, head, body) for topic in taxonomy.topics), key=lambda one: one.weight)
    topic = best.topic if best.weight >= ENOUGH else taxonomy.topic(taxonomy.default_topic)
    reasons = tuple(f"“{word}” suggests {topic.name}" for word in best.words[:4] if topic is best.topic)
    reasons = reasons or ("no word of any topic was found",)
    urgency, why = _urgency(topic, f"{head}{body}", taxonomy)
    return Route(topic, urgency, reasons + why)


@dataclass(frozen=True)
class _Score:
    """How well a topic's words fit, and which of them were found, the weightiest first."""

    weight: float
    topic: Topic
    words: tuple[str, ...]


def _score(topic: Topic, head: str, body: str) -> _Score:
    found: dict[str, float] = {}
    for word, weight in topic.words.items():
        sought = _plain(word)
        if sought in head:
            found[word] = weight * SUBJECT_WEIGHT
        elif sought in body:
            found[word] = weight
    return _Score(sum(found.values()), topic, tuple(sorted(found, key=found.__getitem__, reverse=True)))


def _urgency(topic: Topic, text: str, taxonomy: Taxonomy) -> tuple[str, tuple[str, ...]]:
    urgency, why = taxonomy.urgency(topic.urgency), f"the usual urgency of {topic.name}"
    for level in taxonomy.urgencies:
        word = next((word for word in level.words if _plain(word) in text), None)
        if word is not None and level.rank > urgency.rank:
            urgency, why = level, f"“{word}” raises the urgency to {level.name}"
    return urgency.key, (why,)


@lru_cache(maxsize=4096)
def _word(text: str) -> str:
    return " " + " ".join(re.findall(r"[^\W_]+", text.lower())) + " "


def _plain(text: str) -> str:
    """Lower-case words with single blanks around, so that a phrase is found as whole words."""
    return _word(text) if len(text) < 60 else " " + " ".join(re.findall(r"[^\W_]+", text.lower())) + " "
