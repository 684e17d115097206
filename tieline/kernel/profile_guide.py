"""What can a profile say, and what does this one not yet say?

`describe_schema` prints every file and key from the dataclasses themselves and their docstrings, so that the
guide in the documentation cannot drift; `unsaid` lists the gaps of a profile that is valid.
"""

from __future__ import annotations

import dataclasses
import re
import typing
from collections import Counter
from collections.abc import Iterator, Mapping

from tieline.kernel.calendar_sheets import CalendarSheet
from tieline.kernel.deadline import Duration
from tieline.kernel.profile import HEAD_FILE, STANDARD_WORDS, Profile, Telling, schemas
from tieline.kernel.typed import field_types, is_required, toml_name, wording

_MEANING = re.compile(r"^    (\w+): (.+)$", re.MULTILINE)


# ---- what a profile can say ----


def describe_schema() -> str:
    """Every file with its tables and keys, as Markdown."""
    files = {**schemas(), "calendars/<key>.toml": CalendarSheet}
    return "\n".join(line for file, schema in files.items() for line in _describe_file(file, schema))


def _describe_file(file: str, schema: type) -> Iterator[str]:
    need = "required" if any(is_required(declared) for declared in dataclasses.fields(schema)) else "may be left out"
    yield f"### `{file}` ({need})\n"
    for path, table in _tables(schema, ""):
        yield f"{'`' + path + '`: ' if path else ''}{_purpose(table)}\n"
        yield "| key | type | required | meaning |"
        yield "|---|---|---|---|"
        yield from (_describe_key(table, declared) for declared in dataclasses.fields(table))
        yield ""


def _describe_key(table: type, declared: dataclasses.Field[object]) -> str:
    kind = wording(field_types(table)[declared.name]).replace("|", "\\|")
    need = "yes" if is_required(declared) else _default(declared)
    return f"| `{toml_name(declared.name)}` | {kind} | {need} | {meanings(table)[declared.name]} |"


def _default(declared: dataclasses.Field[object]) -> str:
    plain = isinstance(declared.default, bool | int | float) or (isinstance(declared.default, str) and declared.default)
    return f"no, `{str(declared.default).lower()}`" if plain else "no"


def _tables(schema: type, path: str) -> Iterator[tuple[str, type]]:
    """The schema and the tables inside it, outermost first."""
    yield path, schema
    for declared in dataclasses.fields(schema):
        wanted = field_types(schema)[declared.name]
        name = f"{path}.{toml_name(declared.name)}".lstrip(".")
        for inner, mark in _inner_tables(wanted):
            yield from _tables(inner, name + mark)


def _inner_tables(wanted: object) -> Iterator[tuple[type, str]]:
    """(table, what stands behind its name in a path) of every table a type may hold."""
    origin, inner = typing.get_origin(wanted), typing.get_args(wanted)
    mark = "[]" if origin is tuple else ""
    if isinstance(origin, type) and issubclass(origin, Mapping):
        mark = ".<key>"
    for candidate in inner or (wanted,):
        if isinstance(candidate, type) and dataclasses.is_dataclass(candidate) and candidate is not Duration:
            yield candidate, mark


def meanings(table: type) -> Mapping[str, str]:
    """What each key means, from the docstring; a key without meaning is a mistake of ours and raises."""
    said = dict(_MEANING.findall(table.__doc__ or ""))
    return {declared.name: said[declared.name] for declared in dataclasses.fields(table)}


def _purpose(table: type) -> str:
    return (table.__doc__ or "").strip().splitlines()[0]


# ---- what a profile does not say ----


def unsaid(profile: Profile) -> tuple[str, ...]:
    """The gaps of a valid profile, one sentence each."""
    return (*_unsaid_head(profile), *_unsaid_calendars(profile), *_unsaid_sections(profile))


def _unsaid_head(profile: Profile) -> Iterator[str]:
    missing = [word for word in STANDARD_WORDS if word not in profile.words]
    if missing:
        yield f"{HEAD_FILE}: this market's word for {', '.join(missing)}"
    if not profile.footer:
        yield f"{HEAD_FILE}: footer, how to reach the desk"
    if not profile.texts("replies"):
        yield "replies: no approved text"


def _unsaid_calendars(profile: Profile) -> Iterator[str]:
    for key, calendar in profile.calendars.items():
        if calendar.counts_every_day:
            continue
        doubtful = [str(year) for year, sheet in sorted(calendar.years.items()) if not sheet.verified]
        if doubtful:
            yield f"calendar {key!r}: {len(doubtful)} of {len(calendar.years)} years are not verified"
        if not calendar.years:
            yield f"calendar {key!r}: no year is loaded"
        else:
            yield f"calendar {key!r}: nothing after {max(calendar.years)}"


def _unsaid_sections(profile: Profile) -> Iterator[str]:
    for file, schema in schemas().items():
        if schema not in profile.sections:
            continue
        if not (profile.directory / file).is_file():
            yield f"{file}: the whole file ({_purpose(schema).rstrip('.')})"
        section: object = profile.sections[schema]
        yield from (f"{file}: {said}" for said in _unverified(section))
        if isinstance(section, Telling):
            yield from (f"{file}: {said}" for said in section.unsaid(profile))


def _unverified(section: object) -> Iterator[str]:
    for name, rows in vars(section).items():
        if isinstance(rows, tuple):
            count = Counter(row.verified for row in rows if hasattr(row, "verified"))
            if count[False]:
                yield f"{count[False]} of {count.total()} {name.replace('_', ' ')} are not verified"
