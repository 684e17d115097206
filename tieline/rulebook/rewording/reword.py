"""How does the quoted answer get plainer words? Ask the model, read its reply, strike what code cannot prove."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from tieline.rulebook import quotes
from tieline.rulebook.profile import Grammar
from tieline.rulebook.rewording.checks import fault_of
from tieline.rulebook.rewording.client import Model
from tieline.rulebook.rewording.material import (
    CaseFacts,
    NoRewording,
    ProposedSentence,
    Quoted,
    RewordedSentence,
    Rewording,
    StruckSentence,
)
from tieline.rulebook.rewording.passages import own_words
from tieline.rulebook.rewording.plain_writing import as_shown
from tieline.rulebook.rewording.reply import read_reply
from tieline.rulebook.rewording.request import request_body

MOST_PARAGRAPHS = 24


def reword(
    question: str, evidence: Sequence[Quoted], facts: CaseFacts, *, client: Model, grammar: Grammar
) -> Rewording:
    """The evidence in the model's words, as far as they are proved; the rest struck, with reasons."""
    if not evidence:
        raise NoRewording("There is nothing to put into other words: no paragraph answers.")
    evidence = evidence[:MOST_PARAGRAPHS]
    nonce = secrets.token_hex(8)
    body = client.ask(request_body(question, evidence, facts.names, nonce=nonce))
    if nonce.encode() in body:
        raise NoRewording("The language model's answer repeats what it was told to keep to itself.")
    return judged(read_reply(body), evidence, facts, model=client.name, grammar=grammar)


def judged(
    proposed: Sequence[ProposedSentence],
    evidence: Sequence[Quoted],
    facts: CaseFacts,
    *,
    model: str,
    grammar: Grammar,
) -> Rewording:
    """The proposed sentences, each kept or struck."""
    sources = {one.version_id: one for one in evidence}
    kept: list[RewordedSentence] = []
    struck: list[StruckSentence] = []
    for one in proposed:
        reason = fault_of(one, sources, facts.words, grammar)
        if not reason and quotes.plain(one.text) in {quotes.plain(other.text) for other in kept}:
            reason = "It says the same again."
        if reason:
            struck.append(StruckSentence(as_shown(one.text), reason))
        else:
            kept.append(_proved(one, sources))
    return Rewording(tuple(kept), tuple(struck), model)


def _proved(sentence: ProposedSentence, sources: dict[int, Quoted]) -> RewordedSentence:
    found = tuple(own_words(quote, sources[quote.version_id]) for quote in sentence.quotes)
    labels = tuple(dict.fromkeys(sources[quote.version_id].label for quote in sentence.quotes))
    return RewordedSentence(quotes.plain(sentence.text), found, labels)
