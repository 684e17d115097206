"""What goes into a rewording and what comes out of it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tieline.kernel.refusal import Refusal


class NoRewording(Refusal):
    """The model's words cannot be used at all; the quoted answer stays as it is."""


@dataclass(frozen=True)
class Quoted:
    """A paragraph version that the quoted answer rests on: its whole text, and the words quoted from it."""

    version_id: int
    label: str
    text: str
    quote: str
    effective_from: date | None = None
    effective_to: date | None = None


@dataclass(frozen=True)
class CaseFacts:
    """What this one case says: its words, which only the checks read, and names that the model is not shown."""

    words: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class SentenceQuote:
    """Words that a sentence of the model claims to rest on."""

    version_id: int
    quote: str


@dataclass(frozen=True)
class ProposedSentence:
    """One sentence of the model before any check."""

    text: str
    quotes: tuple[SentenceQuote, ...]


@dataclass(frozen=True)
class RewordedSentence:
    """A sentence that every check let through, with the words of the rules that carry it."""

    text: str
    quotes: tuple[SentenceQuote, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class StruckSentence:
    """A sentence that a check struck, and why, in a sentence for the reader."""

    text: str
    reason: str


@dataclass(frozen=True)
class Rewording:
    """What became of the model's sentences; `model` is the one that was asked."""

    kept: tuple[RewordedSentence, ...]
    struck: tuple[StruckSentence, ...]
    model: str
