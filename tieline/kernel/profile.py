"""What does this operator's profile say?

A profile is a directory of TOML and Markdown that holds everything in which one operator differs from
another. Each context registers the frozen dataclass it reads from one file with `section`; loading reads
every file, notes every mistake with file, key, expectation and finding, and refuses the whole naming all.
How values get their types is left to `tieline.kernel.typed`, where a profile lies to
`tieline.kernel.profile_places`.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable
from zoneinfo import ZoneInfo

from tieline.kernel.calendar import DayList, UnsoundCalendar, every_day
from tieline.kernel.calendar_sheets import EVERY_DAY_KEY, CalendarSheet, day_list
from tieline.kernel.profile_places import HEAD_FILE, ProfileNotFound, find_profile, only_installed
from tieline.kernel.refusal import Refusal
from tieline.kernel.typed import Reading, nearest, read_dataclass, show

T = TypeVar("T")

CALENDARS_FILE = "calendars.toml"
CALENDARS_FOLDER = "calendars"
STORY_FOLDER = "demo"
VERSION_LENGTH = 16
SHOWN_CHOICES = 12
STANDARD_WORDS = ("participant", "registration", "operating_day", "settlement_statement", "revision_request")

__all__ = [
    "HEAD_FILE",
    "Doubt",
    "Profile",
    "ProfileNotFound",
    "ProfileProblem",
    "as_at",
    "current_profile",
    "find_profile",
    "load_profile",
    "not_one_of",
    "schemas",
    "section",
]

_SCHEMAS: dict[str, type] = {}


class ProfileProblem(Refusal):
    """The profile cannot be used; `problems` holds one sentence for each mistake."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Doubt:
    """Something only a look across files shows to be wrong.

    The file is the schema's own when none is given; what was found is looked up at the key unless given.
    """

    key: str
    expected: str
    file: str = ""
    choices: tuple[str, ...] = ()
    found: str = ""


def not_one_of(key: str, noun: str, choices: Collection[str], *, file: str = "", found: str = "") -> Doubt:
    """A doubt about a key that refers to nothing known."""
    known = list(choices)
    more = f", and {len(known) - SHOWN_CHOICES} more" if len(known) > SHOWN_CHOICES else ""
    listed = ", ".join(known[:SHOWN_CHOICES]) + more
    return Doubt(key, f"one of {noun} ({listed})", file, tuple(known), found)


@dataclass(frozen=True)
class ProfileHead:
    """What the profile is called and how it speaks.

    key: short word for the profile, usually the directory's name
    name: what people read
    operator: the operator's display name
    time_zone: the market's time zone
    currency: three-letter code of the market's money
    case_prefix: letters before a case number whose kind has none of its own
    footer: how to reach the desk, at the foot of what it sends
    words: this market's own words for the things of the field, such as participant = "Market Participant"
    """

    key: str
    name: str
    operator: str
    time_zone: ZoneInfo
    currency: str
    case_prefix: str = ""
    footer: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Profile:
    """One operator's profile, loaded and sound."""

    key: str
    name: str
    operator: str
    time_zone: ZoneInfo
    currency: str
    case_prefix: str
    footer: str
    words: Mapping[str, str]
    calendars: Mapping[str, DayList]
    directory: Path
    version: str
    sections: Mapping[type, object] = field(repr=False)

    def get(self, schema: type[T]) -> T:
        """What the profile says in the file the schema is registered for."""
        found = self.sections[schema]
        assert isinstance(found, schema)
        return found

    def has(self, schema: type) -> bool:
        """Whether the schema's file could be read; always so once the profile is loaded."""
        return schema in self.sections

    def word(self, key: str) -> str:
        """This market's own word for a thing of the field, else the field's plain one."""
        return self.words.get(key) or key.replace("_", " ")

    def texts(self, folder: str) -> Mapping[str, str]:
        """The Markdown texts of a folder, by file name without its ending."""
        paths = sorted((self.directory / folder).glob("*.md"))
        return {path.stem: path.read_text(encoding="utf-8") for path in paths}


