"""A web page gives the text a browser shows: labels, tables and grey boxes included, nothing hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieline.rulebook.documents.extract import read_document
from tieline.rulebook.documents.extract_html import extract_html
from tieline.rulebook.documents.html_bytes import decoded
from tieline.rulebook.documents.lines import UnreadableDocument
from tieline.rulebook.outlining.furniture import Reason
from tieline.rulebook.outlining.outline import EditionText
from tieline.rulebook.outlining.structure import NoSections, read_edition
from tieline.rulebook.tests.print_shop import GRAMMAR, kept
from tieline.rulebook.tests.web_shop import page


def read(body: str) -> EditionText:
    return read_edition(extract_html(page(body), name="guide.html"), GRAMMAR)


def said(edition: EditionText) -> list[tuple[str, str, str]]:
    return [(section.number, one.path, one.text) for section in edition.sections for one in section.paragraphs]


def lines(body: str) -> list[str]:
    return [line.text for line in extract_html(page(body), name="guide.html").lines]


def test_lists_that_count_by_themselves_become_paths() -> None:
    edition = read(
        """<h2>1.1 Purpose</h2><ol><li>A report names:<ol type="a"><li>the unit;<li><p>the hour:</p>
        <ol style="list-style-type: lower-roman"><li>its start; and<li>its end.</ol></li></ol></li>
        <li value="4">A late report is void.</li></ol><h2>1.2 Fees</h2><ol start="2"><li>Twice the fee.</ol>"""
    )

    assert said(edition) == [
        ("1.1", "(1)", "A report names:"),
        ("1.1", "(1)(a)", "the unit;"),
        ("1.1", "(1)(b)", "the hour:"),
        ("1.1", "(1)(b)(i)", "its start; and"),
        ("1.1", "(1)(b)(ii)", "its end."),
        ("1.1", "(4)", "A late report is void."),
        ("1.2", "(2)", "Twice the fee."),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "<p>(1) First.</p><p>(2) Second.</p>",
        "<ol class='plain'><li>(1) First.<li>(2) Second.</ol>",
        "<ol><li>(1) First.<li>(2) Second.</ol>",
        "<p>(1) First.<br>(2) Second.</p>",
        "<table><tr><td>(1)</td><td>First.</td></tr><tr><td>(2)</td><td>Second.</td></tr></table>",
        "<pre>(1) First.\n(2) Second.</pre>",
    ],
    ids=["typed", "list without labels", "label typed in a list", "line breaks", "table for layout", "preformatted"],
)
def test_labels_are_found_however_the_page_is_built(body: str) -> None:
    assert said(read(f"<h2>1.1 Purpose</h2>{body}")) == [("1.1", "(1)", "First."), ("1.1", "(2)", "Second.")]


def test_hidden_and_deleted_text_is_left_out_and_the_report_says_so() -> None:
    edition = read(
        """<nav><a href="#p">1.1 Purpose</a></nav><h2>1.1 Purpose <a href="#p">¶</a></h2>
        <p>(1) The fee is <del>500</del> <ins>700</ins> dollars.</p><p hidden>(2) A draft.</p>
        <p class="gone">(3) Another.</p><p style="visibility: hidden">(4) A third.</p><!-- (5) A note. -->"""
    )

    left_out = {(one.line.text, one.reason) for one in edition.left_out}
    assert said(edition) == [("1.1", "(1)", "The fee is 700 dollars.")]
    assert edition.sections[0].title == "Purpose"
    aside = {text for text, reason in left_out if reason is Reason.ASIDE}
    assert aside == {"500", "(2) A draft.", "(3) Another.", "(4) A third.", "Operator's site", "All rights reserved"}
    assert [text[:11] for text, reason in left_out if reason is Reason.CONTENTS] == ["1.1 Purpose"]


def test_a_header_inside_an_article_is_rule_text() -> None:
    assert said(read("<article><header><h2>1.1 Purpose</h2></header><p>(1) A rule.</p></article>")) == [
        ("1.1", "(1)", "A rule.")
    ]


def test_terms_come_from_bold_letters_and_from_definition_lists() -> None:
    edition = read(
        """<h2>1.1 Definitions</h2><dl><dt>Outage</dt><dd>A unit out of service.</dd></dl>
        <p><span class="strong">Fee</span></p><p>What is owed.</p>"""
    )

    assert said(edition) == [
        ("1.1", "[Outage]", "Outage\nA unit out of service."),
        ("1.1", "[Fee]", "Fee\nWhat is owed."),
    ]


@pytest.mark.parametrize(
    "box",
    [
        '<div class="box">{}</div>',
        '<table><tr><td bgcolor="#cccccc">{}</td></tr></table>',
        "<div class='grey'>{}</div>",
    ],
)
def test_text_on_a_coloured_ground_is_pending(box: str) -> None:
    grey = box.format("<p>[RR7: Replace (1) above:]</p><p>(1) A new rule.</p>")
    edition = read(f"<h2>1.1 Purpose</h2><p>(1) A rule.</p>{grey}<p>(2) Another.</p><p>(3) A third.</p>")

    found = [(one.path, one.text, one.pending.request if one.pending else "") for one in edition.sections[0].paragraphs]
    assert found == [
        ("(1)", "A rule.", ""),
        ("(1)", "A new rule.", "RR7"),
        ("(2)", "Another.", ""),
        ("(3)", "A third.", ""),
    ]


def test_the_colour_of_the_whole_page_marks_nothing() -> None:
    source = extract_html(page('<main class="box"><h2>1.1 Purpose</h2><p>(1) A rule.</p></main>'), name="guide.html")

    assert not any(line.is_shaded for line in source.lines)


def test_a_table_is_one_line_a_row() -> None:
    table = "<table><thead><tr><th>Hour<th>Fee</thead><tr><td>1<td>5<br>dollars<tr><td>2<td><p>6</p></table>"

    assert lines(table) == ["Hour | Fee", "1 | 5 dollars", "2 | 6"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<p>“§”</p>".encode(), "“§”"),
        (b'<meta charset="windows-1252"><p>\x93\xa7\x94</p>', "“§”"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><p>\x93\xa7\x94</p>', "“§”"),
        (b"<p>\x93\xa7\x94</p>", "“§”"),
        ("\ufeff<p>“§”</p>".encode("utf-16"), "“§”"),
        (b'\xef\xbb\xbf<meta charset="windows-1252">' + "<p>“§”</p>".encode(), "“§”"),
        (b'<meta charset="no-such-thing">' + "<p>“§”</p>".encode(), "“§”"),
        (b'<?xml version="1.0" encoding="utf-8"?><html><body>' + "<p>“§”</p></body></html>".encode(), "“§”"),
        (b"<p>&ldquo;&sect;&rdquo;&nbsp;</p>", "“§”"),
    ],
)
def test_characters_are_read_as_browsers_read_them(content: bytes, expected: str) -> None:
    assert [line.text for line in extract_html(content, name="guide.html").lines] == [expected]


def test_a_page_that_says_it_is_utf_7_is_not_read_so() -> None:
    assert "+ADw-script+AD4-" in decoded(b'<meta charset="utf-7"><p>+ADw-script+AD4-</p>')


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<!DOCTYPE html><html><body></body></html>", "holds no text"),
        (b"<html>" + bytes(range(32)) * 40, "damaged"),
        (b"<html>" + b"<div>" * 5000 + b"deep", "damaged"),
        (b'MIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"\n\n--x', "web archive"),
        (b"<html>" + b" " * (50 * 1024 * 1024), "larger than 50 MB"),
    ],
    ids=["no text", "no characters", "too deep", "web archive", "too large"],
)
def test_a_page_that_cannot_be_read_is_refused_with_its_name(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableDocument, match=sentence) as refused:
        read_document(kept(tmp_path, "guide.htm", content))

    assert "guide.htm" in str(refused.value)


def test_a_page_that_holds_no_rules_is_refused(tmp_path: Path) -> None:
    sign_in = page("<form><label>Name <input></label><button>Sign in</button></form><p>Please sign in to go on.</p>")

    with pytest.raises(NoSections, match="is this a rule book"):
        read_edition(read_document(kept(tmp_path, "guide.pdf", sign_in)), GRAMMAR)


def test_entities_that_name_files_or_grow_are_not_followed() -> None:
    hostile = b"""<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/hostname"><!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]>
    <html><body><p>(1) &a; &c; end.</p></body></html>"""

    text = " ".join(line.text for line in extract_html(hostile, name="guide.html").lines)
    assert "haha" not in text
    assert "end." in text


def test_a_line_above_the_first_section_is_reported_as_unplaced() -> None:
    assert [line.text for line in read("<h1>Market Guide</h1><h2>1.1 Purpose</h2><p>(1) A rule.</p>").unplaced] == [
        "Market Guide"
    ]
