"""Which of the operator's files do we have, and are they still what came?

The shelf is a folder with a folder for each book. Its manifest says of each file where it came from, its SHA-256 and
the publisher's marks of its state; a file that no longer agrees with its line is fetched again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path

from tieline.kernel.refusal import Refusal
from tieline.rulebook.library.genuine import digest_of
from tieline.rulebook.library.publications import Publication

MANIFEST, LOCK = "manifest.json", ".lock"


class LibraryInUse(Refusal):
    """Another fetch is at work in the folder."""

    def __init__(self, directory: Path) -> None:
        super().__init__(f"Another fetch is at work in {directory}; wait until it has finished.")


class UnreadableManifest(Refusal):
    """The manifest is damaged."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"The manifest {path} cannot be read; move it away, and the files will be fetched anew.")


class State(StrEnum):
    """Whether a file on the shelf is what came."""

    WHOLE = "whole"
    ALTERED = "altered"
    MISSING = "missing"


@dataclass(frozen=True)
class Kept:
    """A file on the shelf: where it came from and how it was when it came."""

    book: str
    name: str
    address: str
    sha256: str
    size_bytes: int
    fetched_at: str
    effective_on: str = ""
    etag: str = ""
    last_modified: str = ""
    imported_sha256: str = ""


class Shelf:
    """The folder and its manifest."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._kept = {one.address: one for one in _read(directory / MANIFEST)}

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else fetches into the folder meanwhile; refuses LibraryInUse."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LibraryInUse(self.directory) from None
            self._kept = {one.address: one for one in _read(self.directory / MANIFEST)}
            yield

    def all(self) -> list[Kept]:
        """Every file, by book and name."""
        return sorted(self._kept.values(), key=lambda one: (one.book, one.name))

    def kept(self, address: str) -> Kept | None:
        """The file that came from an address."""
        return self._kept.get(address)

    def whole(self, address: str) -> Kept | None:
        """The file that came from an address, if it is still what came."""
        kept = self.kept(address)
        return kept if kept is not None and self.state(kept) is State.WHOLE else None

    def state(self, kept: Kept) -> State:
        """Whether a file is what came; its bytes are read again."""
        path = self.path(kept)
        if not path.is_file():
            return State.MISSING
        return State.WHOLE if digest_of(path) == kept.sha256 else State.ALTERED

    def path(self, kept: Kept) -> Path:
        """Where a file lies."""
        return self.directory / kept.book / kept.name

    def place_for(self, publication: Publication) -> Path:
        """Where a published file shall lie; one whose name another address has already taken gets a mark."""
        folder = self.directory / publication.book
        if known := self.kept(publication.address):
            return folder / known.name
        taken = {one.name.casefold() for one in self._kept.values() if one.book == publication.book}
        if publication.name.casefold() not in taken:
            return folder / publication.name
        stem, _, ending = publication.name.rpartition(".")
        return folder / f"{stem}-{hashlib.sha256(publication.address.encode()).hexdigest()[:8]}.{ending}"

    def put(self, kept: Kept) -> None:
        """Write a file's line; the manifest changes all at once."""
        self._kept[kept.address] = kept
        part = self.directory / f"{MANIFEST}.new"
        with part.open("w", encoding="utf-8") as file:
            json.dump({"files": [asdict(one) for one in self.all()]}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.directory / MANIFEST)


def _read(path: Path) -> list[Kept]:
    known = {field.name for field in fields(Kept)}
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["files"]
        return [Kept(**{name: value for name, value in row.items() if name in known}) for row in rows]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UnreadableManifest(path) from None
