"""What is found, in which order, by whom?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections

from tieline.kernel.actor import NOBODY, SYSTEM, Actor
from tieline.kernel.reference import Reference
from tieline.kernel.viewing import viewing_as
from tieline.search.actions import Findable, clear, index
from tieline.search.models import Entry, InnerEntry
from tieline.search.queries import find, holding, phrase

AT = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)


def add(
    number: int, *, title: str = "", detail: str = "", body: str = "", of: int | None = None, kind: str = "case"
) -> None:
    """Index one object; the higher its number, the later its last activity."""
    at = AT + timedelta(minutes=number)
    index(Findable(Reference(kind, str(number)), title, detail, body, of, at))


def numbers(text: str, *, viewer: Actor = SYSTEM, kind: str | None = None, limit: int = 20) -> list[str]:
    """What is found, as the ids of the objects."""
    return [entry.object_id for entry in find(text, viewer=viewer, kind=kind, limit=limit)]


def test_all_words_must_occur_the_last_may_be_unfinished_and_the_fittest_comes_first(db: None) -> None:
    add(1, title="C-1 Late settlement statement", body="The statement of March")
    add(2, title="C-2 Settlement of April", body="A statement")
    add(3, title="C-3 Meter read")

    assert numbers("statement settl") == ["1", "2"], "in the title both words weigh more"
    assert numbers("settlement march") == ["1"]
    assert numbers("settlement meter") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("C-1", ["1"]),
        ("[C-1]", ["1"]),
        ("doyles settlement", []),
        ("settlement doyle", ["1"]),
        ("doyle settlements", ["1"]),
        ("the", ["1"]),
        ("settle", ["1"]),
        ("SETTLED", ["1"]),
        ("sam.doyle@bluestem.example", ["1"]),
        ("the late", ["1"]),
        ("doy", ["1"]),
    ],
)
def test_words_are_found_in_other_forms_and_addresses_as_written(db: None, text: str, found: list[str]) -> None:
    add(1, title="C-1 The late settlements", detail="The Bluestem Sam Doyle sam.doyle@bluestem.example")

    assert numbers(text) == found


@pytest.mark.parametrize(
    "text", ["", "   ", "!!!", "& | ! ( )", "'", "\\", ":*", "<->", "a" * 5000, "\x00", "%z", "é" * 300]
)
def test_no_text_breaks_the_search(db: None, text: str) -> None:
    add(1, title="Something else entirely")

    assert numbers(text) == []


def test_an_object_has_one_row_however_often_it_is_indexed(db: None) -> None:
    add(1, title="Old words", of=17)
    add(1, title="New words", of=18)

    assert (numbers("old"), numbers("new")) == ([], ["1"])
    assert list(Entry.objects.values_list("participant_id", flat=True)) == [18]


def test_kinds_are_told_apart_and_the_limit_is_kept(db: None) -> None:
    for number in range(1, 6):
        add(number, title="Meter")
    add(9, title="Meter", kind="participant")

    assert numbers("meter", kind="participant") == ["9"]
    assert numbers("meter", kind="case", limit=2) == ["5", "4"]


@pytest.mark.parametrize(
    ("viewer", "found"),
    [("participant:1", ["1"]), ("participant:12", ["2"]), ("participant:", []), ("public", []), ("", [])],
)
def test_a_participant_finds_its_own_alone_and_others_nothing(db: None, viewer: str, found: list[str]) -> None:
    add(1, title="Meter", of=1)
    add(2, title="Meter", of=12)
    add(3, title="Meter", of=None)

    assert numbers("meter", viewer=Actor(Reference("x", "1"), "X", viewer=viewer)) == found
    assert numbers("meter", viewer=NOBODY) == []


def test_very_long_texts_are_indexed_as_far_as_they_go(db: None) -> None:
    add(1, title="T" * 500, detail="D" * 500, body="beginning " + "word " * 100_000 + "ending")

    assert (numbers("beginning"), numbers("ending")) == (["1"], [])
    assert len(Entry.objects.get().title) == 300


def test_the_index_can_be_emptied_before_it_is_rebuilt(db: None) -> None:
    add(1, title="Meter")

    clear()

    assert numbers("meter") == []


def test_matching_uses_the_index_over_words_for_every_viewer(committed: str) -> None:
    with viewing_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_entry (object_kind, object_id, title, detail, words, at) "
            "SELECT 'case', n, 'x', '', to_tsvector('english', 'meter ' || n), now() FROM generate_series(1, 5000) n"
        )
        cursor.execute(
            "INSERT INTO search_innerentry (entry_id, object_kind, words, at) "
            "SELECT id, object_kind, words, at FROM search_entry"
        )
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE search_innerentry")

    with viewing_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        found = numbers("4711")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'search_inner_words'")
        (scans,) = cursor.fetchone()

    assert found == ["4711"]
    assert scans > 0


def test_staff_find_inner_words_and_participants_never_do(db: None) -> None:
    index(Findable(Reference("case", "1"), "Meter", "", "asked", 7, AT, inner="a difficult client, see reads.csv"))
    bluestem = Actor(Reference("x", "1"), "X", viewer="participant:7")

    assert numbers("difficult") == numbers("reads") == numbers("asked difficult") == ["1"]
    with viewing_as(bluestem):
        assert numbers("asked", viewer=bluestem) == ["1"]
        assert numbers("difficult", viewer=bluestem) == numbers("asked difficult", viewer=bluestem) == []
        assert holding([phrase("difficult")], kind="case") == []
        assert holding([phrase("asked")], kind="case") == ["1"]
        assert InnerEntry.objects.count() == 0


def test_of_equal_fits_the_newest_comes_first_also_among_more_than_can_be_weighed(committed: str) -> None:
    with viewing_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_entry (object_kind, object_id, title, detail, words, at) SELECT 'case', n, 'x', '', "
            "to_tsvector('english', 'meter'), now() + n * interval '1 second' FROM generate_series(1, 6000) n"
        )
        cursor.execute(
            "INSERT INTO search_innerentry (entry_id, object_kind, words, at) "
            "SELECT id, object_kind, words, at FROM search_entry"
        )
        assert numbers("meter", limit=3) == ["6000", "5999", "5998"]
        assert holding([phrase("meter")], kind="case") is None


def test_words_side_by_side_are_told_from_words_somewhere(db: None) -> None:
    add(1, title="Late settlement of the statement")
    add(2, title="Settlement that was late")

    assert holding([phrase("late settlement")], kind="case") == ["1"]
    assert sorted(holding([phrase("late"), phrase("settlement")], kind="case") or []) == ["1", "2"]
    assert holding([phrase("settl", is_unfinished=True)], kind="participant") == []


def test_words_of_any_length_and_script_fit_into_the_index(db: None) -> None:
    many = " ".join(f"w{number}é" for number in range(90_000))
    index(Findable(Reference("case", "1"), "Meter", "", many, None, AT, inner=many[::-1] * 3))

    assert numbers("meter") == ["1"]
