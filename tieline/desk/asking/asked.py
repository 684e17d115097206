"""What does a text ask for, as an actor means it, and which cases is that?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from tieline.desk.asking.meaning import condition, within
from tieline.desk.asking.names import look_up
from tieline.desk.asking.reading import Misread, Tree, clean, read_tree
from tieline.desk.asking.scope import Directory, Scope
from tieline.desk.models import Case
from tieline.kernel.actor import Actor
from tieline.kernel.profile import Profile
from tieline.search.queries import held, holding


@dataclass(frozen=True)
class Asked:
    """A query that was understood. `within` is "open", "closed" or "any"; `has_words`: the index must be asked."""

    text: str
    tree: Tree
    scope: Scope
    within: str
    has_words: bool

    @property
    def is_cheap(self) -> bool:
        """Whether its answers can be counted among the open cases, together with those of others."""
        return self.within == "open" and not self.has_words


@dataclass(frozen=True)
class Misasked:
    """A query that was not: at which place, why, and what may have been meant there."""

    text: str
    position: int
    sentence: str
    suggestions: tuple[str, ...] = ()


def parse(text: str, *, profile: Profile, actor: Actor, at: datetime) -> Asked | Misasked:
    """Understand a text as the actor means it ("me", "today"); one statement for each kind of name in it at most."""
    return parse_all({"": text}, profile=profile, actor=actor, at=at)[""]


def parse_all(texts: Mapping[str, str], *, profile: Profile, actor: Actor, at: datetime) -> dict[str, Asked | Misasked]:
    """Understand many texts, with the names in all of them looked up together."""
    trees: dict[str, Tree] = {}
    answers: dict[str, Asked | Misasked] = {}
    for key, text in texts.items():
        try:
            trees[key] = read_tree(clean(text))
        except Misread as fault:
            answers[key] = _misasked(text, fault)
    directory = look_up(trees.values()) if actor.may("desk.see") else Directory()
    scope = Scope(profile, actor, at, directory)
    for key, tree in trees.items():
        answers[key] = _understood(texts[key], tree, scope)
    return answers


def _understood(text: str, tree: Tree, scope: Scope) -> Asked | Misasked:
    asks_index: list[Sequence[str]] = []

    def note(phrases: Sequence[str]) -> Q:
        asks_index.append(phrases)
        return Q()

    try:
        condition(tree, scope, holding=note)
    except Misread as fault:
        return _misasked(text, fault)
    return Asked(" ".join(text.split()), tree, scope, within(tree), bool(asks_index))


def _misasked(text: str, fault: Misread) -> Misasked:
    return Misasked(text, min(fault.position, len(text)), fault.sentence, fault.suggestions)


def cases(asked: Asked, actor: Actor) -> QuerySet[Case]:
    """The cases asked for, of those the actor may see. Words are looked up in the index at once, the rest is lazy."""
    return among(Case.objects.visible_to(actor), asked)


def among(found: QuerySet[Case], asked: Asked) -> QuerySet[Case]:
    """Those of some cases that are asked for."""
    return found.filter(condition_of(asked))


def condition_of(asked: Asked) -> Q:
    """What is asked, as one condition on cases."""
    actor = asked.scope.actor

    def find(phrases: Sequence[str]) -> Q:
        numbers = holding(phrases, kind="case")
        if numbers is not None:
            return Q(number__in=[int(number) for number in numbers])
        own = Cast(OuterRef("number"), TextField())
        return Q(held(phrases, viewer=actor, kind="case", object_id=own))

    return condition(asked.tree, asked.scope, holding=find)
