"""The palette: a sign asks for one kind, and no question takes more than twelve statements."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tieline.desk.models import Case

HX = {"HX-Request": "true"}
FRAME = ("SAVEPOINT", "RELEASE", "SELECT set_config", "SELECT coalesce(current_setting")


def asked(ana: Client, text: str) -> str:
    return ana.get("/palette", {"q": text}, headers=HX).content.decode()


def test_a_number_leads_to_the_case_the_exact_one_first(ana: Client, case: Case) -> None:
    assert f"/cases/{case.number}" in asked(ana, f"#{case.number}")
    assert f"/cases/{case.number}" in asked(ana, f"#{case.label}")
    assert "Go to" not in asked(ana, f"#{case.number}")


def test_a_person_leads_to_the_cases_they_have(ana: Client, cast: Cast) -> None:
    page = asked(ana, f"@{cast.ravi.name[:3]}")

    assert cast.ravi.name in page
    assert f"owner%3A{cast.ravi.username}" in page
    assert ana.get("/cases", {"q": f"is:open owner:{cast.ravi.username}"}).status_code == 200


def test_a_client_is_found_by_name(ana: Client, case: Case, cast: Cast) -> None:
    page = asked(ana, f"client:{cast.bluestem.name[:5]}")

    assert cast.bluestem.name in page
    assert "Cases" not in page


@pytest.mark.parametrize("text", ["", "statement", "#1", "@a", "client:b", "rule:settle"])
def test_a_question_takes_few_statements(ana: Client, case: Case, text: str) -> None:
    asked(ana, text)
    with CaptureQueriesContext(connection) as statements:
        asked(ana, text)

    assert len([one for one in statements if not one["sql"].startswith(FRAME)]) <= 12
