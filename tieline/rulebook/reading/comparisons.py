"""How does a section read on one day beside another: what stayed, changed, came, moved here, left or is gone?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tieline.rulebook.history.changes import Kind, UnfitSpan
from tieline.rulebook.history.redline import Redline, redline
from tieline.rulebook.history.timeline import certainty_of, predecessors, successors, versions
from tieline.rulebook.models import ParagraphVersion, SectionVersion
from tieline.rulebook.queries import NotInTheRules
from tieline.rulebook.reading.contents import edition_days


@dataclass(frozen=True)
class Compared:
    """One paragraph on both days. `kind` is None where it did not change; `went_to` is set where it left the
    section, `was_at` where it stood elsewhere before.
    """

    kind: Kind | None
    path: str
    was_at: str
    went_to: str
    certainty: float
    effective_on: date | None
    old_version: int | None
    new_version: int | None
    redline: Redline


@dataclass(frozen=True)
class SectionComparison:
    """A section on two days, in the order of the later one; `days` can be chosen."""

    book: str
    book_name: str
    number: str
    title: str
    title_redline: Redline
    from_day: date
    to_day: date
    paragraphs: tuple[Compared, ...]
    days: tuple[date, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many paragraphs of each kind, and how many did not change."""
        counted = Counter(one.kind for one in self.paragraphs)
        return {kind.value: counted[kind] for kind in Kind} | {"unchanged": counted[None]}

    @property
    def words_added(self) -> int:
        """Words that came."""
        return sum(one.redline.words_added for one in self.paragraphs)

    @property
    def words_struck(self) -> int:
        """Words that went."""
        return sum(one.redline.words_struck for one in self.paragraphs)


def compare_section(book: str, number: str, *, from_day: date, to_day: date, path: str = "") -> SectionComparison:
    """Compare a section, or one paragraph of it with those below; refuses UnfitSpan and NotInTheRules."""
    days = edition_days(book)
    _refuse_span(days, from_day, to_day)
    old, new = (_in_force(book, number, day, path) for day in (from_day, to_day))
    titles = _titles(book, number, from_day), _titles(book, number, to_day)
    if not (old or new or any(titles)):
        raise NotInTheRules(f"Section {number} of this book is in force neither on {from_day} nor on {to_day}.")
    named = [*new.values(), *old.values()]
    return SectionComparison(
        book=book,
        book_name=named[0].paragraph.section.book.name if named else book,
        number=number,
        title=titles[1] or titles[0],
        title_redline=redline(*titles),
        from_day=from_day,
        to_day=to_day,
        paragraphs=tuple(_compared(old, new, from_day, to_day)),
        days=days,
    )


def _refuse_span(days: Sequence[date], from_day: date, to_day: date) -> None:
    if to_day <= from_day:
        raise UnfitSpan(f"A section is compared from a day to a later one; {to_day} is not after {from_day}.")
    if not days or from_day < days[0]:
        known = f"the first known edition is of {days[0]}" if days else "no edition has been read in"
        raise UnfitSpan(f"The section cannot be compared from {from_day}: {known}.")


def _in_force(book: str, number: str, day: date, path: str) -> dict[int, ParagraphVersion]:
    found = versions().in_force(day).filter(paragraph__section__book__key=book, paragraph__section__number=number)
    return {one.pk: one for one in found if not path or _is_within(one.paragraph.path, path)}


def _is_within(path: str, outer: str) -> bool:
    return path == outer or path.startswith((outer + "(", outer + "~"))


def _titles(book: str, number: str, day: date) -> str:
    found = SectionVersion.objects.filter(
        section__book__key=book, section__number=number, pending_request="", effective_from__lte=day
    ).exclude(effective_to__lte=day)
    return found.values_list("title", flat=True).first() or ""


Origin = tuple[ParagraphVersion, float]


def _compared(
    old: Mapping[int, ParagraphVersion], new: Mapping[int, ParagraphVersion], from_day: date, to_day: date
) -> list[Compared]:
    origins = _origins([one for pk, one in new.items() if pk not in old], from_day)
    reached = {origin.pk for origin, _ in origins.values()}
    left = [one for pk, one in old.items() if pk not in new and pk not in reached]
    moved_on = successors(left, as_at=to_day)
    rows = [(one, _here(one, one if pk in old else None, origins.get(pk))) for pk, one in new.items()]
    rows += [(one, _left(one, moved_on.get(one.pk))) for one in left]
    return [row for _, row in sorted(rows, key=lambda pair: (pair[0].paragraph.sort_key, pair[1].new_version is None))]


def _origins(new: Iterable[ParagraphVersion], from_day: date) -> dict[int, Origin]:
    """What each version was on the earlier day, wherever it stood, however many editions lie between."""
    found: dict[int, Origin] = {}
    walking = {one.pk: (one, 1.0) for one in new}
    while walking:
        before = predecessors([one for one, _ in walking.values()])
        further: dict[int, Origin] = {}
        for start, (at, certainty) in walking.items():
            if (earlier := before.get(at.pk)) is not None:
                step = (earlier, min(certainty, certainty_of(at)))
                (found if earlier.effective_from <= from_day else further)[start] = step
        walking = further
    return found


def _here(version: ParagraphVersion, same: ParagraphVersion | None, origin: Origin | None) -> Compared:
    """A paragraph that stands in the section on the later day."""
    old, certainty = (same, 1.0) if same is not None else origin or (None, 1.0)
    return Compared(
        kind=_kind(old, version),
        path=version.paragraph.path,
        was_at=_place(old) if old is not None and old.paragraph_id != version.paragraph_id else "",
        went_to="",
        certainty=certainty,
        effective_on=version.effective_from,
        old_version=old.pk if old else None,
        new_version=version.pk,
        redline=redline(old.text if old else "", version.text),
    )


def _left(version: ParagraphVersion, now: ParagraphVersion | None) -> Compared:
    """A paragraph that stood in the section on the earlier day only."""
    return Compared(
        kind=Kind.GONE if now is None else Kind.MOVED,
        path=version.paragraph.path,
        was_at="",
        went_to=_place(now) if now else "",
        certainty=certainty_of(now) if now else 1.0,
        effective_on=version.effective_to,
        old_version=version.pk,
        new_version=None,
        redline=redline(version.text, ""),
    )


def _kind(old: ParagraphVersion | None, new: ParagraphVersion) -> Kind | None:
    if old is None:
        return Kind.ADDED
    if old.paragraph_id != new.paragraph_id:
        return Kind.MOVED
    return Kind.CHANGED if old.text_digest != new.text_digest else None


def _place(version: ParagraphVersion) -> str:
    return f"{version.paragraph.section.number}{version.paragraph.path}"