@runtime_checkable
class Checked(Protocol):
    """A schema that looks across files."""

    def check(self, profile: Profile) -> Iterator[Doubt]: ...


@runtime_checkable
class Telling(Protocol):
    """A schema that knows what it leaves unsaid."""

    def unsaid(self, profile: Profile) -> Iterator[str]: ...


class Dated(Protocol):
    """A row that holds from a day on."""

    @property
    def from_(self) -> date: ...


D = TypeVar("D", bound=Dated)


def as_at(rows: Iterable[D], day: date) -> D | None:
    """The row in force on the day: the latest that begins on or before it."""
    begun = [row for row in rows if row.from_ <= day]
    return max(begun, key=lambda row: row.from_, default=None)


def section(filename: str) -> Callable[[type[T]], type[T]]:
    """A context registers its dataclass for one TOML file of the profile."""

    def register(schema: type[T]) -> type[T]:
        _SCHEMAS[filename] = schema
        return schema

    return register


def schemas() -> Mapping[str, type]:
    """Every file a profile may hold, with the dataclass that is read from it."""
    _import_context_profiles()
    return {HEAD_FILE: ProfileHead, **dict(sorted(_SCHEMAS.items()))}


@lru_cache(maxsize=1)
def _import_context_profiles() -> None:
    """Let each context register itself, so that a profile is always judged whole.

    Other packages may have a module of this name too; those that register no section stay unimported.
    """
    here = Path(__file__)
    package = here.parent.parent
    for path in sorted(package.rglob(here.name)):
        if path != here and "@section(" in path.read_text(encoding="utf-8"):
            parts = path.relative_to(package).with_suffix("").parts
            importlib.import_module(".".join((package.name, *parts)))


