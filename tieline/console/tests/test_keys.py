"""Keys of one's own: every key of a page is in the list, clashes are refused, and the page carries what is kept."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from tests.cast import Cast
from tieline.console.keys import ACTS, ALL_OFF, KeyTaken, Screen, UnfitKey, own_keys

TEMPLATES = Path(__file__).parent.parent / "templates"
MARKED = re.compile(r'data-key="([^"]+)"(?: data-key-name="([^"{]+)")?')


def marks() -> list[tuple[str, str]]:
    pages = sorted(TEMPLATES.rglob("*.html"))
    found = [match for page in pages for match in MARKED.findall(page.read_text(encoding="utf-8"))]
    return [(key, name) for key, name in found if "{" not in key]


def test_every_key_of_a_page_is_in_the_list_with_the_key_it_has_there() -> None:
    listed = {(act.key, mark) for act in ACTS for mark in act.all_marks}

    assert sorted(set(marks()) - listed) == []


def test_no_two_acts_of_one_screen_share_a_key() -> None:
    for screen in (Screen.EVERYWHERE, Screen.LIST, Screen.CASE, Screen.RULES):
        keys = [act.key for act in ACTS if act.screen is screen]
        assert len(keys) == len(set(keys)), screen
    beside = [act.key for act in ACTS if act.screen is not Screen.RULES]
    assert len(beside) == len(set(beside))


def test_a_key_is_changed_switched_off_and_nothing_usual_is_kept() -> None:
    assert own_keys({"reply": " V ", "note": "", "forward": "f"}) == {"reply": "v", "note": ""}


@pytest.mark.parametrize("typed", ["alt+r", "ctrl+r", "rr", "Enter", "é", "shift+1", "g"])
def test_what_is_no_key_is_refused(typed: str) -> None:
    with pytest.raises(UnfitKey, match="Alt is never used"):
        own_keys({"reply": typed})


def test_a_key_that_is_taken_on_the_same_page_is_refused() -> None:
    with pytest.raises(KeyTaken, match="Internal note"):
        own_keys({"reply": "n"})
    with pytest.raises(KeyTaken):
        own_keys({"reply": "j"})
    assert own_keys({"reply": "n", "note": "r"}) == {"reply": "n", "note": "r"}
    assert own_keys({"rule-search": "r"}) == {"rule-search": "r"}


def test_the_page_carries_own_keys_and_they_can_be_set_back(ana: Client, cast: Cast) -> None:
    ana.post("/preferences/keys", {"reply": "v", "off": "yes"})

    page = ana.get("/cases").content.decode()
    carried = json.loads(unescape(re.search(r'data-keys="([^"]*)"', page)[1]))  # type: ignore[index]  # it is there
    assert carried == {"Reply": "v", ALL_OFF: ""}
    ana.post("/preferences/keys", {"reset": "yes"})
    cast.ana.refresh_from_db()
    assert cast.ana.keys == {}


def test_a_clash_is_said_and_what_was_typed_stays(ana: Client, cast: Cast) -> None:
    answer = ana.post("/preferences/keys", {"reply": "n"})

    assert answer.status_code == 422
    assert "share a screen" in answer.content.decode()
    assert 'name="reply" value="n"' in answer.content.decode()
    cast.ana.refresh_from_db()
    assert cast.ana.keys == {}
