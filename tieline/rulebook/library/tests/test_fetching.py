"""A published file comes whole or not at all, once, and only from where it may."""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest

from tieline.identity.permissions import NotAllowed
from tieline.journal.models import JournalEvent
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.reference import Reference
from tieline.rulebook.library import fetching
from tieline.rulebook.library.actions import BookFetch, fetch_library
from tieline.rulebook.library.limits import Limits
from tieline.rulebook.library.partial import PartialFile
from tieline.rulebook.library.shelf import LibraryInUse, Shelf, State, UnreadableManifest
from tieline.rulebook.library.tests.publisher import PDF, YESTERDAY, Published, Publisher, publishing
from tieline.rulebook.profile import Source, SourceForm

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
HASTY = Limits(pause_seconds=0.001, silence_seconds=2, connect_seconds=2, file_seconds=30)
OTHER_PDF = PDF.replace(b"published", b"corrected")
BOOK = "/files/guide.pdf"

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with publishing() as publisher:
        publisher.files[BOOK] = Published()
        yield publisher


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "library")


def a_source(publisher: Publisher, path: str = BOOK, **more: object) -> Source:
    return replace(Source("guide", publisher.at(path), SourceForm.PDF), **more)


def fetch(shelf: Shelf, *sources: Source, limits: Limits = HASTY, by: Actor = SYSTEM) -> BookFetch:
    (outcome,) = fetch_library(sources, shelf, limits=limits, progress=lambda name, size, total: None, by=by, at=AT)
    return outcome


def content(shelf: Shelf, name: str = "guide.pdf") -> bytes:
    return (shelf.directory / "guide" / name).read_bytes()


def leftovers(shelf: Shelf) -> list[str]:
    return sorted(path.name for path in shelf.directory.rglob("*.part*"))


def test_a_file_comes_and_its_checksum_is_kept(publisher: Publisher, shelf: Shelf) -> None:
    outcome = fetch(shelf, a_source(publisher))

    assert (outcome.fetched, outcome.failed) == (["guide.pdf"], [])
    assert content(shelf) == PDF
    (kept,) = Shelf(shelf.directory).all()
    assert (kept.sha256, kept.size_bytes) == (hashlib.sha256(PDF).hexdigest(), len(PDF))
    assert re.fullmatch(r"Tieline/\S+", publisher.asked[0].headers["user-agent"])
    assert leftovers(shelf) == []


@pytest.mark.parametrize("published", [Published(), Published(is_tagged=False, modified=YESTERDAY)])
def test_a_file_that_has_not_changed_is_not_sent_again(
    publisher: Publisher, shelf: Shelf, published: Published
) -> None:
    publisher.files[BOOK] = published
    fetch(shelf, a_source(publisher))

    again = fetch(shelf, a_source(publisher))

    assert (again.fetched, again.unchanged) == ([], ["guide.pdf"])
    assert {"if-none-match", "if-modified-since"} & set(publisher.asked[-1].headers)
    assert content(shelf) == PDF


def test_a_file_that_has_changed_takes_the_place_of_the_old_one(publisher: Publisher, shelf: Shelf) -> None:
    fetch(shelf, a_source(publisher))
    publisher.files[BOOK].content = OTHER_PDF

    again = fetch(shelf, a_source(publisher))

    assert again.fetched == ["guide.pdf"]
    assert content(shelf) == OTHER_PDF


def test_the_same_bytes_without_any_mark_count_as_unchanged(publisher: Publisher, shelf: Shelf) -> None:
    publisher.files[BOOK].is_tagged = False
    fetch(shelf, a_source(publisher))

    assert fetch(shelf, a_source(publisher)).unchanged == ["guide.pdf"]


def test_a_file_altered_on_the_shelf_is_seen_and_fetched_again(publisher: Publisher, shelf: Shelf) -> None:
    fetch(shelf, a_source(publisher))
    (kept,) = shelf.all()
    shelf.path(kept).write_bytes(b"%PDF- something else %%EOF")
    assert shelf.state(kept) is State.ALTERED

    fetch(shelf, a_source(publisher))

    assert shelf.state(kept) is State.WHOLE
    assert "if-none-match" not in publisher.asked[-1].headers


