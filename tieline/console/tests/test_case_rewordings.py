"""The answer in plainer words: through the door, with a model's server on 127.0.0.1."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client, override_settings

from tests.cast import MONDAY, Cast, assemble
from tests.rules import POSTING, adopt_rules
from tieline.console.case_rewordings import offered, seen_of
from tieline.console.tests.arriving import receive, sign_in
from tieline.desk.actions import add_note
from tieline.desk.models import Case
from tieline.journal.models import JournalEvent
from tieline.journal.queries import about
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as
from tieline.rulebook.models import ParagraphVersion
from tieline.rulebook.rewording.tests.model_server import ModelServer, completion, model_server, send, sentence

HX = {"HX-Request": "true"}
QUESTION = "By when must the Operator post each statement?"
PLAIN = "Each statement must be posted by the Operator by the end of the 10th Business Day."
WRONG = "Each statement must be posted by the Operator by the end of the 12th Business Day."


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as found, override_settings(MODEL_ADDRESS=found.address, MODEL_NAME="small-model"):
        yield found


@pytest.fixture
def version(cast: Cast, tmp_path: Path) -> int:
    adopt_rules(tmp_path)
    return ParagraphVersion.objects.get(text__contains="tenth Business Day").pk


def form(**other: str) -> dict[str, str]:
    return {"question": QUESTION, "as_at": MONDAY.date().isoformat(), **other}


def reworded(case: Case) -> list[JournalEvent]:
    """What the record says of rewordings of the case."""
    return [one for one in about(case.reference) if one.kind == "case.answer_reworded"]


def test_what_is_proved_is_shown_and_what_is_not_is_shown_struck(
    ana: Client, case: Case, version: int, server: ModelServer
) -> None:
    told = completion([sentence(PLAIN, (version, POSTING)), sentence(WRONG, (version, POSTING))])
    server.respond = lambda door: send(door, told)

    answer = ana.post(f"/cases/{case.number}/rewording", form(seen=seen_of(case)), headers=HX)
    page = answer.content.decode()

    assert answer.status_code == 200, page
    assert f"<p>{PLAIN}</p>" in page
    assert f"<del>{WRONG}</del>" in page
    assert "It says 12 business day, which its quotes do not." in page
    assert "small-model" in page


def test_that_words_were_shown_is_recorded_and_the_words_are_not(
    ana: Client, case: Case, cast: Cast, version: int, server: ModelServer
) -> None:
    told = completion([sentence(PLAIN, (version, POSTING)), sentence(WRONG, (version, POSTING))])
    server.respond = lambda door: send(door, told)

    ana.post(f"/cases/{case.number}/rewording", form(seen=seen_of(case)), headers=HX)

    (recorded,) = reworded(case)
    assert recorded.facts == {"model": "small-model", "kept": 1, "struck": 1}
    assert recorded.actor_name == cast.ana.name
    assert "had small-model reword the answer: 1 kept, 1 struck" in ana.get(f"/cases/{case.number}").content.decode()


def test_words_may_be_asked_for_again_though_the_first_were_recorded(
    ana: Client, case: Case, version: int, server: ModelServer
) -> None:
    server.respond = lambda door: send(door, completion([sentence(PLAIN, (version, POSTING))]))
    seen = seen_of(case)

    answers = [ana.post(f"/cases/{case.number}/rewording", form(seen=seen), headers=HX) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(reworded(case)) == 2


def test_words_that_are_dropped_or_refused_are_not_recorded_as_shown(
    ana: Client, case: Case, version: int, server: ModelServer
) -> None:
    server.respond = lambda door: send(door, b"{}", status=500)

    ana.post(f"/cases/{case.number}/rewording", form(), headers=HX)

    assert reworded(case) == []


def test_without_script_it_is_a_page(ana: Client, case: Case, version: int, server: ModelServer) -> None:
    server.respond = lambda door: send(door, completion([sentence(PLAIN, (version, POSTING))]))

    page = ana.post(f"/cases/{case.number}/rewording", form()).content.decode()

    assert "<html" in page
    assert PLAIN in page


def test_markup_of_the_model_is_only_ever_text(ana: Client, case: Case, version: int, server: ModelServer) -> None:
    text = '<img src=x onerror="alert(1)"> Each statement must be posted.'
    server.respond = lambda door: send(door, completion([sentence(text, (version, POSTING))]))

    page = ana.post(f"/cases/{case.number}/rewording", form(), headers=HX).content.decode()

    assert "<img" not in page
    assert "&lt;img" in page
    assert "No sentence could be proved" in page


def test_words_for_a_case_that_changed_while_the_model_thought_are_dropped(
    committed: str, tmp_path: Path, server: ModelServer
) -> None:
    with viewing_as(SYSTEM):
        cast = assemble()
        adopt_rules(tmp_path)
        case = receive(cast, "Settlement statement differs", "Which window applies?")
        version = ParagraphVersion.objects.get(text__contains="tenth Business Day").pk
    ana = sign_in(cast.ana.username)

    def slow(door: BaseHTTPRequestHandler) -> None:
        with viewing_as(SYSTEM):
            add_note(case, text="A further message.", by=cast.ana.as_actor(), at=MONDAY)
        connections.close_all()
        send(door, completion([sentence(PLAIN, (version, POSTING))]))

    server.respond = slow
    dropped = ana.post(f"/cases/{case.number}/rewording", form(), headers=HX)
    server.respond = lambda door: send(door, completion([sentence(PLAIN, (version, POSTING))]))
    shown = ana.post(f"/cases/{case.number}/rewording", form(), headers=HX)

    assert dropped.status_code == 409
    assert "The case changed while the text was being worded" in dropped.content.decode()
    assert PLAIN not in dropped.content.decode()
    assert PLAIN in shown.content.decode()


def test_an_answer_shown_for_an_older_state_asks_nobody(
    ana: Client, case: Case, cast: Cast, version: int, server: ModelServer
) -> None:
    seen = seen_of(case)
    add_note(case, text="Something new.", by=cast.ana.as_actor(), at=MONDAY)

    answer = ana.post(f"/cases/{case.number}/rewording", form(seen=seen), headers=HX)

    assert answer.status_code == 409
    assert server.asked == []


def test_a_model_that_fails_leaves_the_answer_and_says_why(
    ana: Client, case: Case, version: int, server: ModelServer
) -> None:
    server.respond = lambda door: send(door, b"{}", status=500)

    answer = ana.post(f"/cases/{case.number}/rewording", form(), headers=HX)

    assert answer.status_code == 409
    assert "status 500" in answer.content.decode()


def test_the_model_sees_no_name_and_no_word_of_the_case_but_the_question(
    ana: Client, case: Case, cast: Cast, version: int, server: ModelServer
) -> None:
    server.respond = lambda door: send(door, completion([]))
    question = f"{QUESTION} {cast.sam.name}, {cast.bluestem.name}"

    ana.post(f"/cases/{case.number}/rewording", form(question=question), headers=HX)

    shown = json.dumps(server.asked)
    assert "post each statement" in shown
    for private in (cast.sam.name, cast.sam.email, cast.bluestem.name, cast.prickly_pear.name, "38 MWh", case.label):
        assert private not in shown, private


def test_a_question_the_rules_do_not_answer_is_not_put_to_the_model(
    ana: Client, case: Case, version: int, server: ModelServer
) -> None:
    answer = ana.post(f"/cases/{case.number}/rewording", form(question="Who won the chess championship?"), headers=HX)

    assert answer.status_code == 409
    assert server.asked == []


def test_nothing_is_offered_or_done_without_a_model(ana: Client, case: Case, version: int) -> None:
    answer = ana.post(f"/cases/{case.number}/rewording", form(), headers=HX)

    assert offered(case) == ""
    assert answer.status_code == 409
    assert "No language model is set up" in answer.content.decode()


def test_who_may_not_reply_may_not_ask(
    browser_of: Callable[[str], Client], cast: Cast, case: Case, version: int, server: ModelServer
) -> None:
    answer = browser_of(cast.mara.username).post(f"/cases/{case.number}/rewording", form())

    assert answer.status_code == 403
    assert server.asked == []


@pytest.mark.parametrize("fault", [{"as_at": "yesterday"}, {"question": ""}, {"question": "why " * 400}])
def test_an_unreadable_form_asks_nobody(
    ana: Client, case: Case, version: int, server: ModelServer, fault: dict[str, str]
) -> None:
    assert ana.post(f"/cases/{case.number}/rewording", form() | fault, headers=HX).status_code == 409
    assert server.asked == []
