"""What is it about and how urgent: by the profile's words, with every reason shown."""

from __future__ import annotations

import pytest

from tieline.desk.profile import Taxonomy
from tieline.desk.routing import route
from tieline.kernel.profile import current_profile

TAXONOMY = current_profile().get(Taxonomy)
WORDED = [topic for topic in TAXONOMY.topics if topic.words]


@pytest.mark.parametrize("topic", WORDED, ids=lambda topic: topic.key)
def test_a_topics_own_strongest_words_lead_to_it(topic: object) -> None:
    words = sorted(topic.words, key=topic.words.__getitem__)[-3:]  # type: ignore[attr-defined]

    found = route(" ".join(words), " ".join(words), TAXONOMY)

    assert found.topic == topic
    assert any(words[-1] in reason for reason in found.reasons)


def test_words_nobody_listed_lead_to_the_default_topic_and_say_so() -> None:
    found = route("Hello", "qwertz", TAXONOMY)

    assert found.topic.key == TAXONOMY.default_topic
    assert found.reasons[0] == "no word of any topic was found"


def test_a_word_inside_another_word_does_not_count() -> None:
    assert route("", "prefixasapsuffix", TAXONOMY).urgency != "high"
    assert route("", "We need it ASAP!", TAXONOMY).urgency == "high"


def test_urgent_words_only_raise_and_the_reason_is_told() -> None:
    raised = route("Emergency", "no rush", TAXONOMY)

    assert raised.urgency == "critical"
    assert any("“emergency” raises the urgency to Critical" in reason for reason in raised.reasons)


def test_very_long_text_is_read_only_at_its_beginning() -> None:
    assert route("", "x " * 500_000 + "emergency", TAXONOMY).urgency != "critical"
