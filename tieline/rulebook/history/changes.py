"""What changed in a book between two days?

Pairs every paragraph in force on the one day with what it had become on the other, however many editions lie
between: unchanged ones are left out, the others are added, changed, moved (with how certain that is) or gone.
Grey-boxed text is in force on neither day and only counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Count, Q, QuerySet

from tieline.kernel.refusal import Refusal
from tieline.rulebook.history.lineage import Row, Span, between
from tieline.rulebook.history.redline import Redline, redline
from tieline.rulebook.history.versions import sort_key
from tieline.rulebook.models import Book, ParagraphVersion, SectionVersion


class UnfitSpan(Refusal):
    """A span of days in which nothing can be compared."""


class Kind(StrEnum):
    """What became of a section or a paragraph."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    GONE = "gone"


@dataclass(frozen=True)
class ParagraphChange:
    """One paragraph that is not as it was; `was_at` and `before` are empty for a new one, `at` and `after` for
    one that is gone.
    """

    kind: Kind
    section: str
    title: str
    path: str
    was_at: str
    before: str
    after: str
    certainty: float
    effective_on: date | None
    old_version: int | None
    new_version: int | None

    @property
    def at(self) -> str:
        """Where it stands, or stood last."""
        return f"{self.section}{self.path}"

    @property
    def redline(self) -> Redline:
        """The change word by word."""
        return redline(self.before, self.after)

    def as_data(self) -> dict[str, object]:
        """The change as the command line prints it."""
        return {
            "kind": self.kind.value,
            "section": self.section,
            "title": self.title,
            "paragraph": self.path,
            "was_at": self.was_at,
            "certainty": round(self.certainty, 3),
            "effective_on": self.effective_on.isoformat() if self.effective_on else None,
            "before": self.before,
            "after": self.after,
        }


@dataclass(frozen=True)
class SectionChange:
    """A section that is new, has another title, came from another number, or is gone; `pending` names the
    request that will bring a new one which only stands in a grey box.
    """

    kind: Kind
    number: str
    title: str
    was_number: str = ""
    was_title: str = ""
    certainty: float = 1.0
    pending: str = ""

    def as_data(self) -> dict[str, object]:
        """The change as the command line prints it."""
        return {
            "kind": self.kind.value,
            "number": self.number,
            "title": self.title,
            "was_number": self.was_number,
            "was_title": self.was_title,
            "certainty": round(self.certainty, 3),
            "pending": self.pending,
        }


@dataclass(frozen=True)
class ChangeList:
    """What changed in a book between two days, in the order of the book."""

    book: str
    book_name: str
    from_day: date
    to_day: date
    sections: tuple[SectionChange, ...]
    paragraphs: tuple[ParagraphChange, ...]
    unchanged: int
    pending_before: int
    pending_after: int

    def counts(self) -> dict[str, dict[str, int]]:
        """How many sections and paragraphs of each kind."""
        return {
            "sections": _counted(one.kind for one in self.sections),
            "paragraphs": _counted(one.kind for one in self.paragraphs) | {"unchanged": self.unchanged},
        }

    def only(self, *kinds: Kind, section: str = "") -> tuple[ParagraphChange, ...]:
        """The paragraphs of these kinds, in one section and what is below it."""
        return tuple(
            one
            for one in self.paragraphs
            if (not kinds or one.kind in kinds)
            and (not section or one.section == section or one.section.startswith(section + "."))
        )

    def as_data(self) -> dict[str, object]:
        """The list as the command line prints it."""
        return {
            "book": self.book,
            "from": self.from_day.isoformat(),
            "to": self.to_day.isoformat(),
            "counts": self.counts(),
            "pending": {"before": self.pending_before, "after": self.pending_after},
            "sections": [one.as_data() for one in self.sections],
            "paragraphs": [one.as_data() for one in self.paragraphs],
        }


def changes(book: str, from_day: date, to_day: date) -> ChangeList:
    """Compare a book as in force on two days; refuses UnfitSpan."""
    owner = Book.objects.filter(key=book).first()
    if owner is None:
        raise UnfitSpan(f"No edition of a rule book “{book}” has been read in.")
    if to_day <= from_day:
        raise UnfitSpan(f"Changes are listed from a day to a later one; {to_day} is not after {from_day}.")
    first = owner.editions.order_by("effective_on").first()
    if first is None or from_day < first.effective_on:
        known = f"the first known edition is of {first.effective_on}" if first else "it has no edition"
        raise UnfitSpan(f"{owner.name} cannot be compared from {from_day}: {known}.")
    span = between(owner, from_day, to_day)
    titles = _titles(owner, from_day), _titles(owner, to_day)
    paragraphs = _paragraph_changes(span, titles)
    sections = [*_section_changes(*titles, paragraphs), *_newly_pending(owner, from_day, to_day)]
    counted = _standing_counts(owner, from_day, to_day)
    return ChangeList(
        book=book,
        book_name=owner.name,
        from_day=from_day,
        to_day=to_day,
        sections=tuple(sorted(sections, key=lambda one: sort_key(one.number))),
        paragraphs=tuple(paragraphs),
        unchanged=counted["in_force"] - sum(one.kind is not Kind.GONE for one in paragraphs),
        pending_before=counted["pending_before"],
        pending_after=counted["pending_after"],
    )


