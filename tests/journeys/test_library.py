"""An operator's published editions are fetched by the profile's sources, read in once, and looked for again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tieline.cli.main import main
from tieline.kernel.actor import SYSTEM
from tieline.kernel.viewing import viewing_as
from tieline.rulebook.library.tests.publisher import Published, Publisher, publishing
from tieline.rulebook.models import Edition
from tieline.rulebook.tests.print_shop import guide, word

ROOT = Path(__file__).parents[2]
PAGE = b"""<!DOCTYPE html><html><body>
<a href="/files/June-1-2026-Guide.pdf">June</a> <a href="/files/January-1-2026-Guide.pdf">January</a>
<a href="/files/Notes.pdf">notes</a></body></html>"""
WHOLE_BOOK = """
[[books]]
key = "guide"
name = "Market Guide"
short = "MG"

[[books]]
key = "manual"
name = "Market Manual"
short = "MM"

[[sources]]
book = "guide"
address = "{page}"
form = "pdf"
pattern = '(?P<month>[A-Z][a-z]+)-(?P<day>\\d{{1,2}})-(?P<year>\\d{{4}})-Guide\\.pdf$'

[[sources]]
book = "manual"
address = "{file}"
form = "docx"
"""


def tieline(profile: Path, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "tieline", "rulebook", *arguments],
        cwd=ROOT,
        env=os.environ | {"TIELINE_PROFILE": str(profile), "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "profiles" / "_blank", tmp_path / "profile"))


def publish(publisher: Publisher, profile: Path) -> None:
    publisher.files["/rules"] = Published(PAGE, "text/html")
    publisher.files["/files/January-1-2026-Guide.pdf"] = Published(guide(), drops=[700])
    publisher.files["/files/June-1-2026-Guide.pdf"] = Published(guide(fee="The fee is 700 dollars."))
    manual = word([("1.1 Purpose", 2), ("(1) This manual tells how a meter is read.", 0)])
    publisher.files["/manual.docx"] = Published(manual, "application/octet-stream")
    sources = WHOLE_BOOK.format(page=publisher.at("/rules"), file=publisher.at("/manual.docx"))
    (profile / "rulebook.toml").write_text(sources, encoding="utf-8")


@pytest.mark.slow
@pytest.mark.usefixtures("committed")
def test_a_library_is_fetched_read_in_and_kept_in_step(profile: Path) -> None:
    with publishing() as publisher:
        publish(publisher, profile)
        status, first, said = tieline(profile, "fetch", "--import", "--effective", "2026-02-01", "--json")
        assert (status, said) == (0, "")
        with viewing_as(SYSTEM):
            editions = Edition.objects.order_by("book__key", "effective_on")
            assert list(editions.values_list("book__key", "effective_on")) == [
                ("guide", date(2026, 1, 1)),
                ("guide", date(2026, 6, 1)),
                ("manual", date(2026, 2, 1)),
            ]
        assert [len(book["fetched"]) for book in json.loads(first)["books"]] == [2, 1]

        status, again, _ = tieline(profile, "fetch", "--import", "--effective", "2026-02-01", "--json")
        assert status == 0
        assert [len(book["unchanged"]) for book in json.loads(again)["books"]] == [2, 1]
        assert json.loads(again)["imports"] == []

        del publisher.files["/rules"]
        status, printed, _ = tieline(profile, "fetch")
        assert status == 1
        assert "failed" in printed
        assert "expected a page with links to the files, but the server said 404 Not Found" in printed
        assert "manual: 0 fetched, 1 unchanged, 0 failed" in printed

    status, printed, _ = tieline(profile, "library")
    assert status == 0
    assert printed.count(" whole ") == 3
    shutil.rmtree(Path(os.environ["TIELINE_HOME"]) / "library" / "manual")
    status, printed, _ = tieline(profile, "library")
    assert (status, printed.count(" missing ")) == (1, 1)


def test_a_library_that_is_not_there_is_no_empty_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = tmp_path / "nowhere"

    status = main(["rulebook", "library", "--directory", str(nowhere), "--json"])

    said = capsys.readouterr()
    assert (status, said.out) == (1, "")
    assert f"There is no directory {nowhere}." in said.err
