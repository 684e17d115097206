"""What does a board show? Columns by state, owner, urgency or area, with exact counts and the first cards of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from tieline.desk.asking import ORDERS, Asked, cases, mark
from tieline.desk.models import Case, CaseState
from tieline.desk.profile import Taxonomy
from tieline.desk.queries.rows import CaseRow, case_row
from tieline.identity.models import User

CARDS = 12
MOST_COLUMNS = 24
SORTS = {"state": "State", "owner": "Owner", "urgency": "Urgency", "area": "Area"}
FIELDS = {"state": "state", "owner": "owner_id", "urgency": "urgency", "area": "area"}
NOBODY = "nobody"


@dataclass(frozen=True)
class BoardColumn:
    """One column: its key and name, how many cases are in it, the first of them, and where the next ones begin."""

    key: str
    name: str
    count: int
    cards: tuple[CaseRow, ...]
    next_page: str


@dataclass(frozen=True)
class Board:
    """All columns by one sort, and how many further ones are not shown."""

    by: str
    columns: tuple[BoardColumn, ...]
    left_out: int


def board(asked: Asked, *, by: str, column: str = "", page: str = "") -> Board:
    """The board of a query; with `column` only that one, from a mark on. KeyError for a sort that there is not."""
    found = cases(asked, asked.scope.actor)
    field = FIELDS[by]
    counts = {_key(row[field]): row["many"] for row in found.values(field).annotate(many=Count("pk")).order_by()}
    names = _names(by, asked, counts)
    shown = [key for key in names if not column or key == column]
    first = _first_cards(found, field, shown[:MOST_COLUMNS], page)
    made = [_column(key, names[key], counts.get(key, 0), first.get(key, []), asked) for key in shown[:MOST_COLUMNS]]
    return Board(by, tuple(made), max(0, len(shown) - MOST_COLUMNS))


def _key(value: str | int | None) -> str:
    return NOBODY if value is None else str(value)


def _names(by: str, asked: Asked, counts: Iterable[str]) -> dict[str, str]:
    """The columns in order: all that a card can go to, and whatever else has cards."""
    taxonomy = asked.scope.profile.get(Taxonomy)
    if by == "owner":
        return _owners(asked.scope.me, set(counts))
    if by == "state":
        known = [(state.value, str(state.label)) for state in CaseState]
        known = [(key, name) for key, name in known if key in set(counts) or (key != "closed")]
    elif by == "urgency":
        known = [(level.key, level.name) for level in sorted(taxonomy.urgencies, key=lambda one: -one.rank)]
    else:
        known = [(area.key, area.name) for area in taxonomy.areas if area.key in set(counts)]
    return dict(known) | {key: key for key in counts if key not in dict(known)}


def _owners(me: int | None, present: set[str]) -> dict[str, str]:
    """Nobody first, then oneself, then whoever has cases."""
    ids = [int(key) for key in present if key != NOBODY]
    people = User.objects.filter(Q(pk__in=ids) | Q(pk=me)).order_by("name").values_list("pk", "name")
    rows = sorted(people, key=lambda one: (one[0] != me, one[1]))
    return {NOBODY: "Nobody"} | {str(pk): name for pk, name in rows}


def _first_cards(found: QuerySet[Case], field: str, keys: list[str], page: str) -> dict[str, list[Case]]:
    """The first cards of each column, due soonest first; two statements for all columns together."""
    if not keys:
        return {}
    order = ORDERS["due"]
    parts = []
    for key in keys:
        own = found.filter(**{field: None if key == NOBODY else key})
        part = order.sort(own.filter(order.after(page)) if page else own)
        parts.append(part.values_list("pk", flat=True)[: CARDS + 1])
    ids = list(parts[0].union(*parts[1:], all=True)) if len(parts) > 1 else list(parts[0])
    cards: dict[str, list[Case]] = {}
    for case in order.sort(Case.objects.filter(pk__in=ids)).select_related("participant", "owner"):
        cards.setdefault(_key(getattr(case, field)), []).append(case)
    return cards


def _column(key: str, name: str, count: int, cards: list[Case], asked: Asked) -> BoardColumn:
    scope = asked.scope
    taxonomy = scope.profile.get(Taxonomy)
    rows = tuple(case_row(case, taxonomy=taxonomy, profile=scope.profile, at=scope.at) for case in cards[:CARDS])
    next_page = mark(cards[CARDS - 1], ORDERS["due"]) if len(cards) > CARDS else ""
    return BoardColumn(key, name, count, rows, next_page)


def movable(by: str) -> bool:
    """Whether cards of this sort can be moved; the area follows from the topic, which a column cannot say."""
    return by != "area"
