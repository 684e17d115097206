"""An edition is read in at the staff door: a report follows, or the sentence that says why not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast
from tieline.kernel.profile import current_profile
from tieline.rulebook.models import Edition
from tieline.rulebook.profile import Rulebook
from tieline.rulebook.tests.print_shop import guide, pdf, pictures


@pytest.fixture
def lena(browser_of: Callable[[str], Client], cast: Cast) -> Client:
    return browser_of(cast.lena.username)


@pytest.fixture
def address(cast: Cast) -> str:
    return f"/rules/{current_profile().get(Rulebook).books[0].key}/editions"


def sent(content: bytes, day: str = "2026-01-01") -> dict[str, object]:
    return {"file": SimpleUploadedFile("guide.pdf", content), "effective_on": day}


def test_a_file_is_read_in_and_reported(lena: Client, address: str) -> None:
    report = lena.post(address, sent(guide())).content.decode()
    listed = lena.get(address).content.decode()

    assert "guide.pdf was read in" in report
    assert "3 sections, 7 paragraphs in force" in report
    assert "Every line of the file belongs to a section." in report
    assert f'href="/rules/sources/{Edition.objects.get().pk}"' in listed


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(pictures(), "run text recognition"), (b"no book", "neither a PDF"), (pdf([[]], password="x"), "a password")],
)
def test_a_file_that_cannot_be_read_is_refused_in_place(
    lena: Client, address: str, content: bytes, sentence: str
) -> None:
    answer = lena.post(address, sent(content))

    assert answer.status_code == 409
    assert sentence in answer.content.decode()
    assert 'value="2026-01-01"' in answer.content.decode()
    assert not Edition.objects.exists()


def test_an_older_edition_is_refused_and_changes_nothing(lena: Client, address: str) -> None:
    lena.post(address, sent(guide(), "2026-06-01"))

    answer = lena.post(address, sent(guide(fee="The fee is 700 dollars.")))

    assert (answer.status_code, Edition.objects.count()) == (409, 1)
    assert "cannot be put before it" in answer.content.decode()


def test_a_form_without_a_file_says_what_is_missing(lena: Client, address: str) -> None:
    answer = lena.post(address, {})

    assert answer.status_code == 422
    assert "Choose the file of the edition." in answer.content.decode()


def test_the_same_file_again_is_said_to_be_there_already(lena: Client, address: str) -> None:
    lena.post(address, sent(guide()))

    report = lena.post(address, sent(guide())).content.decode()

    assert "guide.pdf was already there" in report
    assert "Nothing was changed." in report
    assert Edition.objects.count() == 1


def test_a_day_no_calendar_has_is_refused_in_words(lena: Client, address: str) -> None:
    answer = lena.post(address, sent(guide(), "2026-02-30"))

    assert answer.status_code == 422
    assert "That is not a day; write it as 2026-09-01." in answer.content.decode()
    assert not Edition.objects.exists()


def test_without_the_right_there_is_a_list_and_no_form(ana: Client, address: str) -> None:
    assert 'type="file"' not in ana.get(address).content.decode()
    assert ana.post(address, sent(guide())).status_code == 403
    assert not Edition.objects.exists()


def test_a_book_nobody_named_has_no_editions(lena: Client, address: str) -> None:
    assert lena.get("/rules/no-such-book/editions").status_code == 404
