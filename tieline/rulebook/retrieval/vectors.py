"""Which texts have been read by the model before? A text is read once; its vector is found by its digest.

One append-only file of records of one size for each model: 16 bytes of digest, then the vector in half
precision. A record cut short by a crash is cut off at the next append.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

from tieline.rulebook.retrieval.encoder import MODEL, WIDTH, Encoder, Floats
from tieline.rulebook.retrieval.keeping import keeping

RECORD = np.dtype([("digest", "V16"), ("vector", "<f2", (WIDTH,))])
LEAST_FREE = 1 << 20
KEPT_EVERY = 512
"""Texts read before they are written down, so that a broken-off run resumes."""


def digest(text: str) -> bytes:
    """What stands for a text."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


class VectorFile:
    """The vectors of one model under a directory."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / f"{MODEL}.vectors"

    def vectors(self, texts: Sequence[str], *, encoder: Encoder) -> Floats:
        """The vectors of texts in their order; those not known yet are read and kept; refuses VectorsNotKept."""
        digests = [digest(text) for text in texts]
        places = {key: place for place, key in reversed(list(enumerate(digests)))}
        found = np.zeros((len(texts), WIDTH), dtype=np.float32)
        unread = set(places) - self._fill(found, places)
        if unread:
            wanted = sorted(places[key] for key in unread)
            self._read(wanted, texts, digests, found, encoder)
        return found[[places[key] for key in digests]] if texts else found

    @property
    def size(self) -> int:
        """How long the file is: it grows whenever texts have been read."""
        return self.path.stat().st_size if self.path.exists() else 0

    def unread(self, texts: Sequence[str]) -> list[str]:
        """Those of the texts that were not read yet, each once."""
        wanted = {digest(text): text for text in texts}
        for key in self._known():
            wanted.pop(key, None)
        return list(wanted.values())

    def _known(self) -> Iterator[bytes]:
        count = self.size // RECORD.itemsize
        if count:
            records = np.memmap(self.path, dtype=RECORD, mode="r", shape=(count,))
            yield from (bytes(key) for key in records["digest"].tolist())

    def _fill(self, found: Floats, places: dict[bytes, int]) -> set[bytes]:
        """Copy the known vectors in; which they were."""
        known: set[bytes] = set()
        if not self.path.exists() or self.path.stat().st_size < RECORD.itemsize:
            return known
        count = self.path.stat().st_size // RECORD.itemsize
        records = np.memmap(self.path, dtype=RECORD, mode="r", shape=(count,))
        for row, key in enumerate(records["digest"].tolist()):
            place = places.get(bytes(key))
            if place is not None:
                found[place] = records["vector"][row]
                known.add(bytes(key))
        return known

    def _read(
        self, wanted: Sequence[int], texts: Sequence[str], digests: Sequence[bytes], found: Floats, encoder: Encoder
    ) -> None:
        for begin in range(0, len(wanted), KEPT_EVERY):
            part = wanted[begin : begin + KEPT_EVERY]
            records = np.zeros(len(part), dtype=RECORD)
            for rows, vectors in encoder.many([texts[place] for place in part]):
                records["vector"][rows] = vectors
            records["digest"] = [np.void(digests[place]) for place in part]
            found[part] = records["vector"]
            self._append(records.tobytes())

    def refuse_if_unwritable(self) -> None:
        """Refuses VectorsNotKept when nothing can be added; worth asking before much is read."""
        with keeping():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._opened():
                pass
            if shutil.disk_usage(self.path.parent).free < LEAST_FREE:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _append(self, content: bytes) -> None:
        with keeping():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._opened() as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                size = os.fstat(file.fileno()).st_size
                whole = size - size % RECORD.itemsize
                if whole < size:
                    file.truncate(whole)
                file.seek(whole)
                file.write(content)

    def _opened(self) -> BinaryIO:
        return open(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
