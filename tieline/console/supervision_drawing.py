"""How are ages and hours drawn? Places of bars and lines in a small picture; the figures stand beside it as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tieline.desk.supervision import Bar, Flow

WIDTH, HEIGHT, FOOT = 240, 72, 12
STEP = WIDTH // 24


@dataclass(frozen=True)
class DrawnBar:
    """A bar with its place."""

    bar: Bar
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class DrawnFlow:
    """A flow with its bars of today (place and height) and the line of what is usual."""

    flow: Flow
    bars: tuple[tuple[int, float, float], ...]
    line: str


def age_bars(bars: Sequence[Bar]) -> tuple[DrawnBar, ...]:
    """The bars side by side; one with any case in it is never too low to be seen."""
    step = WIDTH // max(len(bars), 1)
    heights = [max(2, (HEIGHT - FOOT) * bar.percent // 100) if bar.figure.count else 0 for bar in bars]
    return tuple(
        DrawnBar(bar, place * step + 2, HEIGHT - FOOT - high, step - 4, high)
        for place, (bar, high) in enumerate(zip(bars, heights, strict=True))
    )


def flow_drawing(flow: Flow) -> DrawnFlow:
    """Today as bars, what is usual as a line over them."""
    room = HEIGHT - FOOT
    heights = [(one.hour, room * (one.today or 0) / flow.most) for one in flow.hours]
    bars = tuple((hour * STEP + 1, round(room - high, 1), round(high, 1)) for hour, high in heights if high)
    points = (f"{one.hour * STEP + STEP // 2},{round(room - room * one.usual / flow.most, 1)}" for one in flow.hours)
    return DrawnFlow(flow, bars, " ".join(points))
