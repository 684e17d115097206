"""What has come so far of a file, and of which state of the file is it a part?

A `.part` beside the file holds the bytes, a `.part.json` says from which address and of which state (the publisher's
own mark) they are. Whoever is killed in between leaves bytes that can be gone on from, or none.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from tieline.kernel.files import NoRoomForFile


@dataclass(frozen=True)
class Origin:
    """From where the bytes are; without a mark they cannot be gone on from."""

    address: str
    mark: str = ""
    total: int | None = None


class PartialFile:
    """The bytes of a file while it comes."""

    def __init__(self, target: Path) -> None:
        self.path = target.with_name(target.name + ".part")
        self._note = target.with_name(target.name + ".part.json")

    @property
    def size(self) -> int:
        """How many bytes have come."""
        return self.path.stat().st_size if self.path.exists() else 0

    def origin(self, address: str) -> Origin | None:
        """Of what the bytes are a part, when there are some of this address that may be gone on from."""
        try:
            origin = Origin(**json.loads(self._note.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return origin if self.size and origin.mark and origin.address == address else None

    def begin(self, origin: Origin) -> None:
        """Start with no bytes. They go before the note changes, so that it never speaks of another state's bytes."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(b"")
        self._note.write_text(json.dumps(asdict(origin)), encoding="utf-8")

    def write(self, chunk: bytes) -> None:
        """Put bytes at the end; what is written stays, whatever becomes of this process."""
        try:
            with self.path.open("ab") as file:
                file.write(chunk)
        except OSError as cause:
            raise NoRoomForFile(cause) from cause

    def become(self, target: Path) -> None:
        """Put the bytes in the place of the file, all at once."""
        with self.path.open("rb") as file:
            os.fsync(file.fileno())
        self.path.replace(target)
        self._note.unlink(missing_ok=True)

    def discard(self) -> None:
        """Forget the bytes."""
        self._note.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)
