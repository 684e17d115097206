"""Where does each thing of the rule map stand in the picture? Sections left, what they govern in the middle, teams
and tools right, with a line for each tie. Pure geometry; the page draws it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tieline.rulebook.reach.mapping import MapRow

PITCH, HEIGHT, TOP = 38, 28, 34
COLUMNS = (0, 330, 660)
WIDTH = 300
LONGEST = 42
MOST_ROWS = 24


@dataclass(frozen=True)
class Node:
    """One thing in the picture."""

    key: str
    words: str
    whole: str
    tone: str
    x: int
    y: int

    @property
    def left(self) -> tuple[int, int]:
        """Where lines arrive."""
        return self.x, self.y + HEIGHT // 2

    @property
    def right(self) -> tuple[int, int]:
        """Where lines leave."""
        return self.x + WIDTH, self.y + HEIGHT // 2


@dataclass(frozen=True)
class Tie:
    """A line from one thing to another, as an SVG path, in the tone of what it leads to."""

    path: str
    tone: str


@dataclass(frozen=True)
class Drawing:
    """The whole picture; `left_out` sections would have made it unreadable."""

    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]
    width: int
    height: int
    left_out: int


def draw(rows: Sequence[MapRow], teams: Mapping[str, str], tools_of: Mapping[str, Sequence[str]]) -> Drawing:
    """Lay the rows out; `teams` are names by key, `tools_of` the tools of a procedure by its reference."""
    shown = [row for row in rows if row.governed][:MOST_ROWS]
    sections = [(f"s:{row.book}:{row.section}", f"{row.section} {row.title}", "section") for row in shown]
    things = {one.holder: (one.holder, one.name, one.kind) for row in shown for one in row.governed}
    owners = {one.owner for row in shown for one in row.governed if one.owner.startswith("team:")}
    right = {owner: (owner, teams.get(owner.partition(":")[2], owner), "team") for owner in sorted(owners)}
    tools = {tool for holder in things for tool in tools_of.get(holder, ())}
    right |= {f"tool:{tool}": (f"tool:{tool}", tool, "tool") for tool in sorted(tools)}
    columns = (sections, list(things.values()), list(right.values()))
    nodes = {node.key: node for x, column in zip(COLUMNS, columns, strict=True) for node in _column(x, column)}
    pairs = _pairs(shown, tools_of)
    return Drawing(
        nodes=tuple(nodes.values()),
        ties=tuple(_tie(nodes[start], nodes[end]) for start, end in pairs if start in nodes and end in nodes),
        width=COLUMNS[-1] + WIDTH,
        height=TOP + max(len(column) for column in columns) * PITCH,
        left_out=sum(bool(row.governed) for row in rows) - len(shown),
    )


def _column(x: int, things: Sequence[tuple[str, str, str]]) -> list[Node]:
    return [
        Node(key, _short(words), words, tone, x, TOP + place * PITCH) for place, (key, words, tone) in enumerate(things)
    ]


def _pairs(rows: Sequence[MapRow], tools_of: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Section to what it governs, that to its team and tools; each tie once."""
    pairs: dict[tuple[str, str], None] = {}
    for row in rows:
        for one in row.governed:
            pairs[f"s:{row.book}:{row.section}", one.holder] = None
            pairs[one.holder, one.owner] = None
            pairs |= {(one.holder, f"tool:{tool}"): None for tool in tools_of.get(one.holder, ())}
    return list(pairs)


def _tie(start: Node, end: Node) -> Tie:
    (x1, y1), (x2, y2) = start.right, end.left
    bend = (x2 - x1) // 2
    return Tie(f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}", end.tone)


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else words[: LONGEST - 1].rstrip() + "…"
