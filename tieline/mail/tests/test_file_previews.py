"""What is shown and read of files, by a process that hostile ones may break without anybody noticing."""

from __future__ import annotations

import io
import os
import time

import pytest
from PIL import Image

from tieline.mail import confining
from tieline.mail.confining import BROKE_ITS_READER, TOOK_TOO_LONG, ask_apart
from tieline.mail.extracting import LONGEST_BYTES
from tieline.mail.previewing import Preview, picture_of, preview_of
from tieline.mail.tests.file_shop import bomb_picture, laughs, letter, mail, pdf, picture, sheet_of, zip_bomb

HTML = b"<p>Hello <b>there</b></p><script>alert(1)</script>"


def shown(content: bytes, name: str, content_type: str = "application/octet-stream") -> Preview:
    return preview_of(content, name=name, content_type=content_type)


def words(content: bytes, name: str) -> str:
    return str(ask_apart("text", content, name=name, content_type="").get("text"))


def drawn(content: bytes, page: int = 1) -> Image.Image | None:
    made = picture_of(content, name="x", content_type="", page=page)
    return Image.open(io.BytesIO(made)) if made else None


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (pdf("Operating day nine", "Interval two"), "a.pdf", "Operating day nine"),
        (sheet_of([["hour", "mwh"], [1, 38.5]]), "a.xlsx", "1 38.5"),
        (letter("The window is ten days."), "a.docx", "The window is ten days."),
        (b"hour;mwh\n1;38\n", "a.csv", "1;38"),
        ("Größe über alles".encode("cp1252"), "a.txt", "Größe"),
        ("\ufeffwide".encode("utf-16-le"), "a.txt", "wide"),
        (mail("About losses", "Losses are 38 MWh."), "a.eml", "Losses are 38 MWh."),
        (HTML, "a.html", "there"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value[:3] else None,
)
def test_a_file_is_found_by_its_words(content: bytes, name: str, said: str) -> None:
    assert said in words(content, name)
    assert "alert" not in words(content, name)


def test_at_most_two_hundred_kilobytes_of_text_are_kept() -> None:
    text = words(("é" * 300_000).encode(), "a.txt")

    assert len(text.encode()) == LONGEST_BYTES
    assert set(text) == {"é"}


def test_pages_of_a_pdf_are_drawn_in_bounds() -> None:
    content = pdf("one", "two", "three")

    assert (shown(content, "a.pdf").kind, shown(content, "a.pdf").pages) == ("pages", 3)
    page = drawn(content, 3)
    assert page is not None
    assert (page.format, max(page.size)) == ("PNG", 1600)
    assert drawn(content, 4) is None


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF"])
def test_a_picture_is_made_anew_from_its_pixels(kind: str) -> None:
    content = picture(kind, size=(3000, 100)) + b"<script>alert(1)</script>"

    made = picture_of(content, name="x.html", content_type="text/html", page=1)

    assert shown(content, "x.html").kind == "picture"
    assert made is not None
    assert made.startswith(b"\x89PNG")
    assert b"script" not in made
    assert b"hidden words" not in made
    assert Image.open(io.BytesIO(made)).size[0] == 1600


def test_a_table_shows_its_first_rows_and_no_formula_runs() -> None:
    rows: list[list[object]] = [["=1+1", "<b>x</b>", *range(40)]]
    rows += [[number] for number in range(150)]

    sheet = shown(sheet_of(rows), "a.xlsx").sheets[0]

    assert (sheet.name, len(sheet.rows), len(sheet.rows[0]), sheet.is_cut) == ("Hours", 100, 30, True)
    assert "=1+1" not in sheet.rows[0]
    assert sheet.rows[0][1] == "<b>x</b>"
    by_marks = shown(b"hour;mwh\n1;38,5\n", "a.csv").sheets[0]
    assert by_marks.rows == (("hour", "mwh"), ("1", "38,5"))


def test_mail_and_words_are_shown_as_text() -> None:
    attached = shown(mail("About losses", "38 MWh"), "a.eml")

    assert dict(attached.heads)["Subject"] == "About losses"
    assert "38 MWh" in attached.text
    assert "ten days" in shown(letter("ten days"), "a.docx").text
    assert "<" not in shown(HTML, "a.html").text


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (zip_bomb(), "bomb.xlsx"),
        (laughs(), "laughs.xlsx"),
        (b"%PDF-1.7\n" + os.urandom(5000), "noise.pdf"),
        (b"PK\x03\x04" + os.urandom(5000), "noise.xlsx"),
        (sheet_of([["a"]])[:-400], "cut.xlsx"),
        (letter("a")[:3000], "cut.docx"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_hostile_file_becomes_a_sentence_soon(content: bytes, name: str) -> None:
    started = time.monotonic()

    preview = shown(content, name)
    text = ask_apart("text", content, name=name, content_type="")

    assert preview.problem
    assert preview.kind == "none"
    assert text["problem"]
    assert time.monotonic() - started < 20


def test_a_picture_of_too_many_pixels_is_not_drawn() -> None:
    assert drawn(bomb_picture()) is None
    assert drawn(picture()[:40]) is None


def test_a_kind_nobody_can_show_says_so() -> None:
    assert shown(b"MZ\x00\x01\x02", "a.exe").kind == "none"
    assert shown(b"", "empty.txt").kind == "none"


def test_what_hangs_or_breaks_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confining, "SECONDS", 0.01)
    assert ask_apart("look", b"x", name="a.txt", content_type="") == {"problem": TOOK_TOO_LONG}

    monkeypatch.setattr(confining, "SECONDS", 10.0)
    assert ask_apart("look", b"x", name="a.txt", content_type="", page=1)["kind"] == "text"
    monkeypatch.setattr("sys.executable", "/bin/false")
    assert ask_apart("look", b"x", name="a.txt", content_type="")["problem"] == BROKE_ITS_READER


def test_the_reader_knows_no_secret_and_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIELINE_SMTP_PASSWORD", "hunter2")

    assert "hunter2" not in str(confining._environment())
    assert not [name for name in confining._environment() if name.startswith("TIELINE")]
