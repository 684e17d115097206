"""`tieline rulebook fetch` and `library`: bring the operator's published books, and say which we have."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tieline.cli.days import day
from tieline.kernel import clock, instance
from tieline.kernel.refusal import Refusal
from tieline.project.bootstrap import instance_ready

if TYPE_CHECKING:
    from tieline.rulebook.library.actions import BookFetch, LibraryImport
    from tieline.rulebook.profile import Source

FOLDER = "library"
MEGABYTE = 1_000_000


class NoSource(Refusal):
    """The profile does not say where a book is published."""

    def __init__(self, book: str | None) -> None:
        of_book = f" of “{book}”" if book else ""
        super().__init__(f"The profile names no source{of_book}; see `sources` in its rulebook.toml.")


class NoSuchDirectory(Refusal):
    """The library is not where it was said to be."""

    def __init__(self, directory: Path) -> None:
        super().__init__(f"There is no directory {directory}.")


def add_to(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the commands."""
    fetch = acts.add_parser("fetch", help="fetch the books that the operator publishes, by the profile's sources")
    fetch.add_argument("--book", metavar="KEY", help="only this book")
    fetch.add_argument("--import", dest="imports", action="store_true", help="read in what was not read in before")
    fetch.add_argument(
        "--effective",
        metavar="DATE",
        type=day,
        help="first day in force of files whose address does not tell",
    )
    fetch.set_defaults(run=run_fetch)
    library = acts.add_parser("library", help="list the fetched files and check them against their checksums")
    library.set_defaults(run=run_library)
    for act in (fetch, library):
        act.add_argument("--directory", metavar="DIR", type=Path, help="instead of library/ in the instance's home")
        act.add_argument("--json", action="store_true", help="print the result as data")


def run_fetch(chosen: argparse.Namespace) -> int:
    """Fetch, and import what came when asked to; 1 when anything failed."""
    with instance_ready():
        from tieline.kernel.actor import SYSTEM
        from tieline.kernel.viewing import viewing_as
        from tieline.rulebook.library.actions import fetch_library, import_from_library
        from tieline.rulebook.library.limits import Limits
        from tieline.rulebook.library.shelf import Shelf

        logging.getLogger("httpx").setLevel(logging.WARNING)
        sources, shelf, at = _sources(chosen.book), Shelf(_directory(chosen)), clock.now()
        with viewing_as(SYSTEM):
            books = fetch_library(sources, shelf, limits=Limits(), progress=_show_progress, by=SYSTEM, at=at)
            _end_progress()
            come = [address for book in books for address in book.addresses] if chosen.imports else []
            imports = import_from_library(shelf, sources, come, effective_on=chosen.effective, by=SYSTEM, at=at)
    if chosen.json:
        print(json.dumps({"books": [one.as_data() for one in books], "imports": [one.as_data() for one in imports]}))
    else:
        print("\n".join(_lines(books, imports)))
    return int(any(one.failed for one in books) or any(one.problem for one in imports))


def run_library(chosen: argparse.Namespace) -> int:
    """List the files of the library; 1 when one is no longer what came."""
    from tieline.rulebook.library.shelf import Shelf, State

    if chosen.directory is not None and not chosen.directory.is_dir():
        raise NoSuchDirectory(chosen.directory)
    shelf = Shelf(_directory(chosen))
    rows = [
        {
            "book": one.book,
            "file": one.name,
            "effective_on": one.effective_on or None,
            "bytes": one.size_bytes,
            "fetched_at": one.fetched_at,
            "sha256": one.sha256,
            "state": shelf.state(one).value,
            "is_imported": one.imported_sha256 == one.sha256,
            "address": one.address,
        }
        for one in shelf.all()
    ]
    lines = [
        f"{row['book']:28} {row['effective_on'] or '–':10} {row['state']:8} "
        f"{'imported' if row['is_imported'] else 'not imported':12} {row['file']}"
        for row in rows
    ]
    print(json.dumps(rows, indent=2) if chosen.json else "\n".join(lines or ["Nothing has been fetched."]))
    return int(any(row["state"] != State.WHOLE for row in rows))


def _directory(chosen: argparse.Namespace) -> Path:
    return chosen.directory or instance.home() / FOLDER


def _sources(book: str | None) -> Sequence[Source]:
    from tieline.kernel.profile import current_profile
    from tieline.rulebook.profile import Rulebook

    sources = [one for one in current_profile().get(Rulebook).sources if book in (None, one.book)]
    if not sources:
        raise NoSource(book)
    return sources


def _lines(books: Sequence[BookFetch], imports: Sequence[LibraryImport]) -> list[str]:
    lines = []
    for book in books:
        counts = f"{len(book.fetched)} fetched, {len(book.unchanged)} unchanged, {len(book.failed)} failed"
        lines += [f"{book.book}: {counts}", *(f"  fetched {name}" for name in book.fetched)]
        lines += [f"  failed {sentence}" for sentence in book.failed]
    for one in imports:
        done = f"{one.report.sections} sections, {one.report.paragraphs} paragraphs" if one.report else one.problem
        lines.append(f"import {one.name} ({one.effective_on or 'no day'}): {done}")
    return lines


def _show_progress(name: str, size: int, total: int | None) -> None:
    """On a terminal, one line that is written over."""
    if sys.stderr.isatty():
        of_total = f" of {total / MEGABYTE:.1f}" if total else ""
        print(f"\r\033[K{name}: {size / MEGABYTE:.1f}{of_total} MB", end="", file=sys.stderr, flush=True)


def _end_progress() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
