"""Who gets in, who does not, and where do they land?"""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.cast import PASSWORD, Cast
from tieline.identity.models import User


def test_a_stranger_is_sent_to_sign_in_and_then_back_to_the_page_wanted(cast: Cast) -> None:
    browser = Client()

    sent = browser.get("/participants?q=blue")
    landed = browser.post(sent["Location"], {"username": "ana.ortiz", "password": PASSWORD})

    assert sent["Location"] == "/sign-in?next=%2Fparticipants%3Fq%3Dblue"
    assert (landed.status_code, landed["Location"]) == (303, "/participants?q=blue")


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "evil"],
)
def test_after_sign_in_nobody_is_sent_to_another_site(cast: Cast, elsewhere: str) -> None:
    landed = Client().post("/sign-in", {"username": "ana.ortiz", "password": PASSWORD, "next": elsewhere})

    assert landed["Location"] == "/"


def test_an_unknown_name_and_a_wrong_password_are_answered_alike(cast: Cast) -> None:
    wrong = Client().post("/sign-in", {"username": "ana.ortiz", "password": "not-the-password"})
    unknown = Client().post("/sign-in", {"username": "no.body", "password": "not-the-password"})

    assert wrong.status_code == unknown.status_code == 409
    token = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')
    said = [token.sub(b"", answer.content) for answer in (wrong, unknown)]
    assert said[0].replace(b"ana.ortiz", b"-") == said[1].replace(b"no.body", b"-")
    assert b"not-the-password" not in wrong.content


def test_too_many_tries_are_stopped_before_the_password_is_looked_at(cast: Cast) -> None:
    for _ in range(6):
        Client().post("/sign-in", {"username": "ana.ortiz", "password": "not-the-password"})

    stopped = Client().post("/sign-in", {"username": "ana.ortiz", "password": PASSWORD})

    assert stopped.status_code == 429
    assert "Too many tries" in stopped.content.decode()


def test_other_sessions_end_when_the_password_changes(cast: Cast, ana: Client) -> None:
    elsewhere = Client()
    elsewhere.post("/sign-in", {"username": "ana.ortiz", "password": PASSWORD})

    wanted = {"present": PASSWORD, "wanted": "quite-another-secret", "again": "quite-another-secret"}
    changed = ana.post("/password", wanted)

    assert changed.status_code == 303
    assert ana.get("/participants").status_code == 200
    assert elsewhere.get("/participants").status_code == 302


@pytest.mark.parametrize(
    ("present", "wanted", "again", "sentence"),
    [
        ("wrong", "quite-another-secret", "quite-another-secret", "present password is not right"),
        (PASSWORD, "quite-another-secret", "something-else", "not the same both times"),
        (PASSWORD, "short", "short", "too short"),
    ],
)
def test_an_unfit_new_password_is_refused_in_words(
    ana: Client, present: str, wanted: str, again: str, sentence: str
) -> None:
    answer = ana.post("/password", {"present": present, "wanted": wanted, "again": again})

    assert answer.status_code in (409, 422)
    assert sentence in answer.content.decode()


def test_a_closed_account_is_out_at_the_next_request(cast: Cast, ana: Client) -> None:
    User.objects.filter(pk=cast.ana.pk).update(is_active=False)

    assert ana.get("/cases").status_code == 302


def test_signing_out_ends_the_session(ana: Client) -> None:
    ana.post("/sign-out")

    assert ana.get("/cases").status_code == 302


def test_the_session_cookie_is_out_of_reach_of_scripts(cast: Cast) -> None:
    landed = Client().post("/sign-in", {"username": "ana.ortiz", "password": PASSWORD})

    cookie = landed.cookies["tieline_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_an_open_page_of_a_session_that_ended_says_so_in_place(cast: Cast) -> None:
    answer = Client().post("/cases/1/notes", {"text": "x"}, headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert answer["HX-Retarget"] == "#refusal"
    assert "What you wrote is kept" in answer.content.decode()