@pytest.mark.parametrize("broken_after", [0, 1, 1000, 65_536, 65_537, len(PDF) - 1])
def test_a_broken_connection_is_gone_on_from_where_it_broke(
    publisher: Publisher, shelf: Shelf, broken_after: int
) -> None:
    publisher.files[BOOK].drops = [broken_after]

    outcome = fetch(shelf, a_source(publisher))

    assert outcome.fetched == ["guide.pdf"]
    assert content(shelf) == PDF
    assert publisher.asked[1].headers.get("range") == (f"bytes={broken_after}-" if broken_after else None)
    assert leftovers(shelf) == []


def test_many_breaks_are_gone_on_from_as_long_as_something_comes(publisher: Publisher, shelf: Shelf) -> None:
    publisher.files[BOOK].drops = [30_000] * 8

    assert fetch(shelf, a_source(publisher)).fetched == ["guide.pdf"]
    assert content(shelf) == PDF
    assert len(publisher.asked) == 9


def test_a_server_that_gives_nothing_is_left_alone_after_a_few_tries(publisher: Publisher, shelf: Shelf) -> None:
    publisher.files[BOOK].drops = [0] * 50

    outcome = fetch(shelf, a_source(publisher))

    assert len(publisher.asked) == HASTY.tries
    assert "the connection broke, 4 times in a row" in outcome.failed[0]


@pytest.mark.parametrize(
    "published",
    [
        Published(has_ranges=False, drops=[5000, 70_000]),
        Published(is_tagged=False, drops=[5000, 70_000]),
        Published(is_tagged=False, modified=format_datetime(datetime.now(UTC), usegmt=True), drops=[5000]),
    ],
    ids=["no ranges", "no mark", "changed this very second"],
)
def test_where_a_part_cannot_be_trusted_the_file_comes_from_the_start(
    publisher: Publisher, shelf: Shelf, published: Published
) -> None:
    publisher.files[BOOK] = published

    assert fetch(shelf, a_source(publisher)).fetched == ["guide.pdf"]
    assert content(shelf) == PDF


def test_a_file_that_changes_between_two_tries_is_never_mixed(publisher: Publisher, shelf: Shelf) -> None:
    publisher.files[BOOK] = Published(drops=[100_000], on_reply=lambda one: setattr(one, "content", OTHER_PDF))

    fetch(shelf, a_source(publisher))

    assert publisher.asked[1].headers["range"] == "bytes=100000-"
    assert content(shelf) == OTHER_PDF


def test_a_server_that_ignores_the_condition_is_found_out(publisher: Publisher, shelf: Shelf) -> None:
    def changed(one: Published) -> None:
        one.content = OTHER_PDF[: len(PDF) - 7] + b"\n%%EOF\n"
        one.headers = {"Content-Range": f"bytes 0-{len(PDF)}/{len(PDF) + 1}"} if one.drops else {}

    publisher.files[BOOK] = Published(drops=[100_000], on_reply=changed)
    fetch(shelf, a_source(publisher))

    assert content(shelf) == publisher.files[BOOK].content


def test_a_killed_fetch_is_gone_on_from(publisher: Publisher, shelf: Shelf) -> None:
    held = publisher.files[BOOK] = Published(stands_still_after=200_000)
    target = shelf.directory / "guide" / "guide.pdf"
    script = Path(__file__).with_name("fetch_to_kill.py")
    child = subprocess.Popen([sys.executable, str(script), publisher.at(BOOK), str(target)], cwd=Path.cwd())
    part = PartialFile(target)
    ends = time.monotonic() + 30
    while part.size < 200_000 and time.monotonic() < ends:
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    held.let_go.set()
    held.stands_still_after = None
    assert not target.exists()

    outcome = fetch(shelf, a_source(publisher))

    assert outcome.fetched == ["guide.pdf"]
    assert publisher.asked[-1].headers["range"] == "bytes=200000-"
    assert content(shelf) == PDF
    assert leftovers(shelf) == []


