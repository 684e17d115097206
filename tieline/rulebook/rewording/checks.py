"""May this sentence of the model be shown? Each is proved by code or struck, with the reason.

A sentence may open with words about the writer's own matter (“For your statement of 2 November, …”), which may
use the case's words but bind nobody. Every clause after that must be told by one sentence of a rule, quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from tieline.rulebook import quotes
from tieline.rulebook.citing.citations import find_citations, find_requests
from tieline.rulebook.profile import Grammar
from tieline.rulebook.retrieval.words import terms
from tieline.rulebook.rewording import numerals
from tieline.rulebook.rewording.bindings import unbound
from tieline.rulebook.rewording.guards import binds, left_out, unguarded
from tieline.rulebook.rewording.material import ProposedSentence, Quoted
from tieline.rulebook.rewording.passages import Passage, opening_and_clauses, passages_of, unfit_quote
from tieline.rulebook.rewording.plain_writing import asks_of_reader, unplain
from tieline.rulebook.rewording.vocabulary import foreign_names, is_carried_enough, support_of

LABEL = re.compile(
    r"(?i)\b(?:sub)?(?:paragraph|item|clause|subsection|section|chapter|article|part|step|table|figure|form|attachment|appendix|exhibit)s?\s+(?P<label>\(?\w{1,4}\)?(?:\(\w+\))*)(?!\w)"
)
CHAIN = re.compile(r"(?:\(\w{1,4}\))+")
WINDOW = 4


def fault_of(sentence: ProposedSentence, evidence: Mapping[int, Quoted], case_words: str, grammar: Grammar) -> str:
    """Why a sentence must be struck; "" if it may stand."""
    if reason := unplain(sentence.text):
        return reason
    if not sentence.quotes:
        return "It rests on no quote."
    if reason := next(filter(None, (unfit_quote(quote, evidence) for quote in sentence.quotes)), ""):
        return reason
    passages = [one for quote in sentence.quotes for one in passages_of(quote, evidence[quote.version_id])]
    return _untold(quotes.plain(sentence.text), passages, quotes.plain(case_words), grammar)


def _untold(text: str, passages: Sequence[Passage], case_words: str, grammar: Grammar) -> str:
    quoted = " ".join(one.quoted for one in passages)
    if reason := asks_of_reader(text, quoted):
        return reason
    opening, clauses = opening_and_clauses(text)
    if reason := _unfit_opening(opening, quoted, case_words):
        return reason
    if not clauses:
        return "It says nothing of the rules."
    carriers: list[Passage] = []
    for clause in clauses:
        carrier, fault = _carrier(clause, passages, grammar)
        if fault:
            return fault
        carriers.append(carrier)
    return left_out(text, [one.sentence for one in carriers])


def _unfit_opening(opening: str, quoted: str, case_words: str) -> str:
    """What the case alone says may name the matter; it may not bind anybody."""
    known = f"{quoted} ; {case_words}"
    if binds(re.sub(r"(?i)^(?:about|for|on)\b", "", opening)):
        return "Its opening says what binds, which only the rules can."
    if set(terms(opening)) - set(terms(known)) - {"ask"}:
        return "Its opening uses words that neither its quotes nor the case have."
    if foreign_names(opening, known):
        return "Its opening names what neither its quotes nor the case name."
    if not _figures(opening) <= _figures(known):
        return "Its opening has a figure that neither its quotes nor the case have."
    return ""


def _carrier(clause: str, passages: Sequence[Passage], grammar: Grammar) -> tuple[Passage, str]:
    """The passage that tells a clause; else the nearest one, and the fault against it."""
    faults = [_fault_against(clause, passage, passages, grammar) for passage in passages]
    if "" in faults:
        return passages[faults.index("")], ""
    nearest = max(range(len(passages)), key=lambda place: len(support_of(clause, passages[place].quoted)[0]))
    return passages[nearest], faults[nearest]


def _fault_against(clause: str, passage: Passage, passages: Sequence[Passage], grammar: Grammar) -> str:
    bare, reason = _without_citations(clause, passages, grammar)
    for found in (
        reason,
        _foreign_figures(bare, passage),
        _foreign_words(bare, passage),
        _misplaced_figures(bare, passage),
    ):
        if found:
            return found
    around = {"quoted": passage.clause, "whole": passage.whole, "sentence": passage.sentence}
    return unguarded(bare, **around) or unbound(bare, passage.clause)


def _without_citations(clause: str, passages: Iterable[Passage], grammar: Grammar) -> tuple[str, str]:
    """The clause without the rules it cites, and the fault of one that neither quotes nor their places name."""
    told = " ; ".join(f"{one.quoted} ; {one.label}" for one in passages)
    known = {str(one) for one in find_citations(told, grammar)}
    cited = [one for one in find_citations(clause, grammar) if one.is_explicit]
    if foreign := [str(one) for one in cited if str(one) not in known]:
        return clause, f"It cites {', '.join(foreign)}, which its quotes do not."
    requests = {one.request for one in find_requests(told, grammar)}
    if foreign := [one.request for one in find_requests(clause, grammar) if one.request not in requests]:
        return clause, f"It names {', '.join(foreign)}, which its quotes do not."
    for one in reversed(cited):
        clause = f"{clause[: one.start]} section {clause[one.end :]}"
    labels = [match["label"] for match in LABEL.finditer(clause)] + CHAIN.findall(clause)
    if any(not _is_written(label, told) for label in labels if label.lower() not in {"of", "is", "in", "that", "and"}):
        return clause, "It names a paragraph or part that its quotes do not."
    return CHAIN.sub(" ", clause), ""


def _is_written(label: str, told: str) -> bool:
    return re.search(rf"(?i)(?<!\w){re.escape(label)}(?!\w)|{re.escape(f'({label})')}", told) is not None


@lru_cache(maxsize=2048)
def _figures(text: str) -> frozenset[numerals.Figure]:
    """The figures of a text; the same few words are looked at once for each sentence and quote."""
    return numerals.figures_of(text)


def _foreign_figures(clause: str, passage: Passage) -> str:
    told = _figures(passage.quoted)
    foreign = sorted(str(one) for one in _figures(clause) if not numerals.is_told(one, told))
    return f"It says {', '.join(foreign)}, which its quotes do not." if foreign else ""


def _foreign_words(clause: str, passage: Passage) -> str:
    known = f"{passage.quoted} ; {passage.label}"
    _, foreign = support_of(clause, known)
    if foreign:
        return f"It uses words that its quotes do not: {', '.join(sorted(foreign))}."
    if names := foreign_names(clause, known):
        return f"It names what its quotes do not: {', '.join(names)}."
    if not is_carried_enough(clause, known):
        return "Too little of it stands in its quotes."
    return ""


def _misplaced_figures(clause: str, passage: Passage) -> str:
    """Whether a figure stands among the words that belong to another figure of the rule."""
    told = {
        one: _beside(one, passage.sentence) for one in _figures(passage.sentence) if one.kind in {"cardinal", "ordinal"}
    }
    for figure in _figures(clause) & set(told):
        beside = _beside(figure, clause)
        own = len(beside & told[figure])
        if any(
            len(beside & words) > own for other, words in told.items() if other.unit == figure.unit and other != figure
        ):
            return f"It puts {figure} where the rule has another figure."
    return ""


def _beside(figure: numerals.Figure, text: str) -> set[str]:
    """The words with a meaning on both sides of a figure."""
    pieces = re.findall(r"[\w.,-]+", text)
    found: set[str] = set()
    for place in range(len(pieces)):
        here = " ".join(pieces[place : place + 1 + len(figure.unit)])
        if any(one.value == figure.value for one in _figures(here)):
            around = [
                *pieces[max(0, place - WINDOW) : place],
                *pieces[place + 1 : place + 1 + len(figure.unit) + WINDOW],
            ]
            found |= set(terms(" ".join(around)))
    return found - set(figure.unit)
