"""Which sentences of the passages answer the question?

A sentence is weighed by how well its paragraph was found, the telling words of the question that it holds, how
alike it is in meaning, and whether it holds what the question expects (a time, an amount, a duty). The best are
kept, without those that say the same again. Pure: it decides from values and reads nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from tieline.rulebook.answering.evidence import Passage
from tieline.rulebook.answering.expectations import Expectation, expected, fit, held, is_contrary
from tieline.rulebook.answering.sentences import Span, sentences
from tieline.rulebook.retrieval.words import WORD, terms

MOST_MEANT = 20
"""Sentences whose meaning is compared; the model takes milliseconds for each."""
LONGEST_MEANT = 300
LEAST_WORDS = 2
BY_PASSAGE, BY_WORDS, BY_MEANING, BY_FIT = 0.2, 0.35, 0.45, 0.2
BY_DEFINITION = 0.4
"""What the definition of the very term asked about is above every sentence that only uses it."""
CONTRARY = 0.15
"""What a sentence loses that says which things are so, when it was asked which are not, or the other way round."""
IN_HEADING = 0.5
LEAST_HELD, LEAST_MEANT = 0.34, 0.5
SURELY_HELD, SURELY_MEANT = 0.5, 0.65
CLOSE_ELSEWHERE, CLOSE_IN_SECTION, CLOSE_IN_RULE = 0.9, 0.75, 0.62
"""How near to the best a sentence must come: in another section also by what it says itself, not by its place; in the
best one's own paragraph and list, and where it names that paragraph, the other cases of the rule belong to it."""
SAME = 0.8
"""Share of stems in common; rules put parallel cases in nearly the same words, and each of them counts."""

Likenesses = Callable[[str, Sequence[str]], list[float] | None]


@dataclass(frozen=True)
class Candidate:
    """A sentence of a passage; `read` is what it says together with the words that lead it in."""

    passage: Passage
    span: Span
    read: str
    words: tuple[str, ...] = ()
    share: float = 0.0
    meaning: float | None = None
    met: tuple[Expectation, ...] = ()
    weight: float = 0.0

    @property
    def said(self) -> str:
        """The sentence itself."""
        return self.span.of(self.passage.text)

    @property
    def is_telling(self) -> bool:
        """Whether the sentence by itself speaks of what was asked."""
        return self.share >= LEAST_HELD or (self.meaning or 0.0) >= LEAST_MEANT

    @property
    def is_surely_telling(self) -> bool:
        """Whether it does so even where the search is in doubt: it is alike in meaning, or has most of the words and
        what is expected, or defines the term that is asked for.
        """
        has_most = self.share >= SURELY_HELD and bool(self.met)
        is_definition = self.passage.path.startswith("[") and Expectation.MEANING in self.met
        return has_most or is_definition or (self.meaning or 0.0) >= SURELY_MEANT

    @property
    def evidence(self) -> float:
        """How much it speaks of the question by itself, wherever it stands."""
        return BY_WORDS * self.share + BY_MEANING * (self.share if self.meaning is None else self.meaning)


@dataclass(frozen=True)
class Asked:
    """A question as it is weighed: its stems with how much each tells, the words as typed, what it expects."""

    question: str
    weights: dict[str, float]
    typed: tuple[str, ...]
    expectations: tuple[Expectation, ...]


def choose(
    question: str,
    words: Sequence[str],
    passages: Sequence[Passage],
    *,
    leads: Callable[[Passage], str],
    likenesses: Likenesses,
    limit: int,
) -> list[Candidate]:
    """The sentences that answer best, best first; `words` are the words of the question that tell anything."""
    found = [one for passage in passages for one in _candidates(passage, leads(passage))]
    asked = _asked(question, words, found)
    by_words = sorted((_weighed(one, asked) for one in found), key=lambda one: -one.weight)
    weighed = _with_meaning(question, by_words[:MOST_MEANT], likenesses)
    return _diverse(sorted(weighed, key=lambda one: -one.weight), limit)


def _candidates(passage: Passage, lead: str) -> Iterator[Candidate]:
    for span in sentences(passage.text):
        said = span.of(passage.text)
        inner = passage.text[slice(*span.lead)] if span.lead else ""
        if len(WORD.findall(said)) >= LEAST_WORDS:
            yield Candidate(passage, span, " ".join(part for part in (lead, inner, said) if part))


def _asked(question: str, words: Sequence[str], found: Sequence[Candidate]) -> Asked:
    """A stem that few of the sentences hold tells more; one that all hold still tells something."""
    holding = Counter(stem for one in found for stem in set(terms(one.read)))
    most = math.log(2 + len(found))
    stems = dict.fromkeys(stem for word in words for stem in terms(word))
    weights = {stem: 0.5 + math.log((2 + len(found)) / (1 + holding[stem])) / most for stem in stems}
    return Asked(question, weights, tuple(dict.fromkeys(words)), expected(question))


