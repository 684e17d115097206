"""A citation opens its source at its place: the page with the paragraph marked, the text, the file, the figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import MONDAY, Cast
from tieline.kernel import instance
from tieline.kernel.actor import SYSTEM
from tieline.rulebook.actions import import_edition
from tieline.rulebook.models import Edition, Exhibit, ParagraphVersion
from tieline.rulebook.tests.print_shop import guide, kept, word
from tieline.rulebook.tests.printed_exhibits import guide_with_exhibits

BOOK = "source-guide"
DAY = date(2026, 1, 1)
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def edition(cast: Cast, tmp_path: Path) -> Edition:
    """A PDF of three pages: contents, Sections 1.1 and 1.2, Section 1.3."""
    return adopt(tmp_path, "guide.pdf", guide())


def adopt(folder: Path, name: str, content: bytes) -> Edition:
    import_edition(kept(folder, name, content), book=BOOK, effective_on=DAY, by=SYSTEM, at=MONDAY)
    return Edition.objects.get(book__key=BOOK)


def version(section: str, path: str) -> ParagraphVersion:
    return ParagraphVersion.objects.get(paragraph__section__number=section, paragraph__path=path)


def test_a_paragraph_leads_to_its_page(ana: Client, edition: Edition) -> None:
    fee = version("1.3", "(1)")

    answer = ana.get(reverse("rule-version-source", args=[fee.pk]))

    assert answer["Location"] == f"/rules/sources/{edition.pk}/pages/3?version={fee.pk}#mark"
    page = ana.get(answer["Location"]).content.decode()
    assert "Page 3 of 3" in page
    assert f'src="/rules/sources/{edition.pk}/pages/3.png?version={fee.pk}' in page
    assert "The fee is 500 dollars." in page
    assert f'href="/rules/versions/{fee.pk}"' in page


def test_the_page_is_shown_from_the_mark_on_however_low_it_stands(ana: Client, edition: Edition) -> None:
    fee = version("1.3", "(1)")
    ParagraphVersion.objects.filter(pk=fee.pk).update(page_top=640.0)
    address = reverse("rule-source-page", args=[edition.pk, 3])

    asked, bare = (ana.get(address, query).content.decode() for query in ({"version": fee.pk}, {}))

    assert '<span id="mark" class="source-mark at-80">' in asked
    assert 'height="792"' in asked
    assert 'id="mark"' not in bare


def test_the_picture_marks_the_paragraph_and_is_sent_once(ana: Client, edition: Edition) -> None:
    address = reverse("rule-source-picture", args=[edition.pk, 3])

    bare, marked = ana.get(address), ana.get(address, {"version": version("1.3", "(1)").pk})
    again = ana.get(address, headers={"If-None-Match": bare["ETag"]})

    assert bare["Content-Type"] == marked["Content-Type"] == "image/png"
    assert bare.content.startswith(PNG) and marked.content.startswith(PNG)
    assert bare.content != marked.content
    assert (again.status_code, again.content) == (304, b"")


def test_the_file_itself_is_handed_out_as_it_came(ana: Client, edition: Edition) -> None:
    answer = ana.get(reverse("rule-source", args=[edition.pk]))

    assert b"".join(answer.streaming_content) == instance.files().get(edition.file_key)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="guide.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(("number", "sentence"), [(4, "has no page 4; it has 3"), (0, "has no page 0")])
def test_a_page_that_is_not_there_is_said_to_be_missing(
    ana: Client, edition: Edition, number: int, sentence: str
) -> None:
    for name in ("rule-source-page", "rule-source-picture"):
        answer = ana.get(reverse(name, args=[edition.pk, number]))

        assert answer.status_code == 404
        assert sentence in answer.content.decode()


def test_a_word_file_shows_the_lines_around_and_is_downloaded(ana: Client, cast: Cast, tmp_path: Path) -> None:
    lines = [("1.1\tPurpose", 1), ("(1)\tA rule.", 0), ("1.2\tFees", 1), ("(1)\tA rule.", 0), ("(2)\tNo fee.", 0)]
    edition = adopt(tmp_path, "guide.docx", word(lines))
    second = version("1.2", "(1)")

    answer = ana.get(reverse("rule-version-source", args=[second.pk]), follow=True)
    file = ana.get(reverse("rule-source", args=[edition.pk]))

    page = answer.content.decode()
    assert answer.redirect_chain[0][0].endswith("/source/text#sought")
    assert answer.content.decode().count('id="sought"') == 1
    assert page.index("1.2 Fees") < page.index("<mark>(1) A rule.</mark>") < page.index("(2) No fee.")
    assert page.count("<mark>") == 1
    assert file["Content-Disposition"].startswith("attachment")
    assert "sandbox" in file["Content-Security-Policy"]


def test_an_edition_whose_file_is_lost_says_so(ana: Client, edition: Edition) -> None:
    Edition.objects.filter(pk=edition.pk).update(file_key="0" * 32)

    answer = ana.get(reverse("rule-source", args=[edition.pk]))

    assert answer.status_code == 404
    assert "missing from the file store" in answer.content.decode()


def test_figures_and_formulas_have_pictures(ana: Client, cast: Cast, tmp_path: Path) -> None:
    adopt(tmp_path, "guide.pdf", guide_with_exhibits())
    for exhibit in Exhibit.objects.exclude(kind="table"):
        answer = ana.get(reverse("rule-exhibit", args=[exhibit.pk]))

        assert b"".join(answer.streaming_content).startswith(PNG)
        assert "sandbox" in answer["Content-Security-Policy"]

    table = Exhibit.objects.get(kind="table")
    assert ana.get(reverse("rule-exhibit", args=[table.pk + 10_000])).status_code == 404


def test_a_page_and_its_picture_ask_the_database_little(ana: Client, edition: Edition) -> None:
    fee = version("1.3", "(1)")
    for name in ("rule-source-page", "rule-source-picture"):
        address = reverse(name, args=[edition.pk, 3])
        with CaptureQueriesContext(connection) as captured:
            ana.get(address, {"version": fee.pk})

        assert len(captured) <= 16, [one["sql"][:120] for one in captured]