def test_a_busy_server_is_asked_again_when_it_says(
    publisher: Publisher, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(fetching.time, "sleep", waits.append)
    publisher.files[BOOK] = Published(
        status=503,
        headers={"Retry-After": "7"},
        on_reply=lambda one: one.__init__(),  # type: ignore[misc]
    )

    assert fetch(shelf, a_source(publisher)).fetched == ["guide.pdf"]
    assert waits == [7.0]


def test_waits_grow_and_end(publisher: Publisher, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(fetching.time, "sleep", waits.append)
    publisher.files[BOOK] = Published(b"busy", "text/plain", status=500)

    outcome = fetch(shelf, a_source(publisher), limits=Limits(pause_seconds=1))

    assert waits == [2.0, 4.0, 8.0]
    assert "the server said 500 Internal Server Error, 4 times in a row" in outcome.failed[0]


def test_a_server_that_asks_for_hours_is_not_waited_for(publisher: Publisher, shelf: Shelf) -> None:
    publisher.files[BOOK] = Published(status=429, headers={"Retry-After": "7200"})

    outcome = fetch(shelf, a_source(publisher))

    assert "asks to come back in 7200 seconds" in outcome.failed[0]
    assert len(publisher.asked) == 1


NO_DIGEST = base64.b64encode(bytes(32)).decode()
ERROR_PAGE = b"<!DOCTYPE html><html><body>We are sorry.</body></html>"


@pytest.mark.parametrize(
    ("published", "said"),
    [
        (Published(ERROR_PAGE, "text/html; charset=utf-8"), "expected a PDF, but the server sends text/html"),
        (Published(ERROR_PAGE), "expected a PDF, but a web page came"),
        (Published(b""), "expected a PDF, but an empty file came"),
        (Published(PDF[:-8]), "expected a PDF, but a PDF without its end came"),
        (Published(b"PK\x03\x04 archive", "application/octet-stream"), "but a Word file (.docx) came"),
        (Published(status=404), "expected a PDF, but the server said 404 Not Found"),
        (Published(OTHER_PDF, headers={"Repr-Digest": f"sha-256=:{NO_DIGEST}:"}), "told by the reply"),
        (Published(OTHER_PDF, headers={"Digest": f"sha-256={NO_DIGEST}"}), "told by the reply"),
    ],
)
def test_what_is_not_the_file_is_refused_and_the_old_one_kept(
    publisher: Publisher, shelf: Shelf, published: Published, said: str
) -> None:
    fetch(shelf, a_source(publisher))
    publisher.files[BOOK] = published

    outcome = fetch(shelf, a_source(publisher))

    assert len(outcome.failed) == 1
    assert publisher.at(BOOK) in outcome.failed[0]
    assert said in outcome.failed[0]
    assert content(shelf) == PDF
    assert shelf.state(shelf.all()[0]) is State.WHOLE


@pytest.mark.parametrize("header", ["Repr-Digest", "Digest"])
def test_a_declared_checksum_that_fits_is_no_hindrance(publisher: Publisher, shelf: Shelf, header: str) -> None:
    digest = base64.b64encode(hashlib.sha256(PDF).digest()).decode()
    said = f"sha-256=:{digest}:" if header == "Repr-Digest" else f"SHA-256={digest}"
    publisher.files[BOOK] = Published(headers={header: said}, drops=[500])

    assert fetch(shelf, a_source(publisher)).fetched == ["guide.pdf"]


def test_a_published_checksum_is_compared(publisher: Publisher, shelf: Shelf) -> None:
    right = f"{hashlib.sha256(PDF).hexdigest()}  guide.pdf\n".encode()
    publisher.files[BOOK + ".sha256"] = Published(right, "text/plain")
    assert fetch(shelf, a_source(publisher, checksums=True)).fetched == ["guide.pdf"]

    publisher.files[BOOK].content = OTHER_PDF
    outcome = fetch(shelf, a_source(publisher, checksums=True))

    assert f"told by {publisher.at(BOOK)}.sha256" in outcome.failed[0]
    assert content(shelf) == PDF


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}], ids=["told", "found out"])
def test_size_is_limited_whatever_the_server_says(publisher: Publisher, shelf: Shelf, headers: dict[str, str]) -> None:
    publisher.files[BOOK] = Published(gzip.compress(PDF) if headers else PDF, headers=headers)

    outcome = fetch(shelf, a_source(publisher), limits=replace(HASTY, largest_bytes=70_000))

    assert "over the limit of 70,000" in outcome.failed[0]
    assert leftovers(shelf) == []


