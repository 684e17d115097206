"""What did an edition change? A pure comparison of the paragraphs that stand with those of the edition that
comes.

A paragraph is the same when its place and its text are (spacing and the look of quotation marks apart). One
that is gone from its place while the same text, or nearly the same, stands under a new number has moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tieline.rulebook.history.likeness import likeness, pair_alike
from tieline.rulebook.outlining.headings import number_order
from tieline.rulebook.outlining.outline import EditionText, ParagraphText, Pending
from tieline.rulebook.quotes import digest

SHORTEST_MOVED = 40
SHORTEST_RENUMBERED = 20
OTHER_BELOW = 0.5


class Place(NamedTuple):
    """Where a paragraph stands; `request` is empty for text in force."""

    section: str
    path: str
    request: str


@dataclass(frozen=True)
class Coming:
    """A paragraph of the edition that comes, with its section's title and the titles above that."""

    paragraph: ParagraphText
    text_digest: str
    heading: str
    above: str


@dataclass(frozen=True)
class Title:
    """A section's title in the edition that comes."""

    title: str
    note: str = ""


@dataclass(frozen=True)
class Comparison:
    """What an edition changes, by place; `moved` gives the old place of each new one, `certainty` how sure that
    is where the text changed on the way.
    """

    same: tuple[Place, ...]
    added: tuple[Place, ...]
    changed: tuple[Place, ...]
    moved: Mapping[Place, Place]
    gone: tuple[Place, ...]
    certainty: Mapping[Place, float] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed, in force or pending."""
        return not (self.added or self.changed or self.moved or self.gone)


def compare(
    standing: Mapping[Place, str], coming: Mapping[Place, Coming], texts: Mapping[Place, str] | None = None
) -> Comparison:
    """Compare the digests of what stands with what comes; with the texts that stand, also by likeness.

    A paragraph put before others pushes them down: each place then holds another's text. Such places count
    as moved, not as changed, and only what stands nowhere else any more is gone.
    """
    both = [place for place in coming if place in standing]
    differing = [place for place in both if coming[place].text_digest != standing[place]]
    old = [*(place for place in standing if place not in coming), *differing]
    new = [*(place for place in coming if place not in standing), *differing]
    moved = _by_text({place: standing[place] for place in old}, {place: coming[place] for place in new})
    alike = _by_likeness(old, new, moved, texts or {}, coming)
    moved |= {place: origin for place, (origin, _) in alike.items()}
    left = set(moved.values())
    return Comparison(
        same=tuple(place for place in both if coming[place].text_digest == standing[place]),
        added=tuple(place for place in new if place not in moved and (place in left or place not in standing)),
        changed=tuple(place for place in differing if place not in moved and place not in left),
        moved=moved,
        gone=tuple(place for place in old if place not in left and (place in moved or place not in coming)),
        certainty={place: certainty for place, (_, certainty) in alike.items()},
    )


def places(edition: EditionText) -> dict[Place, Coming]:
    """The paragraphs of an edition by place; a place taken twice by one request gets `~2`."""
    own = _own_titles(edition)
    found: dict[Place, Coming] = {}
    for section in edition.sections:
        for paragraph in section.paragraphs:
            path, again = paragraph.path, 1
            while (place := Place(section.number, path, _request(paragraph.pending))) in found:
                again += 1
                path = f"{paragraph.path}~{again}"
            above = " > ".join(own[number] for number in _numbers_above(section.number) if number in own)
            found[place] = Coming(paragraph, digest(paragraph.text), own[section.number], above)
    return found


def titles(edition: EditionText) -> dict[tuple[str, str], Title]:
    """The section titles of an edition by number and request."""
    return {
        (section.number, _request(section.pending)): Title(
            section.title, section.pending.note if section.pending else ""
        )
        for section in edition.sections
    }


def sort_key(number: str) -> str:
    """A text that sorts section numbers as a contents page does."""
    return ".".join(f"{part:04d}" for part in number_order(number))


def _by_text(old: Mapping[Place, str], new: Mapping[Place, Coming]) -> dict[Place, Place]:
    """Pairs of new and old place with one text that each side has once; short texts prove nothing."""
    once_old = Counter(text for place, text in old.items() if not place.request)
    once_new = Counter(coming.text_digest for place, coming in new.items() if not place.request)
    origin = {text: place for place, text in old.items() if not place.request and once_old[text] == 1}
    return {
        place: origin[coming.text_digest]
        for place, coming in new.items()
        if not place.request
        and coming.text_digest in origin
        and once_new[coming.text_digest] == 1
        and len(coming.paragraph.text) >= _shortest(place, origin[coming.text_digest])
    }


def _shortest(new: Place, old: Place) -> int:
    """How long a text must be to prove a move; less within one section, where the next number is the usual cause."""
    return SHORTEST_RENUMBERED if new.section == old.section else SHORTEST_MOVED


def _by_likeness(
    old: Sequence[Place],
    new: Sequence[Place],
    moved: Mapping[Place, Place],
    texts: Mapping[Place, str],
    coming: Mapping[Place, Coming],
) -> dict[Place, tuple[Place, float]]:
    """New places with the old ones whose text they have almost word for word, and how certain that is.

    A text that was amended where it stands has not moved: a place takes part only if it is new or lost, if
    another's text came or its own went, or if it now says something quite different.
    """
    left = set(moved.values())
    unlike = {place for place in old if place in coming and _is_unlike(place, texts, coming)}
    homeless = {
        place: texts[place]
        for place in old
        if place in texts
        and not place.request
        and place not in left
        and (place not in coming or place in moved or place in unlike)
    }
    newcomers = {
        place: coming[place].paragraph.text
        for place in new
        if not place.request and place not in moved and (place not in texts or place in left or place in unlike)
    }
    return {pair.new: (pair.old, pair.certainty) for pair in pair_alike(homeless, newcomers)}


def _is_unlike(place: Place, texts: Mapping[Place, str], coming: Mapping[Place, Coming]) -> bool:
    """Whether a place holds a wholly different text than before."""
    return place in texts and likeness(texts[place], coming[place].paragraph.text) < OTHER_BELOW


def _own_titles(edition: EditionText) -> dict[str, str]:
    """The title of each section number, in force before pending."""
    own = {section.number: section.title for section in edition.sections}
    own.update({section.number: section.title for section in edition.sections if section.pending is None})
    return own


def _numbers_above(number: str) -> list[str]:
    parts = number.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]


def _request(pending: Pending | None) -> str:
    return pending.request if pending else ""
