"""What a page that comes back is told: the cases that changed since it last heard, or to fetch everything."""

from __future__ import annotations

import pytest

from tests.cast import MONDAY, Cast
from tieline.console.tests.arriving import receive
from tieline.desk.actions import assign
from tieline.journal.models import Seal
from tieline.journal.sealing import seal
from tieline.project import live, missed
from tieline.project.missed import missed_since


def head() -> int:
    seal(at=MONDAY)
    return Seal.objects.order_by("-position").values_list("position", flat=True).first() or 0


def test_only_what_changed_since_is_named(cast: Cast) -> None:
    first = receive(cast, "The first", "One.")
    before = head()
    second = receive(cast, "The second", "Two.")
    assign(second, owner=cast.ana, by=cast.ana.as_actor(), at=MONDAY)
    now = head()

    assert missed_since(before).numbers == (str(second.number),)
    assert missed_since(0).numbers == tuple(sorted([str(first.number), str(second.number)]))
    assert (missed_since(now).head, missed_since(now).numbers) == (now, ())


def test_too_much_or_another_journal_means_everything(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    receive(cast, "The first", "One.")
    now = head()

    assert missed_since(now + 1).numbers is None
    monkeypatch.setattr(missed, "MOST_EVENTS", 1)
    assert missed_since(0).numbers is None


def test_how_far_a_page_has_heard_is_read_from_its_header_or_its_address() -> None:
    assert live._heard({"headers": [(b"last-event-id", b"17")], "query_string": b"heard=3"}) == 17
    assert live._heard({"headers": [], "query_string": b"heard=3"}) == 3
    assert live._heard({"headers": [(b"last-event-id", b"x")], "query_string": b""}) is None


def test_a_viewer_who_cannot_keep_up_is_told_to_fetch_everything() -> None:
    import asyncio

    queue: asyncio.Queue[str] = asyncio.Queue(2)
    for text in ("one", "two", "three"):
        live._put(queue, text)

    assert queue.get_nowait() == live.CAUGHT_UP
    assert queue.empty()
