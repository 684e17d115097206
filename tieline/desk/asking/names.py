"""Whom do the names in queries mean? Looked up for all of them at once, in one statement for each kind of name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q

from tieline.desk.asking.reading import Both, Either, Not, Term, Tree
from tieline.desk.asking.scope import Directory, close_to
from tieline.identity.models import User
from tieline.participants.models import Participant, Registration

OWNER_WORDS = frozenset({"me", "nobody", "none", ""})
PARTICIPANT_WORDS = frozenset({"none", "nobody", ""})
MOST_PARTICIPANTS = 500
MOST_KNOWN = 5000


def terms_of(tree: Tree) -> Iterator[Term]:
    """Every term of a tree, wherever it stands."""
    if isinstance(tree, Term):
        yield tree
    elif isinstance(tree, Not):
        yield from terms_of(tree.part)
    elif isinstance(tree, Both | Either):
        for part in tree.parts:
            yield from terms_of(part)


def look_up(trees: Iterable[Tree]) -> Directory:
    """The directory of all names in the trees; asks nothing where there are none."""
    terms = [term for tree in trees for term in terms_of(tree)]
    people = _values(terms, ("owner", "assignee"), OWNER_WORDS)
    companies = _values(terms, ("participant",), PARTICIPANT_WORDS)
    staff = _all_staff() if people else ()
    found = _participants(companies) if companies else {}
    missing = [name for name, ids in found.items() if not ids]
    return Directory(
        staff={name: _staff_named(name, staff) for name in people},
        participants=found,
        known_staff=tuple(username for _, username, _ in staff),
        close_participants=_close_participants(missing) if missing else {},
    )


def staff_names() -> tuple[str, ...]:
    """The user names of all staff, those at work first."""
    return tuple(username for _, username, _ in _all_staff())


def _values(terms: Iterable[Term], fields: tuple[str, ...], aside: frozenset[str]) -> list[str]:
    named = (value for term in terms if term.name in fields for value in term.values)
    return list(dict.fromkeys(value for value in named if value.lower() not in aside))


def _all_staff() -> tuple[tuple[int, str, str], ...]:
    return tuple(User.objects.order_by("-is_active", "name").values_list("pk", "username", "name"))


def _staff_named(written: str, staff: Iterable[tuple[int, str, str]]) -> tuple[int, ...]:
    """Who has this name: the whole user name or name, else a part of it."""
    name = written.lower().strip()
    rows = [(pk, username.lower(), full.lower()) for pk, username, full in staff]
    exact = [pk for pk, username, full in rows if name in (username, full)]
    return tuple(exact or [pk for pk, username, full in rows if name in {*username.split("."), *full.split()}])


def _participants(names: list[str]) -> dict[str, tuple[int, ...]]:
    wanted = Q(registrations__identifier__in=names)
    for name in names:
        wanted |= Q(name__icontains=name) | Q(key__iexact=name)
    identifiers = Registration.objects.filter(participant=OuterRef("pk"), identifier__in=names).values("identifier")
    rows = list(
        Participant.objects.filter(wanted)
        .distinct()
        .annotate(identifiers=ArraySubquery(identifiers))
        .values_list("pk", "name", "key", "identifiers")[: MOST_PARTICIPANTS * len(names)]
    )
    return {
        written: tuple(
            pk for pk, name, key, known in rows
            if written.lower() in name.lower() or written.lower() == key.lower() or written in known
        )
        for written in names
    }  # fmt: skip


def _close_participants(missing: list[str]) -> dict[str, tuple[str, ...]]:
    known = list(Participant.objects.order_by("name").values_list("name", flat=True)[:MOST_KNOWN])
    return {name: close_to(name, known) for name in missing}
