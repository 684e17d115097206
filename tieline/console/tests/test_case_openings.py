"""Taking down what was asked on the telephone: a case with its clocks, once, from the page's words."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client

from tests.cast import MONDAY, Cast, assemble
from tieline.clocks.queries import clocks_of
from tieline.desk.actions.opening import NotYetAsked, TakenDown, take_down
from tieline.desk.models import Case
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as


def told(cast: Cast, **changes: object) -> dict[str, object]:
    return {
        "key": str(uuid4()), "subject": "Meter of the north feeder", "text": "It reads nothing since Friday.",
        "name": "Sam", "address": cast.sam.email, "channel": "phone", "topic": "general", "urgency": "normal",
        "received_at": "2026-11-16T08:15",
    } | changes  # fmt: skip


@pytest.fixture
def topic(cast: Cast) -> str:
    from tieline.desk.profile import Taxonomy

    return cast.profile.get(Taxonomy).default_topic


def test_the_empty_page_offers_the_usual_topic_and_this_minute(ana: Client, cast: Cast, topic: str) -> None:
    page = ana.get("/cases/new").content.decode()

    assert f'<option value="{topic}" selected>' in page
    assert 'type="datetime-local" value="2026-11-16T' in page


def test_a_call_becomes_a_case_whose_clocks_count_from_the_call(ana: Client, cast: Cast, topic: str) -> None:
    answer = ana.post("/cases/new", told(cast, topic=topic))

    case = Case.objects.latest("pk")
    assert answer.status_code == 303 and answer["Location"] == f"/cases/{case.number}"
    assert case.participant == cast.bluestem and case.certainty == 1.0 and case.channel == "phone"
    assert case.received_at.astimezone(cast.profile.time_zone).strftime("%d %H:%M") == "16 08:15"
    assert {clock.started_at for clock in clocks_of(case.reference)} == {case.received_at}
    page = ana.get(f"/cases/{case.number}").content.decode()
    assert "It reads nothing since Friday." in page and "taken down by Ana Ortiz (telephone)" in page


def test_a_name_without_an_address_opens_nothing_to_anybody(ana: Client, cast: Cast, topic: str) -> None:
    ana.post("/cases/new", told(cast, topic=topic, name=cast.sam.name, address=""))

    case = Case.objects.latest("pk")
    assert case.participant is None and case.requester is None


def test_the_same_page_opens_one_case(ana: Client, cast: Cast, topic: str) -> None:
    asked = told(cast, topic=topic)

    first, second = ana.post("/cases/new", asked), ana.post("/cases/new", asked)

    assert first["Location"] == second["Location"]
    assert Case.objects.filter(page_key=str(asked["key"])).count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": "  "}, "Say in a subject and a few words what was asked."),
        ({"address": "nowhere"}, "“nowhere” is no mail address."),
        ({"received_at": "2030-01-01T00:00"}, "An inquiry cannot have been received in the future."),
        ({"topic": "no such topic"}, "There is no topic or urgency “no such topic” in this profile."),
        ({"channel": "pigeon"}, "channel:"),
        ({"received_at": "yesterday"}, "received at:"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(
    ana: Client, cast: Cast, topic: str, changes: dict[str, object], sentence: str
) -> None:
    before = Case.objects.count()

    answer = ana.post("/cases/new", told(cast, topic=topic) | changes)

    page = answer.content.decode()
    assert answer.status_code == 400 and sentence in page
    assert "Meter of the north feeder" in page
    assert Case.objects.count() == before


def test_two_clicks_at_once_open_one_case(committed: str) -> None:
    with viewing_as(SYSTEM):
        cast = assemble()
    key, numbers = uuid4(), []

    def click() -> None:
        with viewing_as(cast.ana.as_actor()):
            case = take_down(_call(cast), page_key=key, profile=cast.profile, by=cast.ana.as_actor(), at=MONDAY)
            numbers.append(case.number)
        connections.close_all()

    threads = [Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(numbers) == 4 and len(set(numbers)) == 1


def test_nothing_is_received_tomorrow(cast: Cast) -> None:
    from dataclasses import replace

    later = replace(_call(cast), received_at=MONDAY + timedelta(minutes=1))

    with pytest.raises(NotYetAsked):
        take_down(later, page_key=uuid4(), profile=cast.profile, by=cast.ana.as_actor(), at=MONDAY)


def _call(cast: Cast) -> TakenDown:
    from tieline.desk.profile import Taxonomy

    taxonomy = cast.profile.get(Taxonomy)
    return TakenDown(
        "A call", "Where is it?", "Sam", cast.sam.email, "phone", taxonomy.default_topic, taxonomy.urgencies[0].key,
        MONDAY,
    )  # fmt: skip
