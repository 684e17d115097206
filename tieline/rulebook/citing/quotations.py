"""What does a letter quote from the rules, and do those words stand there on a day?

A letter keeps no versions, only words: a quotation is what stands in quotation marks beside a citation. A few words in
marks are a name or a term and are passed over; so is what leads nowhere, which `resolution` lists.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tieline.rulebook import quotes
from tieline.rulebook.citing.proof import Fault
from tieline.rulebook.citing.resolution import Resolved, resolve
from tieline.rulebook.models import ParagraphVersion

FEWEST_WORDS = 4
LONGEST_READ = 60_000
MOST_QUOTATIONS = 40
IN_MARKS = re.compile(r"“(?P<curly>[^“”]{12,4000})”|(?<![\w\"])\"(?P<straight>[^\"]{12,4000})\"")
SOON_AFTER = re.compile(r"\s*[.,;:]?\s*(?P<bracket>[(\[])?[^.!?“”\"\n]{0,70}")
"""What may lie between a quotation and the citation that follows it."""
BEFORE = re.compile(
    r"[^.!?“”\"\n]{0,50}|[^.!?“”\"\n]{0,90}(?:[:,]|\b(?:says?|said|reads?|states?|stated|provides?|requires?|that))\s*$"
)
"""What may lie between a citation and the quotation that it leads up to."""


@dataclass(frozen=True)
class Quotation:
    """Words that a text quotes from a rule, where they stand, and the rule as cited.

    `is_beside` when the rule follows in brackets, as Tieline itself writes it: then nothing else can be meant.
    """

    words: str
    start: int
    end: int
    cited: Resolved
    is_beside: bool

    @property
    def label(self) -> str:
        """The rule as people say it."""
        return f"Section {self.cited.citation}"


@dataclass(frozen=True)
class Doubt:
    """A quotation that does not stand in its rule on the day; `ended_on` is when it ceased to, if it ever did."""

    quotation: Quotation
    fault: Fault
    says: str
    ended_on: date | None = None


def quotations(text: str, *, as_at: date) -> tuple[Quotation, ...]:
    """The quotations of a text whose rule is there on the day."""
    text = text[:LONGEST_READ]
    marked = [one for one in IN_MARKS.finditer(text) if len(_inside(one).split()) >= FEWEST_WORDS][:MOST_QUOTATIONS]
    if not marked:
        return ()
    cited = [one for one in resolve(text, as_at=as_at).citations if one.citation.is_explicit and one.book]
    return tuple(_paired(text, marked, cited))


def doubts(text: str, *, as_at: date, known: Collection[str] = ()) -> tuple[Doubt, ...]:
    """The quotations that do not stand in their rule on the day; what is `known` from elsewhere is no rule's.

    One that stood there once, and says itself until when, is no doubt.
    """
    found = [one for one in quotations(text, as_at=as_at) if not any(_stands(said, one.words) for said in known)]
    return tuple(doubt for one in found if (doubt := _doubt(one, text, as_at)))


def _inside(found: re.Match[str]) -> str:
    return found["curly"] or found["straight"] or ""


def _paired(text: str, marked: Sequence[re.Match[str]], cited: Sequence[Resolved]) -> Iterator[Quotation]:
    for found in marked:
        after = next((one for one in cited if one.citation.start >= found.end()), None)
        before = next((one for one in reversed(cited) if one.citation.end <= found.start()), None)
        between = SOON_AFTER.fullmatch(text, found.end(), after.citation.start) if after else None
        if after and between and (between["bracket"] or _leads_on(text[found.end() : after.citation.start])):
            yield Quotation(_inside(found), found.start(), found.end(), after, bool(between["bracket"]))
        elif before and BEFORE.fullmatch(text, before.citation.end, found.start()):
            yield Quotation(_inside(found), found.start(), found.end(), before, is_beside=False)


def _leads_on(words: str) -> bool:
    """Whether the words after a quotation say where it comes from: “as Section 9.1 puts it”, “, Protocols 9.1”."""
    return (
        re.match(
            r"(?i)\s*[,;:–—-]*\s*(?:$|(?:see|per|from|in|of|under|as|pursuant|according|according)\b|[A-Z§])", words
        )
        is not None
    )


def _doubt(one: Quotation, text: str, as_at: date) -> Doubt | None:
    versions = _versions(one.cited)
    standing = [version for version in versions if _in_force(version, as_at)]
    if _stands(" ".join(version.text for version in standing), one.words):
        return None
    ended = max(
        (v for v in versions if _has_ended(v, as_at) and _stands(v.text, one.words)), key=_ended_on, default=None
    )
    if ended is None or ended.effective_to is None:
        return Doubt(one, Fault.MISQUOTED, f"The quoted words do not stand in {one.label} as in force on {as_at}.")
    if ended.effective_to.isoformat() in text[one.end : one.end + 200]:
        return None
    says = f"The quoted words stood in {one.label} until {ended.effective_to}; its text has changed since."
    return Doubt(one, Fault.CHANGED, says, ended.effective_to)


def _versions(cited: Resolved) -> list[ParagraphVersion]:
    """Every text that a cited place and what is below it ever had, in order."""
    inside = ParagraphVersion.objects.filter(
        paragraph__section__book__key=cited.book, paragraph__section__number=cited.section, pending_request=""
    )
    if cited.path:
        inside = inside.filter(paragraph__path__startswith=cited.path)
    return list(inside.defer("words").order_by("paragraph__sort_key", "effective_from"))


def _in_force(version: ParagraphVersion, as_at: date) -> bool:
    return version.effective_from <= as_at and not _has_ended(version, as_at)


def _has_ended(version: ParagraphVersion, as_at: date) -> bool:
    return version.effective_to is not None and version.effective_to <= as_at


def _ended_on(version: ParagraphVersion) -> date:
    return version.effective_to or date.max


def _stands(text: str, quoted: str) -> bool:
    return quotes.occurs_in_parts(text, quoted)
