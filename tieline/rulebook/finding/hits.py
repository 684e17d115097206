"""What does a search of the rules give? Paragraphs with the reasons for which they were found, and how sure to be.

A *sighting* is a paragraph version that some way of searching found; a *hit* is the same as doors show it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tieline.rulebook.cited import CitedVersion
from tieline.rulebook.finding.bands import Band
from tieline.rulebook.models import ParagraphVersion

SAID = {
    Band.ANSWERED: "Answered here",
    Band.NEAREST: "Perhaps not answered in these words; these are the nearest passages",
    Band.NOT_FOUND: "Not answered here; these only hold some of the words",
}


@dataclass(frozen=True)
class Expansion:
    """A term of the question and what it stands for."""

    term: str
    meaning: str

    def __str__(self) -> str:
        return f"{self.term} = {self.meaning}"


@dataclass(frozen=True)
class Sighting:
    """A paragraph version found: how well it fits, why, and how often it was cited before."""

    version: ParagraphVersion
    score: float
    why: str
    cited_times: int = 0


@dataclass(frozen=True)
class Hit:
    """A paragraph that was found: where it stands, what it says, since when, how well it fits and why.

    `above` are the titles of the headings above its section, outermost first; from `later_from` on another version of
    it holds, here or where it moved to (None while none is known); `pending` are the requests whose approved text will
    change it; `cited_times` counts in how many answers, whatever they were asked, of those that the ranking learned
    from, the paragraph is cited.
    """

    book: str
    section: str
    title: str
    paragraph: str
    text: str
    effective_from: date
    effective_to: date | None
    score: float
    why: str
    version_id: int
    label: str
    above: tuple[str, ...] = ()
    later_from: date | None = None
    pending: tuple[str, ...] = ()
    cited_times: int = 0

    def as_data(self) -> dict[str, object]:
        """The hit as the command line prints it."""
        return {
            "book": self.book,
            "section": self.section,
            "title": self.title,
            "paragraph": self.paragraph,
            "text": self.text,
            "effective_from": self.effective_from.isoformat(),
            "effective_to": self.effective_to.isoformat() if self.effective_to else None,
            "score": round(self.score, 4),
            "why": self.why,
            "above": list(self.above),
            "later_from": self.later_from.isoformat() if self.later_from else None,
            "pending": list(self.pending),
            "cited_times": self.cited_times,
        }

    def lines(self) -> list[str]:
        """The hit as the command line tells it."""
        above = f"    under {' > '.join((*self.above, self.title))}"
        later = f"    another version holds from {self.later_from} on" if self.later_from else ""
        until = f" until {self.effective_to}" if self.effective_to else ""
        boxed = f"    will be changed by {', '.join(self.pending)}" if self.pending else ""
        lines = [
            f"{self.book} {self.section}{self.paragraph}  {self.text[:160]}",
            f"    {self.why}",
            above,
            f"    in force since {self.effective_from}{until}",
            later,
            boxed,
        ]
        return [line for line in lines if line]


@dataclass(frozen=True)
class Nearness:
    """What a way of searching found for the words of a question, before it is made fit to be shown."""

    sightings: tuple[Sighting, ...] = ()
    band: Band = Band.NOT_FOUND
    probability: float | None = None
    missing: tuple[str, ...] = ()
    instead: str = ""


@dataclass(frozen=True)
class Search:
    """Hits, best first; how sure we may be that they answer, in a band and (for a question) as a probability;
    `missing` says in sentences what would have made it better; `expanded` which terms were understood; `instead` is the
    text as it was probably meant, where words of it stand nowhere in the rules. Where nothing was found, `says` tells
    when the cited section is in force, or where the text of the request stands that was asked for.
    """

    hits: tuple[Hit, ...]
    band: Band
    probability: float | None = None
    missing: tuple[str, ...] = ()
    expanded: tuple[Expansion, ...] = ()
    instead: str = ""
    says: str = ""

    def as_data(self) -> list[dict[str, object]]:
        """The hits as the command line prints them, each with what holds for the whole search."""
        probability = None if self.probability is None else round(self.probability, 3)
        return [hit.as_data() | {"band": self.band.value, "probability": probability} for hit in self.hits]

    def lines(self) -> list[str]:
        """The search as the command line tells it: how sure it is, then the hits."""
        meant = [f"Did you mean “{self.instead}”?"] if self.instead else []
        if not self.hits:
            return [self.says, *meant] if self.says else meant
        sure = "" if self.probability is None else f" (probability {self.probability:.0%})"
        return [
            *meant,
            f"{SAID[self.band]}{sure}.",
            *(f"Understood: {one}." for one in self.expanded),
            *(line for hit in self.hits for line in hit.lines()),
        ]


def as_hit(
    sighting: Sighting,
    cited: CitedVersion,
    *,
    above: tuple[str, ...] = (),
    pending: tuple[str, ...] = (),
    is_followed: bool = False,
) -> Hit:
    """A sighting as doors show it."""
    return Hit(
        book=cited.book,
        section=cited.section,
        title=cited.title,
        paragraph=cited.paragraph,
        text=cited.text,
        effective_from=cited.effective_from,
        effective_to=cited.effective_to,
        score=sighting.score,
        why=sighting.why,
        version_id=cited.version_id,
        label=cited.label,
        above=above,
        later_from=cited.effective_to if is_followed else None,
        pending=pending,
        cited_times=sighting.cited_times,
    )
