"""Tables, formulas and figures of a web page: kept as what they are, while the text says what it said before."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime

import pytest

from tieline.kernel.actor import SYSTEM
from tieline.rulebook import sources
from tieline.rulebook.actions import import_content
from tieline.rulebook.documents.extract import read_content
from tieline.rulebook.documents.lines import ExhibitText
from tieline.rulebook.models import Edition, ExhibitKind, ParagraphVersion
from tieline.rulebook.outlining.outline import ParagraphText
from tieline.rulebook.outlining.structure import read_edition
from tieline.rulebook.tests.print_shop import GRAMMAR
from tieline.rulebook.tests.printed_exhibits import png
from tieline.rulebook.tests.web_shop import page

TABLE = "<table><tr><th>Report<th>Fee<tr><td>Late<td>10</table>"
ROWS = (("Report", "Fee"), ("Late", "10"))


def paragraphs(body: str) -> list[ParagraphText]:
    whole = page(f"<h2>1.1 Fees</h2><p>(1) Fees are:</p>{body}")
    edition = read_edition(read_content(whole, name="guide.html"), GRAMMAR)
    return [one for section in edition.sections for one in section.paragraphs]


def only(body: str) -> ExhibitText:
    (exhibit,) = (one for paragraph in paragraphs(body) for one in paragraph.exhibits)
    return exhibit


def data(content: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def test_a_table_keeps_its_cells_and_its_lines_stay_in_the_text() -> None:
    (paragraph,) = paragraphs(TABLE)

    assert paragraph.text == "Fees are:\nReport | Fee\nLate | 10"
    (table,) = paragraph.exhibits
    assert (table.kind, table.caption, table.rows) == (ExhibitKind.TABLE, "", ROWS)


@pytest.mark.parametrize(
    "body",
    [
        TABLE.replace("<table>", "<table><caption>Table 1: Fees</caption>"),
        f"<p>Table 1: Fees</p>{TABLE}",
        f"<figure>{TABLE}<figcaption>Table 1: Fees</figcaption></figure>",
    ],
    ids=["its own", "the line above", "its figure's"],
)
def test_a_table_is_named_by_its_caption_which_stays_in_the_text(body: str) -> None:
    (paragraph,) = paragraphs(body)

    assert paragraph.exhibits[0].caption == "Table 1: Fees"
    assert "Table 1: Fees" in paragraph.text


def test_merged_cells_keep_their_text_once() -> None:
    table = only("<table><tr><td colspan=2>A<td>C<tr><td rowspan=2>D<td>E<td>F<tr><td>H<td>I</table>")

    assert table.rows == (("A", "", "C"), ("D", "E", "F"), ("", "H", "I"))


def test_a_table_for_layout_and_one_of_one_column_are_no_tables() -> None:
    assert paragraphs("<table><tr><td>(a)<td>First.<tr><td>(b)<td>Second.</table>")[1].exhibits == ()
    assert paragraphs("<table><tr><td>A box.</table>")[0].exhibits == ()


def test_a_table_without_end_is_read_in_bounds() -> None:
    wide = "<tr>" + "<td colspan=99999 rowspan=99999>x" * 300
    rows = only(f"<table>{wide * 3}</table>").rows

    assert max(map(len, rows)) <= 500


def test_a_picture_in_the_page_is_kept_with_its_words() -> None:
    figure = only(
        f'<figure><img src="{data(png())}" alt="The  zones"><figcaption>Figure 1: Zones</figcaption></figure>'
    )

    assert (figure.kind, figure.caption, figure.text) == (ExhibitKind.FIGURE, "Figure 1: Zones", "The zones")
    assert (figure.picture, figure.media_type) == (png(), "image/png")


@pytest.mark.parametrize(
    ("image", "text"),
    [
        ('<img src="https://operator.example/zones.png" alt="The zones">', "The zones (https://operator.example/zones.png)"),
        ('<img src="zones.png">', "zones.png"),
        ('<img src="data:image/svg+xml,<svg/>" alt="The zones">', "The zones"),
        ('<img src="data:image/png;base64,AAAA" alt="No picture">', "No picture"),
        ('<img src="data:image/png;base64,%%%" alt="Broken">', "Broken"),
    ],
    ids=["elsewhere", "without words", "a drawing", "of another kind", "broken"],
)  # fmt: skip
def test_other_pictures_are_only_told(image: str, text: str) -> None:
    figure = only(f"<p>{image}</p>")

    assert (figure.kind, figure.text, figure.picture) == (ExhibitKind.FIGURE, text, b"")


@pytest.mark.parametrize(
    "image",
    [
        '<img src="https://operator.example/line.png" alt="">',
        f'<img src="{data(png())}" width="1" height="1" alt="x">',
        f'<p hidden><img src="{data(png())}" alt="x"></p>',
        "<img>",
    ],
)
def test_what_only_decorates_or_is_hidden_is_no_figure(image: str) -> None:
    assert paragraphs(f"<p>{image}</p>")[0].exhibits == ()


@pytest.mark.parametrize(
    ("math", "said"),
    [
        ("<mi>c</mi><mo>=</mo><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>", "c = (a + b)/2"),
        ("<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>", "x_i^2"),
        ("<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>x</mi>",
         "∑_(i = 1)^n x"),
        ("<msqrt><mi>x</mi></msqrt>", "√(x)"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "√[3](x)"),
        ("<semantics><mi>y</mi><annotation>y=latex</annotation></semantics>", "y"),
        ("<mi>a</mi><mo>&#x2062;</mo><mi>b</mi>", "ab"),
        ("<mrow>" * 200 + "<mi>d</mi>" + "</mrow>" * 200, "d"),
    ],
    ids=["fraction", "scripts", "sum", "root", "deeper root", "annotated", "invisible sign", "too deep"],
)  # fmt: skip
def test_a_formula_is_text_in_one_line_and_an_exhibit(math: str, said: str) -> None:
    (paragraph,) = paragraphs(f"<p>where <math>{math}</math> applies.</p>")

    assert paragraph.text == f"Fees are:\nwhere {said} applies."
    assert [(one.kind, one.text) for one in paragraph.exhibits] == [(ExhibitKind.FORMULA, said)]


def test_pictures_and_formulas_inside_a_table_are_kept() -> None:
    table, figure = paragraphs(
        f"<table><tr><td>Zone<td><math><mi>x</mi></math><tr><td>Map<td><img alt=Zones src='{data(png())}'></table>"
    )[0].exhibits

    assert table.rows == (("Zone", "x"), ("Map", ""))
    assert figure.picture == png()


@pytest.mark.usefixtures("db")
def test_a_citation_opens_the_text_of_the_page_at_its_place_and_the_report_counts_what_was_left_out() -> None:
    body = f"<nav><a href='#a'>1.1 Fees</a></nav><h2 id=a>1.1 Fees</h2><p>(1) Fees are:</p>{TABLE}<p hidden>(9) No.</p>"
    report = import_content(
        page(body + "<p>(2) They are due.</p>"), name="guide.html", book="guide", effective_on=date(2026, 1, 1),
        by=SYSTEM, at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    first, second = ParagraphVersion.objects.order_by("paragraph__sort_key").defer("words")

    shown = {one.pk: [line.text for line in sources.text_around(one.pk) if line.is_sought] for one in (first, second)}

    assert shown == {first.pk: ["(1) Fees are:", "Report | Fee", "Late | 10"], second.pk: ["(2) They are due."]}
    assert [one.kind for one in sources.exhibits_of([first.pk])[first.pk]] == [ExhibitKind.TABLE]
    assert report.left_out == {"table of contents": 1, "hidden or deleted text, or the web site's own": 3}
    assert report.as_data()["left_out"] == report.left_out
    assert Edition.objects.get().unplaced == []
