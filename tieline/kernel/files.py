"""Where do bytes live that are too large for a row? In a directory outside every web root, under random keys.

A key says nothing about its content and is never made from a name a sender chose. Writing is atomic: a crash leaves
either the whole file or none under its key.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tieline.kernel.refusal import Refusal


class NoRoomForFile(Refusal):
    """The file could not be written; nothing was kept of it and the caller's change does not happen."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(f"The file could not be stored ({cause.strerror or cause}); nothing was changed.")


@dataclass(frozen=True)
class FileStore:
    """A directory of immutable files, two levels deep, named by 128-bit random keys."""

    root: Path

    def put(self, content: bytes) -> str:
        """Store the bytes and return their key. Raises NoRoomForFile when the disk refuses."""
        key = secrets.token_hex(16)
        path = self.place(key)
        part = path.with_suffix(".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
        except OSError as cause:
            with suppress(OSError):
                part.unlink()
            raise NoRoomForFile(cause) from cause
        return key

    def get(self, key: str) -> bytes:
        """The bytes stored under the key; FileNotFoundError when there are none."""
        return self.place(key).read_bytes()

    def remove(self, key: str) -> None:
        """Forget a file that nothing points at; one that is gone already is no fault."""
        with suppress(FileNotFoundError):
            self.place(key).unlink()

    def place(self, key: str) -> Path:
        """Where the file of this key lies, or would lie; FileNotFoundError for what is no key."""
        if len(key) != 32 or not all(letter in "0123456789abcdef" for letter in key):
            raise FileNotFoundError(key)
        return self.root / key[:2] / key[2:4] / key
