"""How does a command leave a file where it was asked to? Or it says why it cannot."""

from __future__ import annotations

from pathlib import Path

from tieline.kernel.refusal import Refusal


class UnwritableFile(Refusal):
    """A place where no file can be written."""

    def __init__(self, path: Path, problem: OSError) -> None:
        super().__init__(f"{path} cannot be written: {problem.strerror or problem}.")


def write_file(path: Path, content: bytes) -> None:
    """Write the file; refuses UnwritableFile."""
    try:
        path.write_bytes(content)
    except OSError as problem:
        raise UnwritableFile(path, problem) from problem
