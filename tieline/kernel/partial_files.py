"""Where does a file lie that is still arriving? Beside the stored ones, written part by part at its place.

The row of whoever receives it says how far it is; what lies here beyond that is written over. Once whole it is taken
into the store under its own key, a random one.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tieline.kernel.files import FileStore, NoRoomForFile


@dataclass(frozen=True)
class PartialFiles:
    """Files on their way into a store."""

    store: FileStore

    def write(self, key: str, content: bytes, *, offset: int) -> None:
        """Write one part at its place, on the disk before this returns. Raises NoRoomForFile."""
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
                file.seek(offset)
                file.write(content)
                file.truncate()
                file.flush()
                os.fsync(file.fileno())
        except OSError as cause:
            raise NoRoomForFile(cause) from cause

    def finish(self, key: str) -> None:
        """Put the whole file into the store as well; it leaves here by `drop`, once its row says that it is whole."""
        wanted = self.store.place(key)
        try:
            wanted.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            wanted.unlink(missing_ok=True)  # left by a try that was not written down
            os.link(self._path(key), wanted)
        except OSError as cause:
            raise NoRoomForFile(cause) from cause

    def drop(self, key: str) -> None:
        """Forget what has arrived so far."""
        with suppress(FileNotFoundError):
            self._path(key).unlink()

    def _path(self, key: str) -> Path:
        return self.store.root / "arriving" / self.store.place(key).name
