"""How do plain values, as a TOML file gives them, become frozen dataclasses with the types they declare?

One reading goes through everything and notes each value that does not fit, so that a person who writes a
profile sees all mistakes at once. A value that does not fit is UNREAD, and so is whatever contains it.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import Enum, StrEnum
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tieline.kernel.deadline import Duration, UnreadableDuration, parse_duration


class _Unread(Enum):
    UNREAD = "unread"


UNREAD = _Unread.UNREAD
KEY_WORD = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True)
class Finding:
    """One value that does not fit."""

    path: str
    expected: str
    found: str


@dataclass
class Reading:
    """What one reading has found so far."""

    findings: list[Finding] = field(default_factory=list)

    def note(self, path: str, expected: str, found: str) -> _Unread:
        self.findings.append(Finding(path, expected, found))
        return UNREAD


def show(value: object) -> str:
    """A found value, short enough for one line."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = value.isoformat() if isinstance(value, date | time) else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def nearest(word: str, known: Iterable[str]) -> str:
    """A question that offers the most similar known word, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean {near[0]!r}?)" if near else ""


def toml_name(field_name: str) -> str:
    """The key in a file for a field: words Python keeps for itself end in an underscore."""
    return field_name.rstrip("_")


@cache
def field_types(schema: type) -> Mapping[str, object]:
    """The declared type of every field, forward names resolved."""
    return typing.get_type_hints(schema)


def is_required(declared: dataclasses.Field[object]) -> bool:
    """Whether the field has no default."""
    missing = dataclasses.MISSING
    return declared.default is missing and declared.default_factory is missing


def read(value: object, wanted: object, path: str, reading: Reading) -> object:
    """The value as the wanted type, or UNREAD with a finding noted."""
    if isinstance(wanted, type) and dataclasses.is_dataclass(wanted) and wanted is not Duration:
        return read_dataclass(value, wanted, path, reading)
    origin = typing.get_origin(wanted)
    if origin in (typing.Union, types.UnionType):
        inner = [kind for kind in typing.get_args(wanted) if kind is not types.NoneType]
        return read(value, inner[0], path, reading)
    if origin is tuple:
        return _read_tuple(value, typing.get_args(wanted)[0], path, reading)
    if origin is re.Pattern:
        return _read_pattern(value, path, reading)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _read_mapping(value, typing.get_args(wanted), path, reading)
    if isinstance(wanted, type):
        return _read_plain(value, wanted, path, reading)
    raise TypeError(f"{path}: a profile schema may not use the type {wanted!r}")


def read_dataclass(value: object, schema: type, path: str, reading: Reading) -> object:
    """A table as the dataclass, unknown and missing keys noted."""
    if not isinstance(value, Mapping):
        return reading.note(path, f"a table ({_first_line(schema)})", show(value))
    fields = {toml_name(declared.name): declared for declared in dataclasses.fields(schema)}
    before = len(reading.findings)
    for key in value:
        if key not in fields:
            known = ", ".join(fields)
            reading.note(joined(path, key), f"one of the keys {known}{nearest(key, fields)}", f"the key {key!r}")
    given: dict[str, object] = {}
    for key, declared in fields.items():
        if key in value:
            given[declared.name] = _read_field(value[key], schema, declared, joined(path, key), reading)
        elif is_required(declared):
            reading.note(joined(path, key), wording(field_types(schema)[declared.name]), "nothing")
    return UNREAD if len(reading.findings) > before else schema(**given)


def joined(path: str, key: str) -> str:
    """The place of a key below a place."""
    return f"{path}.{key}" if path else key


def _read_field(
    value: object, schema: type, declared: dataclasses.Field[object], path: str, reading: Reading
) -> object:
    read_value = read(value, field_types(schema)[declared.name], path, reading)
    if isinstance(read_value, str) and not read_value.strip() and is_required(declared):
        return reading.note(path, "a text that is not empty", show(value))
    if declared.name == "key" and isinstance(read_value, str) and not KEY_WORD.fullmatch(read_value):
        return reading.note(path, "a short word of small letters, digits, '-' and '_'", show(value))
    return read_value


def _read_tuple(value: object, wanted: object, path: str, reading: Reading) -> object:
    if not isinstance(value, list):
        return reading.note(path, f"a list, each {wording(wanted)}", show(value))
    rows = tuple(read(row, wanted, f"{path}[{place}]", reading) for place, row in enumerate(value))
    if UNREAD in rows:
        return UNREAD
    return UNREAD if _has_repeated_keys(rows, path, reading) else rows


def _has_repeated_keys(rows: tuple[object, ...], path: str, reading: Reading) -> bool:
    """Whether two rows have one key; rows that change in time may share it on different days."""
    seen: set[tuple[object, object]] = set()
    repeated = False
    for place, row in enumerate(rows):
        key = getattr(row, "key", None)
        mark = (key, getattr(row, "from_", None))
        if key is not None and mark in seen:
            reading.note(f"{path}[{place}].key", "a key that no earlier row has", show(key))
            repeated = True
        seen.add(mark)
    return repeated


def _read_mapping(value: object, kinds: tuple[object, ...], path: str, reading: Reading) -> object:
    key_kind, value_kind = kinds
    if not isinstance(value, Mapping):
        return reading.note(path, f"a table, each value {wording(value_kind)}", show(value))
    pairs = {}
    for key, inner in value.items():
        place = joined(path, key)
        read_key = read(int(key) if key_kind is int and key.isdecimal() else key, key_kind, place, reading)
        pairs[read_key] = read(inner, value_kind, place, reading)
    return UNREAD if UNREAD in pairs or UNREAD in pairs.values() else pairs


def _read_pattern(value: object, path: str, reading: Reading) -> object:
    if not isinstance(value, str):
        return reading.note(path, "a regular expression", show(value))
    try:
        return re.compile(value)
    except re.error as fault:
        return reading.note(path, f"a regular expression ({fault})", show(value))


def _read_plain(value: object, wanted: type, path: str, reading: Reading) -> object:
    if issubclass(wanted, StrEnum):
        return _read_choice(value, wanted, path, reading)
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if wanted in _FROM_TEXT and isinstance(value, str):
        try:
            return _FROM_TEXT[wanted](value)
        except (ValueError, UnreadableDuration, ZoneInfoNotFoundError, OSError):
            return reading.note(path, wording(wanted), show(value))
    mistaken = (wanted is int and isinstance(value, bool)) or (wanted is date and isinstance(value, datetime))
    if isinstance(value, wanted) and not mistaken:
        return value
    return reading.note(path, wording(wanted), show(value))


def _read_choice(value: object, wanted: type[StrEnum], path: str, reading: Reading) -> object:
    choices = [member.value for member in wanted]
    if isinstance(value, str) and value in choices:
        return wanted(value)
    hint = nearest(value, choices) if isinstance(value, str) else ""
    return reading.note(path, wording(wanted) + hint, show(value))


_FROM_TEXT: Mapping[type, Callable[[str], object]] = {
    date: date.fromisoformat,
    time: time.fromisoformat,
    Duration: parse_duration,
    ZoneInfo: ZoneInfo,
}
_WORDINGS: Mapping[object, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date such as 2026-01-31",
    time: "a time such as 08:00",
    Duration: "a duration such as '10 business days'",
    ZoneInfo: "a time zone such as 'America/New_York'",
    re.Pattern: "a regular expression",
}


def wording(wanted: object) -> str:
    """What a type expects, in words."""
    origin = typing.get_origin(wanted)
    inner = [kind for kind in typing.get_args(wanted) if kind not in (types.NoneType, ...)]
    if wanted in _WORDINGS or origin in _WORDINGS:
        return _WORDINGS.get(wanted) or _WORDINGS[origin]
    if origin in (typing.Union, types.UnionType):
        return wording(inner[0])
    if origin is tuple:
        return f"a list, each {wording(inner[0])}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"a table, each value {wording(inner[1])}"
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return "one of " + ", ".join(member.value for member in wanted)
    if isinstance(wanted, type):
        return f"a table ({_first_line(wanted)})"
    return str(wanted)


def _first_line(schema: type) -> str:
    return (schema.__doc__ or schema.__name__).strip().splitlines()[0].rstrip(".")
