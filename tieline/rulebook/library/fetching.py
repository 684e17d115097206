"""How does a publisher's file come over HTTP? The only module of the library that speaks it.

One connection, one request at a time. A file that has not changed is not sent again; one that broke off goes on where
it stopped, provided the publisher says it is still the same state of the file; else it begins anew. A server that is
busy or gone is asked again a few times, ever more slowly. Redirects lead only to the source's own host or to one that
the profile names beside it, and never from an encrypted connection to a plain one.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

import httpx

from tieline import __version__
from tieline.kernel.refusal import Refusal
from tieline.rulebook.library.genuine import WORDS, digest_in_headers, type_contradicts
from tieline.rulebook.library.limits import Limits
from tieline.rulebook.library.partial import Origin, PartialFile
from tieline.rulebook.library.publications import host_of
from tieline.rulebook.profile import SourceForm

T = TypeVar("T")

BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
MOVED = frozenset({301, 302, 303, 307, 308})
RANGE = re.compile(r"bytes (?P<start>\d+)-(?P<end>\d+)/(?P<total>\d+|\*)$")

Progress = Callable[[str, int, int | None], None]
"""Told the file's name, how many bytes have come, and how many there are when that is known."""


class FetchFailed(Refusal):
    """A file or page did not come; says which, what was expected and what was found."""

    def __init__(self, address: str, expected: str, found: str) -> None:
        super().__init__(f"{address}: expected {expected}, but {found}.")


class _BrokeOff(Exception):
    """A try that may be repeated; `wait_seconds` is what the server asked for."""

    def __init__(self, found: str, wait_seconds: float | None = None) -> None:
        super().__init__(found)
        self.wait_seconds = wait_seconds


@dataclass(frozen=True)
class Wanted:
    """A file to fetch: what it must be, which other hosts it may come from, and what we have of it."""

    address: str
    name: str
    form: SourceForm
    hosts: tuple[str, ...] = ()
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Came:
    """The marks of a file that has come whole; `sha256` is the checksum that the reply declared, if it did."""

    etag: str
    last_modified: str
    sha256: str