def _weighed(one: Candidate, asked: Asked) -> Candidate:
    """The sentence weighed without its meaning."""
    stems, titled = set(terms(one.read)), set(terms(f"{one.passage.title} {one.passage.path}"))
    counted = {stem: 1.0 if stem in stems else IN_HEADING if stem in titled else 0.0 for stem in asked.weights}
    share = sum(weight * counted[stem] for stem, weight in asked.weights.items()) / (sum(asked.weights.values()) or 1.0)
    met = _met(one, asked)
    is_defined = one.passage.path.startswith("[") and Expectation.MEANING in met
    fits = BY_FIT * fit(asked.expectations, met) + (BY_DEFINITION if is_defined else 0.0)
    contrary = CONTRARY if is_contrary(asked.question, f"{one.passage.title} {one.read}") else 0.0
    return replace(
        one,
        words=tuple(word for word in asked.typed if set(terms(word)) & stems),
        share=share,
        met=met,
        weight=BY_PASSAGE * one.passage.standing**2 + (BY_WORDS + BY_MEANING) * share + fits - contrary,
    )


def _met(one: Candidate, asked: Asked) -> tuple[Expectation, ...]:
    """What is expected and held; a meaning is held by the definition of what was asked, and by no other one."""
    met = held(asked.expectations, one.said)
    if not one.passage.path.startswith("["):
        return met
    defined = set(terms(one.passage.path.split("(")[0]))
    others = tuple(what for what in met if what is not Expectation.MEANING)
    is_asked = Expectation.MEANING in asked.expectations and defined == set(asked.weights)
    return (Expectation.MEANING, *others) if is_asked else others


def _with_meaning(question: str, found: Sequence[Candidate], likenesses: Likenesses) -> list[Candidate]:
    likeness = likenesses(question, [_meant(one) for one in found])
    if likeness is None:
        return list(found)
    return [
        replace(one, meaning=value, weight=one.weight - BY_MEANING * (one.share - value))
        for one, value in zip(found, likeness, strict=True)
    ]


def _meant(one: Candidate) -> str:
    """The sentence as the model reads it: its beginning, and of the words that lead it in what there is room for."""
    said = one.said[:LONGEST_MEANT]
    room = LONGEST_MEANT - len(said)
    return one.read.removesuffix(one.said)[-room:] + said if room else said


def _diverse(ranked: Sequence[Candidate], limit: int) -> list[Candidate]:
    """The best, what is close to it in its own section, then what is close elsewhere; nothing said twice."""
    kept = list(ranked[:1])
    for one in sorted(ranked[1:], key=lambda one: not _is_beside(one, ranked[0])):
        if _is_close(one, ranked[0]) and not any(_is_same(one, other) for other in kept):
            kept.append(one)
        if len(kept) == limit:
            break
    return kept


def _is_close(one: Candidate, best: Candidate) -> bool:
    if not _is_beside(one, best):
        is_as_telling = one.evidence >= CLOSE_ELSEWHERE * best.evidence
        return is_as_telling and one.weight >= CLOSE_ELSEWHERE * best.weight
    return one.weight >= (CLOSE_IN_RULE if _is_of_rule(one, best) else CLOSE_IN_SECTION) * best.weight


def _is_beside(one: Candidate, best: Candidate) -> bool:
    """Whether a sentence is of the section that the best is of; a section of definitions is many rules."""
    is_definition = one.passage.path.startswith("[")
    return one.passage == best.passage or (one.passage.section_id == best.passage.section_id and not is_definition)


def _is_of_rule(one: Candidate, best: Candidate) -> bool:
    """Whether a sentence beside the best is of its paragraph or list, or names its paragraph."""
    if one.passage == best.passage:
        return True
    top = f"({best.passage.path[1:].partition(')')[0]})"
    return one.passage.path.startswith(top) or re.search(rf"paragraph {re.escape(top)}(?![\w(])", one.said) is not None


def _is_same(one: Candidate, other: Candidate) -> bool:
    """Whether two sentences say the same, or one is of the list that the other opens."""
    if _opens(one, other) or _opens(other, one):
        return True
    mine, theirs = set(terms(one.said)), set(terms(other.said))
    return len(mine & theirs) > SAME * len(mine | theirs)


def _opens(one: Candidate, item: Candidate) -> bool:
    if not one.said.endswith(":") or one.passage.section_id != item.passage.section_id:
        return False
    is_inside = one.passage == item.passage and item.span.lead == (one.span.start, one.span.end)
    return is_inside or item.passage.path.startswith(f"{one.passage.path}(")
