"""Which cases does an act on many mean? Those chosen one by one, or all that match the list they were chosen from.

The one place that turns what a list was asked for into cases; what is seen as a list and what is acted on are the
same query.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tieline.desk.asking import Asked, condition_of, parse
from tieline.desk.models import Case
from tieline.desk.models.cases import CaseQuerySet
from tieline.desk.queries.named import view_named
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile
from tieline.kernel.refusal import Refusal

MOST_BY_HAND = 500


class NothingChosen(Refusal):
    """No case was chosen, or none matches any more."""

    def __init__(self) -> None:
        super().__init__("No case is chosen. Choose some in the list first.")


class TooManyByHand(Refusal):
    """More cases were chosen one by one than an act takes; nothing is left out silently."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"{count} cases are chosen one by one, and {MOST_BY_HAND} is the most. Choose fewer, or ask for those you"
            " mean in the search line and take all that match."
        )


@dataclass(frozen=True)
class Chosen:
    """What was chosen: numbers, or everything (`is_all`) that a view or a query text matches."""

    view: str = ""
    query: str = ""
    numbers: tuple[int, ...] = ()
    is_all: bool = False

    @property
    def words(self) -> str:
        """The choice as it is kept with the act."""
        if self.is_all:
            return self.query or f"view:{self.view}"
        return f"{len(self.numbers)} chosen by hand"


def matching(chosen: Chosen, actor: Actor, *, profile: Profile, at: datetime) -> CaseQuerySet:
    """The cases meant, as far as the actor may see them; never one that was merged into another.

    Refuses NothingChosen where the list it names does not exist, and TooManyByHand.
    """
    cases = Case.objects.visible_to(actor).filter(merged_into=None)
    if not chosen.is_all:
        if len(set(chosen.numbers)) > MOST_BY_HAND:
            raise TooManyByHand(len(set(chosen.numbers)))
        return cases.filter(number__in=chosen.numbers)
    try:
        query = chosen.query or view_named(chosen.view, actor, profile).query
    except KeyError:
        raise NothingChosen from None
    asked = parse(query, profile=profile, actor=actor, at=at)
    if not isinstance(asked, Asked):
        raise NothingChosen
    return cases.filter(condition_of(asked))