def test_a_server_that_falls_silent_is_not_waited_for_long(publisher: Publisher, shelf: Shelf) -> None:
    held = publisher.files[BOOK] = Published(stands_still_after=0)

    outcome = fetch(shelf, a_source(publisher), limits=replace(HASTY, silence_seconds=0.1, tries=1))
    held.let_go.set()

    assert "the server fell silent" in outcome.failed[0]


def test_a_compressed_reply_is_unpacked(publisher: Publisher, shelf: Shelf) -> None:
    publisher.files[BOOK] = Published(gzip.compress(PDF), headers={"Content-Encoding": "gzip"}, drops=[900])
    publisher.files[BOOK].has_ranges = False

    assert fetch(shelf, a_source(publisher)).fetched == ["guide.pdf"]
    assert content(shelf) == PDF


def moved(target: str) -> Published:
    return Published(b"", "text/plain", status=302, headers={"Location": target})


def test_redirects_are_followed_on_the_same_host(publisher: Publisher, shelf: Shelf) -> None:
    publisher.files["/old"] = moved("/older")
    publisher.files["/older"] = moved(BOOK)

    assert fetch(shelf, a_source(publisher, "/old")).fetched == ["old.pdf"]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("http://elsewhere.example/guide.pdf", "expected a redirect to 127.0.0.1 only"),
        ("http://127.0.0.1:22/guide.pdf", "expected a redirect to 127.0.0.1 only"),
        ("file:///etc/passwd", "expected a redirect to a web address"),
        ("http://who:what@127.0.0.1/guide.pdf", "expected a redirect to 127.0.0.1 only"),
        ("http://[broken/", "expected a redirect to a web address"),
        ("/old", "more than 5 redirects"),
    ],
)
def test_redirects_elsewhere_are_refused(publisher: Publisher, shelf: Shelf, target: str, said: str) -> None:
    publisher.files["/old"] = moved(target)

    outcome = fetch(shelf, a_source(publisher, "/old"))

    assert said in outcome.failed[0]
    assert len(publisher.asked) <= 6


def test_a_redirect_from_an_encrypted_to_a_plain_connection_is_refused() -> None:
    with pytest.raises(fetching.FetchFailed, match="an encrypted connection throughout"):
        fetching._redirected("https://a.example/x", "https://a.example/x", "http://a.example/x", ())


def test_one_failure_leaves_the_others_done_and_the_journal_says_both(publisher: Publisher, shelf: Shelf) -> None:
    outcome = fetch(shelf, a_source(publisher, "/missing.pdf"), a_source(publisher))

    assert (outcome.fetched, len(outcome.failed)) == (["guide.pdf"], 1)
    event = JournalEvent.objects.get(kind="rulebook.library_fetched")
    assert event.facts == {"book": "guide", "fetched": ["guide.pdf"], "unchanged": 0, "failed": outcome.failed}


def test_fetching_needs_the_right_to_import(publisher: Publisher, shelf: Shelf) -> None:
    nobody = Actor(Reference("staff", "1"), "Nobody", frozenset())

    with pytest.raises(NotAllowed):
        fetch(shelf, a_source(publisher), by=nobody)
    assert publisher.asked == []


def test_two_fetches_do_not_meet_in_one_folder(publisher: Publisher, shelf: Shelf) -> None:
    with shelf.held(), pytest.raises(LibraryInUse):
        fetch(Shelf(shelf.directory), a_source(publisher))


def test_a_damaged_manifest_is_told_and_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")

    with pytest.raises(UnreadableManifest, match="cannot be read"):
        Shelf(tmp_path)
