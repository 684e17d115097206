"""A file that cannot be read is refused with a sentence that says why."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from tieline.rulebook.documents.extract import LARGEST_FILE, read_document
from tieline.rulebook.documents.lines import UnreadableDocument
from tieline.rulebook.tests.print_shop import guide, kept, pdf, pictures, word


def _packed(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def _repacked(content: bytes, *, main: bytes) -> bytes:
    """A Word file with another main part."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as anew:
        for name, member in members.items():
            anew.writestr(name, main if name == "word/document.xml" else member)
    return file.getvalue()


WORD = word([("1.1 Purpose", 1), ("(1) A rule.", 0)])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"Dear all, here is the guide.", "neither a PDF nor a Word"),
        (pictures(), "pictures of 2 pages but no text"),
        (pdf([[]], head="", password="secret"), "protected by a password"),
        (guide()[:200] + b"\x00" * 50, "is damaged"),
        (b"%PDF-1.7 and nothing more", "is damaged"),
        (WORD[: len(WORD) // 2], "is damaged"),
        (_packed(word__document_xml=b"<broken"), "is damaged"),
        (_repacked(WORD, main=b"<root/>"), "is damaged"),
        (_packed(readme=b"hello"), "not a Word document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old .doc format"),
        (word([]), "holds no text"),
        (bytes(range(256)) * 40, "neither a PDF nor a Word"),
        (b"<!DOCTYPE html><body></body>", "holds no text"),
        (b'MIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"\n\n', "web archive"),
    ],
)
def test_the_refusal_names_the_file_and_the_reason(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = kept(tmp_path, "guide.bin", content)

    with pytest.raises(UnreadableDocument, match=sentence) as refused:
        read_document(path)

    assert "guide.bin" in str(refused.value)


def test_a_file_that_is_not_there_and_a_directory_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="There is no file"):
        read_document(tmp_path / "nothing.pdf")
    with pytest.raises(UnreadableDocument, match="is a directory"):
        read_document(tmp_path)


def test_a_pipe_and_a_device_are_refused_without_waiting_for_their_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")

    for endless in (tmp_path / "pipe.pdf", Path("/dev/zero")):
        with pytest.raises(UnreadableDocument, match="not a file but a pipe or a device"):
            read_document(endless)


def test_a_file_that_is_far_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "large.pdf").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)

    with pytest.raises(UnreadableDocument, match="more than 300 MB"):
        read_document(tmp_path / "large.pdf")


def test_the_content_decides_what_a_file_is(tmp_path: Path) -> None:
    lines = read_document(kept(tmp_path, "guide.docx", guide())).lines

    assert any(line.text.startswith("1.1 Purpose") for line in lines)
