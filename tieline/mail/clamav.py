"""Is a file known to be harmful? Asks a ClamAV daemon, by its INSTREAM command, over a socket.

An address is `host:port` or the path of a Unix socket. Two kinds of trouble are told apart: the scanner is away (any
file may be asked about later), or it failed at this file.
"""

from __future__ import annotations

import socket
import struct
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 20.0
CHUNK = 65_536
LONGEST_ANSWER = 4_096


class ScannerAway(Exception):
    """The scanner cannot be reached."""


class ScanFailed(Exception):
    """The scanner did not get through this file; the sentence says why."""


class Found(StrEnum):
    """What the scanner says."""

    NOTHING = "nothing"
    HARM = "harm"


@dataclass(frozen=True)
class Scan:
    """The scanner's word on a file, with the name of what it found."""

    found: Found
    name: str = ""


@dataclass(frozen=True)
class Scanner:
    """A ClamAV daemon."""

    address: str
    connect_seconds: float = CONNECT_SECONDS
    answer_seconds: float = ANSWER_SECONDS

    def scan(self, content: bytes) -> Scan:
        """What is known of the bytes; raises ScannerAway or ScanFailed."""
        with closing(self._connected()) as line:
            try:
                line.settimeout(self.answer_seconds)
                _send(line, content)
                said = _answer(line)
            except TimeoutError as problem:
                raise ScanFailed("the scanner did not answer in time") from problem
            except OSError as problem:
                raise ScanFailed("the scanner broke off") from problem
        return _understood(said)

    def _connected(self) -> socket.socket:
        host, _, port = self.address.rpartition(":")
        try:
            if host and port.isdigit():
                return socket.create_connection((host.strip("[]"), int(port)), timeout=self.connect_seconds)
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(self.connect_seconds)
            line.connect(self.address)
        except OSError as problem:
            raise ScannerAway("the scanner cannot be reached") from problem
        return line


def _send(line: socket.socket, content: bytes) -> None:
    line.sendall(b"zINSTREAM\0")
    try:
        for start in range(0, len(content), CHUNK):
            piece = content[start : start + CHUNK]
            line.sendall(struct.pack("!I", len(piece)) + piece)
        line.sendall(struct.pack("!I", 0))
    except (BrokenPipeError, ConnectionResetError):
        return  # over its limit the scanner answers before it has read everything, and closes


def _answer(line: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < LONGEST_ANSWER:
        piece = line.recv(LONGEST_ANSWER)
        if not piece:
            break
        said += piece
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _understood(said: str) -> Scan:
    verdict = said.removeprefix("stream:").strip()
    if verdict == "OK":
        return Scan(Found.NOTHING)
    if verdict.endswith(" FOUND"):
        return Scan(Found.HARM, verdict.removesuffix(" FOUND").strip()[:150] or "something")
    if "size limit exceeded" in verdict:
        raise ScanFailed("the file is larger than the scanner takes")
    raise ScanFailed("the scanner's answer was not understood" if verdict else "the scanner gave no answer")
