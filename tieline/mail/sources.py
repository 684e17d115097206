"""Which messages lie in this file or directory? Reads mbox, mbox.gz, Maildir, directories and single files as
a stream.

Yields each message's bytes as they are, with a key that names the same bytes on every run, so that a second
run finds everything already stored. No message is held in memory longer than it takes the caller to store it.
"""

import gzip
import hashlib
import io
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tieline.kernel.refusal import Refusal

_BIGGEST_MESSAGE_BYTES = 200_000_000
_ENVELOPE = re.compile(rb"From (?:\S+ )?.*\d\d:\d\d")
_HEADER_LINE = re.compile(rb"[!-9;-~]{1,100}[ \t]*:")
_LONGEST_LINE = 1 << 20
_MAIL_ENDINGS = frozenset({".eml", ".mbox", ".mbx", ".gz"})
_MAYBE_ENDING = re.compile(r"\.(?:txt|\d{1,4})")


class NoSuchSource(Refusal):
    """The path does not exist or may not be read."""


class BrokenSource(Refusal):
    """The file ends in the middle; the messages before the break were delivered."""


@dataclass(frozen=True)
class Delivery:
    """The bytes of one message, a key stable over runs, and where a person finds it."""

    key: str
    source: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True)
class Skipped:
    """A file, or a place in one, that was not taken as mail, and why."""

    source: str
    reason: str


@dataclass
class _Numbering:
    """How often each content was seen in this run: two identical copies are two deliveries."""

    seen: Counter[str] = field(default_factory=Counter)

    def delivery(self, source: str, raw: bytes) -> Delivery:
        digest = hashlib.sha256(raw).hexdigest()
        number = self.seen[digest]
        self.seen[digest] += 1
        return Delivery(f"file:{digest}:{number}", source, raw)


Report = Callable[[Skipped], None]


def _unheard(skipped: Skipped) -> None:
    """Nobody asked what was left aside."""


def deliveries(path: Path, *, report: Report = _unheard) -> Iterator[Delivery]:
    """Every message at or below the path, in a stable order; what is left aside is told to `report`."""
    for found in _read(path):
        if isinstance(found, Skipped):
            report(found)
        else:
            yield found


def _read(path: Path) -> Iterator[Delivery | Skipped]:
    numbering = _Numbering()
    if not path.exists():
        raise NoSuchSource(f"There is no file or directory '{path}'.")
    if path.is_dir():
        yield from _from_directory(path, numbering)
    elif path.is_file():
        yield from _from_file(path, path.name, numbering)
    else:
        raise NoSuchSource(f"'{path}' is neither a file nor a directory.")


def _from_directory(top: Path, numbering: _Numbering) -> Iterator[Delivery | Skipped]:
    for path in _files_below(top):
        label = path.relative_to(top).as_posix()
        if _is_in_maildir(path) or _looks_like_mail(path):
            yield from _from_file(path, label, numbering)
        else:
            yield Skipped(label, "This file does not look like mail.")


def _files_below(top: Path) -> Iterator[Path]:
    """Files in the order of their names; links are not followed and a Maildir's `tmp` is unfinished mail."""
    for path in sorted(top.iterdir()):
        if path.is_symlink():
            continue
        if path.is_dir():
            if path.name != "tmp" or not _is_maildir(top):
                yield from _files_below(path)
        elif path.is_file() and not _is_maildir(top):
            yield path


def _is_maildir(directory: Path) -> bool:
    return (directory / "cur").is_dir() and (directory / "new").is_dir()


def _is_in_maildir(path: Path) -> bool:
    return path.parent.name in ("cur", "new") and _is_maildir(path.parent.parent)


def _looks_like_mail(path: Path) -> bool:
    ending = path.suffix.lower()
    if ending == ".gz":
        return path.name.lower().endswith(".mbox.gz")
    if ending in _MAIL_ENDINGS:
        return True
    if ending and not _MAYBE_ENDING.fullmatch(ending):
        return False
    first = _first_line(path)
    return first.startswith(b"From ") or bool(_HEADER_LINE.match(first))


def _first_line(path: Path) -> bytes:
    try:
        with _opened(path) as stream:
            return stream.readline(2_000)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        # A damaged archive is still taken, so that reading it can say in a sentence what is wrong.
        return b"From "
    except PermissionError as problem:
        raise NoSuchSource(f"'{path}' may not be read.") from problem


def _opened(path: Path) -> io.BufferedReader:
    if path.suffix.lower() == ".gz":
        return io.BufferedReader(gzip.open(path, "rb"))
    return path.open("rb")


def _from_file(path: Path, label: str, numbering: _Numbering) -> Iterator[Delivery | Skipped]:
    if _first_line(path).startswith(b"From "):
        yield from _from_mbox(path, label, numbering)
    elif path.suffix.lower() == ".gz":
        yield Skipped(label, "This archive holds no mbox.")
    elif path.stat().st_size > _BIGGEST_MESSAGE_BYTES:
        yield Skipped(label, _too_big())
    else:
        yield numbering.delivery(label, path.read_bytes())


def _too_big() -> str:
    return f"It is larger than {_BIGGEST_MESSAGE_BYTES // 1_000_000} MB, more than one message can be."


def _from_mbox(path: Path, label: str, numbering: _Numbering) -> Iterator[Delivery | Skipped]:
    count = 0
    try:
        with _opened(path) as stream:
            for raw in _messages(stream):
                count += 1
                place = f"{label}#{count}"
                yield Skipped(place, _too_big()) if raw is None else numbering.delivery(place, raw)
    except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
        raise BrokenSource(
            f"'{label}' is damaged or ends in the middle: {count} whole messages were read, the rest is missing."
        ) from problem


def _messages(stream: io.BufferedReader) -> Iterator[bytes | None]:
    """The messages between the `From ` lines; None stands for one too big to hold.

    A `From ` line only counts after an empty line and with a time in it, since people begin sentences with
    that word.
    """
    lines: list[bytes] = []
    size = 0
    started = False
    after_blank = True
    while line := stream.readline(_LONGEST_LINE):
        if after_blank and line.startswith(b"From ") and (_ENVELOPE.match(line) or not started):
            if started:
                yield _joined(lines, size)
            lines, size, started = [], 0, True
        else:
            size += len(line)
            if size <= _BIGGEST_MESSAGE_BYTES:
                lines.append(line)
            else:
                lines.clear()
        after_blank = line in (b"\n", b"\r\n")
    if started:
        yield _joined(lines, size)


def _joined(lines: list[bytes], size: int) -> bytes | None:
    if size > _BIGGEST_MESSAGE_BYTES:
        return None
    # The empty line before the next `From ` belongs to the mailbox format, not to the message.
    if len(lines) > 1 and lines[-1] in (b"\n", b"\r\n"):
        return b"".join(lines[:-1])
    return b"".join(lines)
