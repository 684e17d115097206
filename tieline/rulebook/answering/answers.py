"""Which sentences of the rules answer a question on a day, and when is it better to say that none does?

The search says how sure it is, and the sentences chosen must speak of the question themselves. What is thin is
refused: then the nearest passages are named and nothing is claimed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tieline.rulebook.answering.choosing import Candidate, choose
from tieline.rulebook.answering.evidence import Passage, around, passages, pending_requests
from tieline.rulebook.answering.findings import Findings, findings
from tieline.rulebook.answering.meaning import likenesses
from tieline.rulebook.answering.quoting import AnswerSentence, lead_of, proved, quoted
from tieline.rulebook.queries import Band, Hit
from tieline.rulebook.retrieval.words import WORD, terms

LONGEST_QUESTION = 1000
SEARCHED, SENTENCES, NEAREST = 15, 5, 5
PLEASANTRIES = re.compile(
    r"(?i)\b(?:hello|hi|hey|dear (?:\w+)|dear|good (?:morning|afternoon|evening|day)|(?:many )?thanks|thank you"
    r"|greetings|(?:kind|best|warm) (?:regards|wishes)|regards|sincerely|cheers|please"
    r"|(?:i )?hope (?:you are|this finds you) well|sorry|ok(?:ay)?|test(?:ing)?)\b"
)
NOTHING_ASKED = "Nothing was asked. Ask in words, as in “By when must a statement be posted?”, or by a section number."


@dataclass(frozen=True)
class Answer:
    """What the rules in force on a day say to a question.

    `sentences` are there only when the band is ANSWERED, `nearest` only when it is not; `verdict` tells a person which
    it is, and what will change. `missing` says what the search had to do without.
    """

    question: str
    as_at: date
    band: Band
    probability: float | None
    sentences: tuple[AnswerSentence, ...]
    nearest: tuple[Hit, ...]
    missing: tuple[str, ...]
    verdict: str

    @property
    def says(self) -> str:
        """The verdict with the places that came nearest, where there is no answer."""
        places = dict.fromkeys(f"{hit.label} {hit.title}".strip() for hit in self.nearest)
        return f"{self.verdict} Nearest: {'; '.join(places)}." if places else self.verdict

    @property
    def is_answered(self) -> bool:
        """Whether there is something to quote."""
        return self.band is Band.ANSWERED

    def as_data(self) -> dict[str, object]:
        """The answer as the command line prints it; a quote is its version's text from start to end."""
        return {
            "question": self.question,
            "as_at": self.as_at.isoformat(),
            "band": self.band.value,
            "probability": None if self.probability is None else round(self.probability, 4),
            "says": self.says,
            "sentences": [one.as_data() for one in self.sentences],
            "nearest": [hit.as_data() | {"label": hit.label, "version_id": hit.version_id} for hit in self.nearest],
            "missing": list(self.missing),
        }


def answer(question: str, *, as_at: date, book: str | None = None, limit: int = SENTENCES) -> Answer:
    """The sentences in force on a day that answer a question, or the passages nearest to it."""
    asked = " ".join(question.replace("\0", " ").split())[:LONGEST_QUESTION]
    if not _telling(asked):
        return Answer(asked, as_at, Band.NOT_FOUND, None, (), (), (), NOTHING_ASKED)
    refused: list[Answer] = []
    for found in findings(asked, as_at=as_at, book=book, limit=SEARCHED):
        ready = passages(found.hits, as_at=as_at)
        sentences = _sentences(found, ready, as_at=as_at, limit=limit) if found.is_likely else ()
        told = _answer(asked, as_at, found, ready, sentences)
        if told.is_answered:
            return told
        refused.append(told)
    return refused[0]


def _telling(text: str) -> list[str]:
    """The words of a question that tell what it is about."""
    return [word for word in WORD.findall(PLEASANTRIES.sub(" ", text)) if terms(word)]


def _sentences(found: Findings, ready: Sequence[Passage], *, as_at: date, limit: int) -> tuple[AnswerSentence, ...]:
    """The sentences to quote; none when even the best does not speak of the question."""
    context = around(ready, as_at=as_at)
    chosen = choose(
        found.rest,
        _telling(found.rest),
        ready,
        leads=lambda passage: lead_of(passage, context),
        likenesses=likenesses,
        limit=limit,
    )
    if not (found.is_named or any(_is_telling(one, found) for one in chosen)):
        return ()
    quotations = quoted(chosen, context)
    pending = pending_requests({one.passage.paragraph_id for one in quotations}, as_at=as_at)
    return tuple(proved(quotations, pending))


def _is_telling(one: Candidate, found: Findings) -> bool:
    """What the search doubts, the sentence must make good."""
    return one.is_telling and (one.is_surely_telling or not found.is_doubtful)


def _answer(
    asked: str, as_at: date, found: Findings, ready: Sequence[Passage], sentences: tuple[AnswerSentence, ...]
) -> Answer:
    in_force = {one.version_id for one in ready}
    nearest = () if sentences else tuple(hit for hit in found.hits if hit.version_id in in_force)[:NEAREST]
    band = Band.ANSWERED if sentences else Band.NEAREST if nearest and _is_near(found) else Band.NOT_FOUND
    verdict = _answered(sentences, as_at) if sentences else _refused(band, as_at)
    verdict = " ".join([*_absent(found.absent, as_at), verdict])
    return Answer(asked, as_at, band, found.probability, sentences, nearest, found.missing, verdict)


def _is_near(found: Findings) -> bool:
    return found.band is not Band.NOT_FOUND


def _answered(sentences: Sequence[AnswerSentence], as_at: date) -> str:
    """How much is quoted, then once for each paragraph what will change."""
    paragraphs = {one.version_id: one for one in sentences}
    said = [f"{_counted(len(sentences), 'sentence')} of {_counted(len(paragraphs), 'paragraph')} in force on {as_at}."]
    said += [caveat for one in paragraphs.values() for caveat in one.caveats]
    return " ".join(said)


def _refused(band: Band, as_at: date) -> str:
    if band is Band.NEAREST:
        return f"No sentence in force on {as_at} answers this clearly."
    return f"The rules in force on {as_at} do not answer this."


def _absent(places: Sequence[str], as_at: date) -> list[str]:
    """That places which the question names are not there."""
    return [f"{' and '.join(places)} {'is' if len(places) == 1 else 'are'} not in force on {as_at}."] if places else []


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