@dataclass
class _Load:
    """One loading: the directory, the plain values of each file, and the problems so far."""

    directory: Path
    plain: dict[str, Mapping[str, object]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def note(self, file: str, key: str, expected: str, found: str) -> None:
        place = f"{_shown(self.directory)}/{file}: {key}" if key else f"{_shown(self.directory)}/{file}"
        self.problems.append(f"{place}: expected {expected}, found {found}")

    def read_file(self, file: str) -> Mapping[str, object] | None:
        """The file's plain values; None when it is missing or not readable as TOML, which is then noted."""
        try:
            self.plain[file] = tomllib.loads((self.directory / file).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
            self.note(file, "", "a readable TOML file in UTF-8", str(fault))
            return None
        return self.plain[file]

    def read_section(self, file: str, schema: type[T], *, path: str = "", table: object = None) -> T | None:
        """The file, or one table of it, as the dataclass; what does not fit is noted."""
        reading = Reading()
        read = read_dataclass(self.plain[file] if table is None else table, schema, path, reading)
        for finding in reading.findings:
            self.note(file, finding.path, finding.expected, finding.found)
        return read if isinstance(read, schema) else None


def load_profile(directory: Path) -> Profile:
    """Read a whole profile; refuses with ProfileProblem, which names every mistake."""
    load = _Load(directory)
    head = _read_head(load)
    calendars = _read_calendars(load, head.time_zone if head else ZoneInfo("UTC"))
    sections = _read_sections(load)
    _note_strange_files(load)
    head = head or ProfileHead("unread", "unread", "unread", ZoneInfo("UTC"), "")
    profile = Profile(
        key=head.key,
        name=head.name,
        operator=head.operator,
        time_zone=head.time_zone,
        currency=head.currency,
        case_prefix=head.case_prefix,
        footer=head.footer.strip(),
        words=head.words,
        calendars=calendars,
        directory=directory,
        version=_version(directory),
        sections=sections,
    )
    _note_doubts(load, profile)
    if load.problems:
        raise ProfileProblem(load.problems)
    return profile


def _read_head(load: _Load) -> ProfileHead | None:
    if load.read_file(HEAD_FILE) is None:
        if not load.problems:
            load.note(HEAD_FILE, "", "the file that names the profile", "nothing")
        return None
    return load.read_section(HEAD_FILE, ProfileHead)


def _read_sections(load: _Load) -> Mapping[type, object]:
    """Each registered file; one that is missing counts as empty, so only its required keys are missed."""
    sections: dict[type, object] = {}
    for file, schema in schemas().items():
        if file == HEAD_FILE:
            continue
        if load.read_file(file) is None:
            if (load.directory / file).exists():
                continue
            load.plain[file] = {}
        found = load.read_section(file, schema)
        if found is not None:
            sections[schema] = found
    return sections


def _read_calendars(load: _Load, zone: ZoneInfo) -> Mapping[str, DayList]:
    calendars = {EVERY_DAY_KEY: every_day(zone)}
    for file, path, key, table in _calendar_tables(load):
        if key == EVERY_DAY_KEY:
            load.note(file, path, f"another key, as {EVERY_DAY_KEY!r} always counts every day", show(key))
            continue
        sheet = load.read_section(file, CalendarSheet, path=path, table=table)
        if sheet is None:
            continue
        try:
            calendars[key] = day_list(key, sheet, zone=zone)
        except UnsoundCalendar as fault:
            load.note(file, path, "a calendar that agrees with itself", str(fault))
    return calendars


def _calendar_tables(load: _Load) -> Iterator[tuple[str, str, str, object]]:
    """(file, path in it, key, table) of every calendar."""
    for key, table in (load.read_file(CALENDARS_FILE) or {}).items():
        yield CALENDARS_FILE, key, key, table
    for path in sorted((load.directory / CALENDARS_FOLDER).glob("*.toml")):
        file = f"{CALENDARS_FOLDER}/{path.name}"
        table = load.read_file(file)
        if table is not None:
            yield file, "", path.stem, table


def _note_strange_files(load: _Load) -> None:
    known = [*schemas(), CALENDARS_FILE]
    for path in sorted(load.directory.glob("*.toml")):
        if path.name not in known:
            hint = nearest(path.name, known)
            load.note(path.name, "", f"one of the files {', '.join(known)}{hint}", f"the file {path.name!r}")


def _note_doubts(load: _Load, profile: Profile) -> None:
    """What the sections say of one another, with the value found where each doubt lies."""
    files_of = {schema: file for file, schema in schemas().items()}
    for schema, found in profile.sections.items():
        for doubt in found.check(profile) if isinstance(found, Checked) else ():
            file = doubt.file or files_of[schema]
            value = doubt.found or _value_at(load.plain.get(file), doubt.key)
            hint = nearest(value, doubt.choices) if isinstance(value, str) else ""
            load.note(file, doubt.key, doubt.expected + hint, "nothing" if value is None else show(value))


def _value_at(plain: object, key: str) -> object:
    """The plain value at a path such as topics[3].area; None when there is none."""
    for name, place in re.findall(r"([^.\[\]]+)|\[(\d+)\]", key):
        if name and isinstance(plain, Mapping):
            plain = plain.get(name)
        elif place and isinstance(plain, list) and int(place) < len(plain):
            plain = plain[int(place)]
        else:
            return None
    return plain


def _shown(directory: Path) -> str:
    """The directory as a person would type it."""
    try:
        return str(directory.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(directory)


def _version(directory: Path) -> str:
    """A hash of every file of the profile except its demo story."""
    digest = hashlib.sha256()
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        parts = path.relative_to(directory).parts
        if parts[0] != STORY_FOLDER and not any(part.startswith((".", "__pycache__")) for part in parts):
            digest.update("/".join(parts).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:VERSION_LENGTH]


def current_profile() -> Profile:
    """The profile of this installation: TIELINE_PROFILE, else the only one installed."""
    return _loaded(os.environ.get("TIELINE_PROFILE", ""), os.environ.get("TIELINE_PROFILES_DIR", ""))


@lru_cache(maxsize=8)
def _loaded(name: str, folder: str) -> Profile:
    return load_profile(find_profile(name or only_installed()))