class Visit:
    """One visit to publishers' servers."""

    def __init__(self, limits: Limits, progress: Progress) -> None:
        self._limits, self._progress, self._has_asked = limits, progress, False
        silence = httpx.Timeout(limits.silence_seconds, connect=limits.connect_seconds)
        self._client = httpx.Client(
            timeout=silence,
            limits=httpx.Limits(max_connections=1),
            headers={"User-Agent": f"Tieline/{__version__}", "Accept-Encoding": "identity"},
        )

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def page(self, address: str, *, hosts: tuple[str, ...] = (), expected: str = "a web page") -> tuple[str, str]:
        """The text of a small page, and the address it came from in the end; refuses FetchFailed."""
        return self._patiently(address, expected, lambda ends: self._page_once(address, hosts, expected, ends))

    def file(self, wanted: Wanted, part: PartialFile) -> Came | None:
        """Bring a file into its part; None when it has not changed since. Refuses FetchFailed."""
        expected = WORDS[wanted.form]
        return self._patiently(wanted.address, expected, lambda ends: self._file_once(wanted, part, ends), part)

    def _patiently(
        self, address: str, expected: str, attempt: Callable[[float], T], part: PartialFile | None = None
    ) -> T:
        self._pause()
        ends = time.monotonic() + self._limits.file_seconds
        failures = 0
        for _ in range(self._limits.most_tries):
            had = part.size if part else 0
            try:
                return attempt(ends)
            except httpx.InvalidURL:
                raise FetchFailed(address, "a web address", "this is none") from None
            except httpx.DecodingError:
                raise FetchFailed(address, expected, "its compression is damaged") from None
            except (_BrokeOff, httpx.TransportError) as cause:
                found, asked = _in_words(cause), getattr(cause, "wait_seconds", None)
            failures = 0 if part and part.size > had else failures + 1
            if failures >= self._limits.tries:
                break
            self._wait(address, expected, found, asked, failures, ends)
        raise FetchFailed(address, expected, f"{found}, {failures} times in a row")

    def _pause(self) -> None:
        if self._has_asked:
            time.sleep(self._limits.pause_seconds)
        self._has_asked = True

    def _wait(self, address: str, expected: str, found: str, asked: float | None, failures: int, ends: float) -> None:
        """Before the next try: as long as the server asks, else ever longer."""
        if asked is not None and asked > self._limits.longest_wait_seconds:
            raise FetchFailed(address, expected, f"{found}; the server asks to come back in {asked:.0f} seconds")
        seconds = self._limits.wait_seconds(failures) if asked is None else asked
        if time.monotonic() + seconds >= ends:
            raise FetchFailed(address, expected, f"{found}, and the time for one file is over")
        time.sleep(seconds)

    def _page_once(self, address: str, hosts: tuple[str, ...], expected: str, ends: float) -> tuple[str, str]:
        with self._asked(address, {}, hosts, expected) as reply:
            if reply.status_code != httpx.codes.OK:
                raise FetchFailed(address, expected, f"the server said {_status(reply)}")
            content = b""
            for chunk in reply.iter_bytes():
                content += chunk
                if len(content) > self._limits.largest_page_bytes:
                    raise FetchFailed(address, expected, f"it has over {self._limits.largest_page_bytes:,} bytes")
                self._refuse_late(address, expected, ends)
            return content.decode(reply.charset_encoding or "utf-8", "replace"), str(reply.url)

    def _file_once(self, wanted: Wanted, part: PartialFile, ends: float) -> Came | None:
        expected = WORDS[wanted.form]
        origin = part.origin(wanted.address)
        with self._asked(wanted.address, _conditions(wanted, part, origin), wanted.hosts, expected) as reply:
            status = reply.status_code
            if status == httpx.codes.NOT_MODIFIED and origin is None and (wanted.etag or wanted.last_modified):
                return None
            goes_on = status == httpx.codes.PARTIAL_CONTENT and origin is not None
            is_past_end = status == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and origin is not None
            if is_past_end or (goes_on and not _is_rest(reply, part, origin)):
                part.discard()
                raise _BrokeOff("the file has changed meanwhile")
            if not goes_on and status != httpx.codes.OK:
                raise FetchFailed(wanted.address, expected, f"the server said {_status(reply)}")
            if type_contradicts(reply.headers.get("content-type", ""), wanted.form):
                found = f"the server sends {reply.headers['content-type']}"
                raise FetchFailed(wanted.address, expected, found)
            self._take(reply, wanted, part, ends, total=origin.total if goes_on and origin else None)
            return Came(
                reply.headers.get("etag", ""),
                reply.headers.get("last-modified", ""),
                digest_in_headers(reply.headers) if _is_plain(reply) else "",
            )

    def _take(
        self, reply: httpx.Response, wanted: Wanted, part: PartialFile, ends: float, *, total: int | None
    ) -> None:
        """Write the bytes of a reply down as they come; gathering them first would lose some when it breaks off."""
        expected, largest = WORDS[wanted.form], self._limits.largest_bytes
        if reply.status_code == httpx.codes.OK:
            total = _length(reply)
            if total is not None and total > largest:
                raise FetchFailed(wanted.address, expected, f"it has {total:,} bytes, over the limit of {largest:,}")
            part.begin(Origin(wanted.address, _mark(reply), total))
        size = part.size
        for chunk in reply.iter_raw() if _is_plain(reply) else reply.iter_bytes():
            size += len(chunk)
            if size > largest:
                part.discard()
                raise FetchFailed(wanted.address, expected, f"it is over the limit of {largest:,} bytes")
            part.write(chunk)
            self._progress(wanted.name, size, total)
            self._refuse_late(wanted.address, expected, ends)
        if total is not None and size != total:
            raise _BrokeOff(f"{size:,} of {total:,} bytes came")

    def _refuse_late(self, address: str, expected: str, ends: float) -> None:
        if time.monotonic() > ends:
            raise FetchFailed(address, expected, f"it had not come after {self._limits.file_seconds:.0f} seconds")

    @contextmanager
    def _asked(
        self, address: str, conditions: Mapping[str, str], hosts: tuple[str, ...], expected: str
    ) -> Iterator[httpx.Response]:
        """The reply to a request, after the redirects that may be followed."""
        where = address
        for _ in range(self._limits.redirects + 1):
            if urlsplit(where).scheme not in {"http", "https"}:
                raise FetchFailed(address, "an address of http or https", f"it is {where}")
            with self._client.stream("GET", where, headers=dict(conditions), follow_redirects=False) as reply:
                if reply.status_code in MOVED and "location" in reply.headers:
                    where = _redirected(address, where, reply.headers["location"], hosts)
                    continue
                if reply.status_code in BUSY:
                    raise _BrokeOff(f"the server said {_status(reply)}", _retry_after(reply))
                yield reply
                return
        raise FetchFailed(address, expected, f"there were more than {self._limits.redirects} redirects")


