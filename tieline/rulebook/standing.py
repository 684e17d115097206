"""What rests on a paragraph of the rules? Contexts above this one say so; this one asks them all.

A context registers, once and under a kind of its own, a function that gives everything of that kind which
rests on certain paragraph versions, or (asked with None) on any, once for each citation. `proof` checks what it
hears; a change report lists it. The function is called inside a transaction of the asker and sees what the asker
may see.

The function is told a day as well. What keeps the version it rests on (a citation of a case) has no use for it;
what only keeps words (a reply template that says “Section 9.1”) reads them as at that day. A change report asks as
at the day before the change, and so hears of the versions that were meant until then.

    standing.register("case_citation", case_citations)

A kind of which there is so much that nobody wants it one by one brings along a function that counts it by section.
What only keeps words may also cite what is not there: `register_loose` has a context asked for that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from tieline.kernel.reference import Reference


@dataclass(frozen=True)
class Resting:
    """Something that rests on a paragraph version: what and whose it is, and the words it quotes (or none).

    `holder` is the object that carries the citation, `label` how the citation is written there, `owner` who
    answers for it (`team:retail`, `staff:12`, or "" when nobody is named), `name` what people call the object.
    One that `is_settled` is done with (a closed case): a change is shown beside it, and nobody has to decide
    anything.
    """

    holder: Reference
    version_id: int
    label: str
    quote: str = ""
    owner: str = ""
    name: str = ""
    is_settled: bool = False


@dataclass(frozen=True)
class Unresolved:
    """A citation that leads to no paragraph on the day, and why; its other fields are those of `Resting`."""

    kind: str
    holder: Reference
    label: str
    says: str
    owner: str = ""
    name: str = ""


class Register(Protocol):
    """A context's function: what of its kind rests on these versions (None: on any), words read as at the day."""

    def __call__(self, on: Collection[int] | None, /, *, as_at: date) -> Iterable[Resting]: ...


class Loose(Protocol):
    """A context's function: which of its citations lead to no paragraph on the day."""

    def __call__(self, *, as_at: date) -> Iterable[Unresolved]: ...


class Tally(Protocol):
    """A context's function: by section (its id), how many objects of its kind rest on it; None: on every section."""

    def __call__(self, sections: Collection[int] | None, /) -> Mapping[int, int]: ...


_registers: dict[str, Register] = {}
_loose: list[Loose] = []
_tallies: dict[str, Tally] = {}
_passing: set[str] = set()


def register(kind: str, function: Register, *, tally: Tally | None = None, is_passing: bool = False) -> None:
    """Have a context's function asked from now on; a kind has one, and may have one that counts.

    What is passing (words not sent yet) is proved and flagged, and is no work that a rule governs.
    """
    if _registers.get(kind, function) is not function:
        raise ValueError(f"what rests on rules as {kind!r} is registered twice")
    _registers[kind] = function
    if tally is not None:
        _tallies[kind] = tally
    if is_passing:
        _passing.add(kind)


def register_loose(function: Loose) -> None:
    """Have a context asked for its citations that lead nowhere."""
    if function not in _loose:
        _loose.append(function)


def forget(kind: str) -> None:
    """Ask a kind's functions no more."""
    _registers.pop(kind, None)
    _tallies.pop(kind, None)
    _passing.discard(kind)


def kinds() -> tuple[str, ...]:
    """What can rest on a paragraph, by kind."""
    return tuple(sorted(_registers))


def counted_kinds() -> frozenset[str]:
    """The kinds that can be counted by section."""
    return frozenset(_tallies)


def passing_kinds() -> frozenset[str]:
    """The kinds that do not last."""
    return frozenset(_passing)


def counted(kind: str, sections: Collection[int] | None = None) -> Mapping[int, int]:
    """By section (its id), how many objects of a kind that can be counted rest on it."""
    return _tallies[kind](sections)


def unresolved(*, as_at: date) -> Iterator[Unresolved]:
    """Every citation that leads to no paragraph on the day."""
    for function in _loose:
        yield from function(as_at=as_at)


def resting(
    on: Collection[int] | None = None, *, as_at: date, leaving_out: Collection[str] = ()
) -> Iterator[tuple[str, Resting]]:
    """Everything that rests on these paragraph versions (None: on any), with its kind; words are read as at a day."""
    for kind in (one for one in kinds() if one not in leaving_out):
        for one in _registers[kind](on, as_at=as_at):
            yield kind, one
