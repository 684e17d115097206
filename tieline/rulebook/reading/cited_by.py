"""What cites a section on a day: which rules, and which other things, as far as the asker may see them?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tieline.rulebook import standing
from tieline.rulebook.citing import resolution
from tieline.rulebook.citing.resolution import CitingParagraph
from tieline.rulebook.models import ParagraphVersion

NAMED = 20


@dataclass(frozen=True)
class RestingKind:
    """Things of one kind that rest on a section: how many, and the first of them."""

    kind: str
    count: int
    named: tuple[standing.Resting, ...]


@dataclass(frozen=True)
class SectionReach:
    """Rules by the section they stand in, and what else rests on any wording of the section."""

    rules: Mapping[tuple[str, str], tuple[CitingParagraph, ...]]
    resting: tuple[RestingKind, ...]

    @property
    def rule_count(self) -> int:
        """How many paragraphs cite the section."""
        return sum(len(paragraphs) for paragraphs in self.rules.values())


def reach_of(book: str, section: str, *, as_at: date) -> SectionReach:
    """What cites a section; things other than rules count with every wording it ever had."""
    rules: dict[tuple[str, str], tuple[CitingParagraph, ...]] = {}
    for one in resolution.citing(book, section, as_at=as_at):
        rules[one.book, one.section] = (*rules.get((one.book, one.section), ()), one)
    return SectionReach(rules, _resting(book, section, as_at))


def _resting(book: str, section: str, as_at: date) -> tuple[RestingKind, ...]:
    versions = ParagraphVersion.objects.filter(
        paragraph__section__book__key=book, paragraph__section__number=section
    ).values_list("pk", flat=True)
    holders: dict[str, dict[str, standing.Resting]] = {kind: {} for kind in standing.kinds()}
    for kind, one in standing.resting(list(versions), as_at=as_at):
        holders[kind].setdefault(str(one.holder), one)
    return tuple(
        RestingKind(kind, len(found), tuple(found.values())[:NAMED]) for kind, found in holders.items() if found
    )