def _redirected(address: str, where: str, location: str, hosts: tuple[str, ...]) -> str:
    """Where a redirect leads, if it may."""
    try:
        target = urljoin(where, location)
        origin, new = urlsplit(where), urlsplit(target)
        is_plain_port = new.port in (None, 80 if new.scheme == "http" else 443, origin.port)
    except ValueError:
        raise FetchFailed(address, "a redirect to a web address", f"it leads to {location}") from None
    if new.scheme not in {"http", "https"} or not new.hostname:
        raise FetchFailed(address, "a redirect to a web address", f"it leads to {target}")
    if origin.scheme == "https" and new.scheme == "http":
        raise FetchFailed(address, "an encrypted connection throughout", f"a redirect leads to {target}")
    allowed = {host_of(address), *(host.lower() for host in hosts)}
    if host_of(target) not in allowed or not is_plain_port or new.username:
        raise FetchFailed(address, f"a redirect to {' or '.join(sorted(allowed))} only", f"it leads to {target}")
    return target


def _conditions(wanted: Wanted, part: PartialFile, origin: Origin | None) -> dict[str, str]:
    """The rest of what has come, as long as it is the same; else the file, unless we have it as it is."""
    if origin is not None:
        return {"Range": f"bytes={part.size}-", "If-Range": origin.mark}
    conditions = {"If-None-Match": wanted.etag, "If-Modified-Since": wanted.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _is_rest(reply: httpx.Response, part: PartialFile, origin: Origin | None) -> bool:
    """Whether a reply brings exactly the bytes that are missing, of the state we have a part of."""
    found = RANGE.match(reply.headers.get("content-range", "").strip())
    if found is None or origin is None or not _is_plain(reply):
        return False
    is_same_length = origin.total is None or found["total"] in ("*", str(origin.total))
    is_other_state = origin.mark.startswith('"') and reply.headers.get("etag", origin.mark) != origin.mark
    return int(found["start"]) == part.size and is_same_length and not is_other_state


def _mark(reply: httpx.Response) -> str:
    """What names the state of a file byte for byte: a strong tag, or a time that was past when it was told."""
    if not _is_plain(reply):
        return ""
    etag = reply.headers.get("etag", "")
    if etag.startswith('"'):
        return str(etag)
    modified, sent = _instant(reply, "last-modified"), _instant(reply, "date")
    is_past = modified is not None and sent is not None and (sent - modified).total_seconds() >= 1
    return str(reply.headers["last-modified"]) if is_past else ""


def _instant(reply: httpx.Response, header: str) -> datetime | None:
    try:
        return parsedate_to_datetime(reply.headers.get(header, ""))
    except ValueError:
        return None


def _retry_after(reply: httpx.Response) -> float | None:
    """How long the server asks us to wait, said in seconds or as an instant."""
    written = reply.headers.get("retry-after", "").strip()
    if written.isdigit():
        return float(written)
    until, sent = _instant(reply, "retry-after"), _instant(reply, "date")
    return max(0.0, (until - sent).total_seconds()) if until and sent else None


def _length(reply: httpx.Response) -> int | None:
    written = reply.headers.get("content-length", "")
    return int(written) if written.isdigit() and _is_plain(reply) else None


def _is_plain(reply: httpx.Response) -> bool:
    return reply.headers.get("content-encoding", "identity").strip().lower() in ("", "identity")


def _status(reply: httpx.Response) -> str:
    return f"{reply.status_code} {reply.reason_phrase}".strip()


def _in_words(cause: Exception) -> str:
    """What went wrong on the way, for a person."""
    if isinstance(cause, _BrokeOff):
        return str(cause)
    if isinstance(cause, httpx.ConnectTimeout | httpx.ConnectError):
        return f"no connection could be made ({cause or type(cause).__name__})"
    if isinstance(cause, httpx.TimeoutException):
        return "the server fell silent"
    return "the connection broke"
