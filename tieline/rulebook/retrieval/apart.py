"""What do questions look like whose answers are not there? Some of the documents are held apart to find out.

The documents are dealt into parts; a question asked of a part that holds all of its answers is answered there, one
asked of a part that holds none is not, and one that is answered in several parts is left out of these.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from tieline.rulebook.retrieval.answerable import Flags, Numbers, signals
from tieline.rulebook.retrieval.passages import Index, Passage, index
from tieline.rulebook.retrieval.scoring import Question, score


@dataclass(frozen=True, eq=False)
class Asked:
    """Signals of questions asked of parts, whether each was answered there, and which question it was."""

    rows: Numbers
    is_answered: Flags
    owners: list[int]


def ask_parts(
    passages: Sequence[Passage],
    whole: Index,
    questions: Sequence[Question],
    answers: Sequence[Collection[str]],
    *,
    parts: int = 2,
) -> Asked:
    """Ask every question of every part."""
    part_of = _parts(passages, parts)
    document_of = {passage.key: passage.document for passage in passages}
    rows: list[Numbers] = []
    answered: list[bool] = []
    owners: list[int] = []
    for number in range(parts):
        places = [place for place, passage in enumerate(passages) if part_of[passage.document] == number]
        if not places:
            continue
        vectors = None if whole.vectors is None else whole.vectors[places]
        part = index([passages[place] for place in places], vectors)
        for owner, keys in enumerate(answers):
            inside = {part_of[document_of[key]] == number for key in keys if key in document_of}
            if len(inside) == 1:
                rows.append(signals(part, score(part, questions[owner])))
                answered.append(inside == {True})
                owners.append(owner)
    return Asked(np.stack(rows) if rows else np.zeros((0, 0)), np.array(answered, dtype=np.bool_), owners)


def _parts(passages: Sequence[Passage], parts: int) -> dict[str, int]:
    """Documents dealt in turn, in the order of what their names are hashed to."""
    names = sorted({passage.document for passage in passages}, key=lambda name: zlib.crc32(name.encode()))
    return {name: number % parts for number, name in enumerate(names)}