def _standing_counts(book: Book, from_day: date, to_day: date) -> dict[str, int]:
    """How many paragraphs are in force on the later day, and how many are grey-boxed on either."""

    def standing(day: date) -> Q:
        return Q(effective_from__lte=day) & (Q(effective_to=None) | Q(effective_to__gt=day))

    is_boxed = ~Q(pending_request="")
    return ParagraphVersion.objects.filter(paragraph__section__book=book).aggregate(
        in_force=Count("pk", filter=standing(to_day) & ~is_boxed),
        pending_before=Count("pk", filter=standing(from_day) & is_boxed),
        pending_after=Count("pk", filter=standing(to_day) & is_boxed),
    )


def _paragraph_changes(span: Span, titles: tuple[Mapping[str, str], Mapping[str, str]]) -> list[ParagraphChange]:
    found = []
    for pk, row in span.new.items():
        origin, certainty = (row, 1.0) if pk in span.old else span.origins.get(pk, (None, 1.0))
        kind = _kind(origin, row)
        if kind is not None:
            found.append((row, _change(kind, origin, row, certainty, titles)))
    kept = span.new.keys() | {origin.pk for origin, _ in span.origins.values()}
    for pk, row in span.old.items():
        if pk not in kept:
            found.append((row, _change(Kind.GONE, row, None, 1.0, titles)))
    return [change for _, change in sorted(found, key=lambda one: _order(one[0]))]


def _kind(origin: Row | None, row: Row) -> Kind | None:
    if origin is None:
        return Kind.ADDED
    if origin.paragraph_id != row.paragraph_id:
        return Kind.MOVED
    return Kind.CHANGED if origin.text_digest != row.text_digest else None


def _change(
    kind: Kind,
    old: Row | None,
    new: Row | None,
    certainty: float,
    titles: tuple[Mapping[str, str], Mapping[str, str]],
) -> ParagraphChange:
    stands = new or old
    assert stands is not None
    return ParagraphChange(
        kind=kind,
        section=stands.section,
        title=titles[1 if new else 0].get(stands.section, ""),
        path=stands.path,
        was_at=f"{old.section}{old.path}" if old else "",
        before=old.text if old else "",
        after=new.text if new else "",
        certainty=certainty,
        effective_on=new.effective_from if new else stands.effective_to,
        old_version=old.pk if old else None,
        new_version=new.pk if new else None,
    )


def _section_changes(
    before: Mapping[str, str], after: Mapping[str, str], paragraphs: Iterable[ParagraphChange]
) -> list[SectionChange]:
    added = [number for number in after if number not in before]
    lost = [number for number in before if number not in after]
    moved = _moved_sections(set(added), set(lost), paragraphs)
    found = [
        SectionChange(Kind.MOVED, number, after[number], *_was(moved[number], before))
        if number in moved
        else SectionChange(Kind.ADDED, number, after[number])
        for number in added
    ]
    found += [
        SectionChange(Kind.CHANGED, number, title, number, before[number])
        for number, title in after.items()
        if number in before and before[number] != title
    ]
    came_from = {number for number, _ in moved.values()}
    found += [SectionChange(Kind.GONE, number, before[number]) for number in lost if number not in came_from]
    return found


def _was(origin: tuple[str, float], before: Mapping[str, str]) -> tuple[str, str, float]:
    number, certainty = origin
    return number, before[number], certainty


def _moved_sections(
    added: set[str], lost: set[str], paragraphs: Iterable[ParagraphChange]
) -> dict[str, tuple[str, float]]:
    """New sections most of whose paragraphs came from one that is gone; the share is the certainty."""
    origins: dict[str, Counter[str]] = {}
    sizes: Counter[str] = Counter()
    for one in paragraphs:
        if one.section in added and one.kind is not Kind.GONE:
            sizes[one.section] += 1
            if one.kind is Kind.MOVED and (was := one.was_at.split("(")[0].split("[")[0]) in lost:
                origins.setdefault(one.section, Counter())[was] += 1
    moved = {}
    for number, counted in origins.items():
        was, many = counted.most_common(1)[0]
        if many * 2 > sizes[number]:
            moved[number] = (was, many / sizes[number])
    return moved


def _newly_pending(book: Book, from_day: date, to_day: date) -> list[SectionChange]:
    """Sections that a grey box announces and that the earlier day knew in no form."""
    announced = list(_standing(book, to_day).exclude(pending_request=""))
    if not announced:
        return []
    known = {number for number, _ in _numbered(_standing(book, from_day))} | set(_titles(book, to_day))
    return [
        SectionChange(Kind.ADDED, one.section.number, one.title, pending=one.pending_request)
        for one in announced
        if one.section.number not in known
    ]


def _titles(book: Book, day: date) -> dict[str, str]:
    return dict(_numbered(_standing(book, day).filter(pending_request="")))


def _numbered(found: QuerySet[SectionVersion]) -> Iterable[tuple[str, str]]:
    return found.values_list("section__number", "title")


def _standing(book: Book, day: date) -> QuerySet[SectionVersion]:
    standing = SectionVersion.objects.filter(section__book=book, effective_from__lte=day)
    return standing.exclude(effective_to__lte=day).select_related("section")


def _order(row: Row) -> tuple[str, str, bool]:
    return row.section_sort_key, row.sort_key, row.effective_to is None


def _counted(kinds: Iterable[Kind]) -> dict[str, int]:
    counted = Counter(kinds)
    return {kind.value: counted[kind] for kind in Kind}
