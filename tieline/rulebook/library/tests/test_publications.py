"""A source's page is read for the links that are its files, and an address for the day from which its text holds."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tieline.rulebook.library.genuine import digest_in_list, form_of, type_contradicts
from tieline.rulebook.library.publications import day_in, is_file, links_in, offered
from tieline.rulebook.profile import Source, SourceForm

HERE = "https://operator.example/rules/current"
PATTERN = re.compile(r"/(?P<month>[A-Z][a-z]+)[- ](?P<day>\d{1,2})[- ](?P<year>\d{4})[- ]Guide\.pdf$")
SOURCE = Source("guide", HERE, SourceForm.PDF, pattern=PATTERN)
PAGE = """
<html><body>
<a href="/files/February-1-2025-Guide.pdf">old</a>
<A HREF='https://operator.example/files/December%2015%202025%20Guide.pdf#page=2'>new</A>
<a href="/files/February-1-2025-Guide.pdf">old again</a>
<a href="/files/February-1-2025-Guide.pdf.sha256">checksum</a>
<a href="mailto:desk@operator.example">write</a> <a href="javascript:void(0)">x</a> <a href="http://[::1/x">x</a>
<a>no link</a> <a href="files/Other.pdf">other</a>
</body></html>
"""


def test_the_links_that_fit_the_pattern_are_the_files_each_once() -> None:
    found = offered(SOURCE, links_in(PAGE, HERE))

    assert [(one.name, one.effective_on) for one in found] == [
        ("February-1-2025-Guide.pdf", date(2025, 2, 1)),
        ("December-15-2025-Guide.pdf", date(2025, 12, 15)),
    ]
    assert [bool(one.checksum_address) for one in found] == [True, False]


def test_links_are_read_from_where_the_page_says_it_stands() -> None:
    page = '<base href="https://files.operator.example/a/"><a href="b.pdf">b</a>'

    assert links_in(page, HERE) == ["https://files.operator.example/a/b.pdf"]


@pytest.mark.parametrize(
    ("pattern", "expected"), [(None, True), (re.compile("current$"), True), (re.compile(r"\.pdf$"), False)]
)
def test_a_source_is_the_file_itself_unless_its_pattern_is_for_links(
    pattern: re.Pattern[str] | None, expected: bool
) -> None:
    assert is_file(Source("guide", HERE, SourceForm.PDF, pattern=pattern)) is expected


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("/February-30-2025-Guide.pdf", None),
        ("/Feb-3-2025-Guide.pdf", date(2025, 2, 3)),
        ("/Guide.pdf", None),
    ],
)
def test_a_day_that_no_calendar_has_is_none(written: str, day: date | None) -> None:
    assert day_in(f"https://operator.example{written}", SOURCE) == day


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://a.example/x/..%2F..%2Fetc%2Fpasswd", "passwd.pdf"),
        ("https://a.example/%2e%2e/", "book.pdf"),
        ("https://a.example/My%20Book%00.PDF", "My-Book.pdf"),
        ("https://a.example/current?version=2", "current.pdf"),
        (f"https://a.example/{'long' * 90}.pdf", "long" * 25 + ".pdf"),
    ],
)
def test_a_name_on_our_disk_is_harmless(address: str, name: str) -> None:
    (found,) = offered(Source("guide", HERE, SourceForm.PDF), [address])

    assert found.name == name


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (b"\n%PDF-1.4", SourceForm.PDF),
        (b"PK\x03\x04rest", SourceForm.DOCX),
        (b"\xef\xbb\xbf <!DOCTYPE HTML><p>", SourceForm.HTML),
        (b"<?xml version='1.0'?><html>", SourceForm.HTML),
        (b"{}", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_the_form(head: bytes, form: SourceForm | None) -> None:
    assert form_of(head) is form


@pytest.mark.parametrize(
    ("media_type", "form", "contradicts"),
    [
        ("application/pdf", SourceForm.PDF, False),
        ("application/octet-stream", SourceForm.PDF, False),
        ("", SourceForm.DOCX, False),
        ("Text/HTML; charset=utf-8", SourceForm.HTML, False),
        ("text/html", SourceForm.DOCX, True),
        ("application/json", SourceForm.HTML, True),
        ("application/pdf", SourceForm.HTML, True),
    ],
)
def test_a_declared_type_that_says_something_else_contradicts(
    media_type: str, form: SourceForm, contradicts: bool
) -> None:
    assert type_contradicts(media_type, form) is contradicts


def test_a_checksum_is_read_from_its_line() -> None:
    one, other = "a" * 64, "B" * 64

    assert digest_in_list(one, "x.pdf") == one
    assert digest_in_list(f"{one} *y.pdf\n{other}  x.pdf\n", "x.pdf") == other.lower()
    assert digest_in_list(f"{one} y.pdf\n{other} z.pdf", "x.pdf") == ""
    assert digest_in_list("no checksum", "x.pdf") == ""
