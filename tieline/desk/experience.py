"""What was the desk asked, and which rules did it cite? Told to the rule book, whose search learns from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tieline.desk.models import CaseCitation, Message, MessageKind
from tieline.rulebook.finding.experience_sources import CitedQuestion

LONGEST = 2000


def cited_questions() -> Iterator[CitedQuestion]:
    """Each case with citations: its subject and the client's first words, and the versions cited in it."""
    cited: dict[int, set[int]] = defaultdict(set)
    standing = CaseCitation.objects.filter(withdrawn_at=None)
    for case_id, version_id in standing.values_list("case_id", "version_id"):
        cited[case_id].add(version_id)
    asked = Message.objects.filter(case_id__in=cited, kind=MessageKind.CLIENT, thread=None).select_related("case")
    for message in asked.order_by("case_id", "at", "pk").distinct("case_id"):
        text = f"{message.case.subject}\n{message.text}"[:LONGEST]
        yield CitedQuestion(text, frozenset(cited[message.case_id]), message.at)
