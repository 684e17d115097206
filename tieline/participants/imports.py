"""How do participants come in from CSV files? Read everything, check everything, then write all or nothing.

Every problem is told as file, row, column and expectation. Pure reading and checking are here; `actions` writes.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tieline.kernel.refusal import Refusal
from tieline.participants.profile import Registrations

ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
SHOWN = 20


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file."""

    file: str
    row: int
    column: str
    expectation: str

    def __str__(self) -> str:
        place = f"{self.file}, row {self.row}" if self.row else self.file
        return f"{place}, column “{self.column}”: {self.expectation}" if self.column else f"{place}: {self.expectation}"


class ImportRefused(Refusal):
    """Nothing was imported; the problems say why."""

    def __init__(self, problems: list[Problem]) -> None:
        shown = "\n".join(f"  {problem}" for problem in problems[:SHOWN])
        more = f"\n  … and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
        super().__init__(f"Nothing was imported; {len(problems)} problem(s):\n{shown}{more}")
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Row:
    """One row of a file: its number as a spreadsheet shows it, and its values by column."""

    number: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """The value of a column; "" where it is empty."""
        return self.values[column]


COLUMNS: dict[str, tuple[str, ...]] = {
    "organisations.csv": ("key", "name", "kind_of_company", "domains", "account_manager", "notes"),
    "registrations.csv": (
        "organisation", "kind", "identifier", "name", "status", "effective_from", "effective_to",
    ),
    "people.csv": ("organisation", "name", "email", "phone", "verified"),
    "contact_roles.csv": (
        "organisation", "registration_kind", "identifier", "email", "role", "backup", "from", "to",
    ),
}  # fmt: skip
REQUIRED: dict[str, tuple[str, ...]] = {
    "organisations.csv": ("key", "name"),
    "registrations.csv": ("organisation", "kind", "identifier", "effective_from"),
    "people.csv": ("organisation", "name", "email"),
    "contact_roles.csv": ("organisation", "registration_kind", "identifier", "email", "role", "from"),
}
DATES = ("effective_from", "effective_to", "from", "to")
PERIODS = {"registrations.csv": ("effective_from", "effective_to"), "contact_roles.csv": ("from", "to")}
LONGEST = {
    "key": 80, "name": 200, "kind_of_company": 80, "identifier": 40, "kind": 40, "status": 40, "email": 254,
    "phone": 60, "role": 60,
}  # fmt: skip
KEY = re.compile(r"[A-Za-z0-9_-]+")
DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


def read_market(directory: Path) -> dict[str, list[Row]]:
    """The rows of the four files in a directory; refuses with ImportRefused when a file or its header is wrong."""
    problems: list[Problem] = []
    market: dict[str, list[Row]] = {}
    for name, columns in COLUMNS.items():
        try:
            market[name] = _read(directory / name, columns, problems)
        except FileNotFoundError:
            problems.append(Problem(name, 0, "", "the file is missing"))
        except OSError as cause:
            problems.append(Problem(name, 0, "", f"the file cannot be read ({cause.strerror or cause})"))
        except UnicodeDecodeError:
            problems.append(Problem(name, 0, "", "expected UTF-8 text"))
    if problems:
        raise ImportRefused(problems)
    return market


def _read(path: Path, columns: tuple[str, ...], problems: list[Problem]) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            header, *rows = list(reader) or [[]]
        except csv.Error as error:
            problems.append(Problem(path.name, reader.line_num, "", f"unreadable CSV: {error}"))
            return []
    if tuple(header) != columns:
        wrong = f"expected the header {','.join(columns)}; found {','.join(header)}"
        problems.append(Problem(path.name, 1, "", wrong))
        return []
    return list(_rows(path.name, columns, rows, problems))


def _rows(name: str, columns: tuple[str, ...], rows: list[list[str]], problems: list[Problem]) -> Iterator[Row]:
    """The rows that are not blank; one with more or fewer values than columns is a problem, not a guess."""
    for number, written in enumerate(rows, start=2):
        values = [value.strip() for value in written]
        if not any(values):
            continue
        if len(values) != len(columns):
            problems.append(Problem(name, number, "", f"expected {len(columns)} values, found {len(values)}"))
            continue
        yield Row(number, dict(zip(columns, values, strict=True)))


def check_market(market: dict[str, list[Row]], *, kinds: Registrations, staff: set[str]) -> None:
    """Refuse with ImportRefused unless every value is of its kind and every reference resolves."""
    problems = [problem for name, rows in market.items() for problem in _check_rows(name, rows)]
    problems += _check_references(market, kinds, staff)
    if problems:
        raise ImportRefused(problems)


def _check_rows(name: str, rows: list[Row]) -> Iterator[Problem]:
    for row in rows:
        for column, expectation in _faults(name, row):
            yield Problem(name, row.number, column, expectation)


def _faults(name: str, row: Row) -> Iterator[tuple[str, str]]:
    """Column and expectation of everything wrong with a row taken by itself."""
    for column, value in row.values.items():
        if not value:
            if column in REQUIRED[name]:
                yield column, "must not be empty"
        elif "\x00" in value:
            yield column, "must not contain the NUL character"
        elif len(value) > LONGEST.get(column, len(value)):
            yield column, f"expected at most {LONGEST[column]} characters, found {len(value)}"
        else:
            yield from ((column, fault) for fault in _misfits(column, value))
    if name in PERIODS:
        begins, ends = PERIODS[name]
        if _is_date(row[begins]) and _is_date(row[ends]) and row[ends] <= row[begins]:
            yield ends, f"expected a day after {row[begins]}, found {row[ends]}"


def _misfits(column: str, value: str) -> Iterator[str]:
    if column in DATES and not _is_date(value):
        yield f"expected a date such as 2026-01-31, found {value!r}"
    if column in ("verified", "backup") and value not in ("yes", "no"):
        yield f"expected yes or no, found {value!r}"
    if column == "email" and not ADDRESS.fullmatch(value):
        yield f"expected a mail address, found {value!r}"
    if column == "key" and not KEY.fullmatch(value):
        yield f"expected letters, digits, - and _, found {value!r}"
    if column == "domains":
        for domain in domains_in(value):
            if not DOMAIN.fullmatch(domain):
                yield f"expected mail domains separated by ;, found {domain!r}"


def domains_in(written: str) -> list[str]:
    """The mail domains written in one value, separated by semicolons."""
    return [word for word in (word.strip().lower() for word in written.split(";")) if word]


def _check_references(market: dict[str, list[Row]], kinds: Registrations, staff: set[str]) -> Iterator[Problem]:
    organisations = {row["key"] for row in market["organisations.csv"]}
    registrations = {(row["kind"], row["identifier"]) for row in market["registrations.csv"]}
    people = {(row["organisation"], row["email"].lower()) for row in market["people.csv"]}
    roles = {role.key for role in kinds.contact_roles}
    kind_keys = {kind.key: kind for kind in kinds.kinds}
    yield from _check_column(market, "organisations.csv", "account_manager", staff, "a staff user name")
    for name in ("registrations.csv", "people.csv", "contact_roles.csv"):
        yield from _check_column(market, name, "organisation", organisations, "a key of organisations.csv")
    yield from _check_column(market, "registrations.csv", "kind", set(kind_keys), "a registration kind of the profile")
    yield from _check_column(market, "contact_roles.csv", "role", roles, "a contact role of the profile")
    for row in market["registrations.csv"]:
        kind = kind_keys.get(row["kind"])
        if kind and not kind.identifier_pattern.fullmatch(row["identifier"]):
            yield Problem(
                "registrations.csv", row.number, "identifier",
                f"expected a {kind.identifier_label} ({kind.identifier_pattern.pattern}), found {row['identifier']!r}",
            )  # fmt: skip
    for row in market["contact_roles.csv"]:
        if (row["registration_kind"], row["identifier"]) not in registrations:
            yield Problem("contact_roles.csv", row.number, "identifier", "expected a registration of registrations.csv")
        if (row["organisation"], row["email"].lower()) not in people:
            yield Problem("contact_roles.csv", row.number, "email", "expected a person of people.csv")
    yield from _shared_domains(market["organisations.csv"])
    yield from _doubles(market["organisations.csv"], "organisations.csv", "key", lambda row: row["key"])
    yield from _doubles(
        market["registrations.csv"], "registrations.csv", "identifier", lambda row: (row["kind"], row["identifier"])
    )
    yield from _doubles(
        market["people.csv"], "people.csv", "email", lambda row: (row["organisation"], row["email"].lower())
    )
    yield from _doubles(
        market["contact_roles.csv"], "contact_roles.csv", "role",
        lambda row: (row["email"].lower(), row["registration_kind"], row["identifier"], row["role"], row["from"]),
    )  # fmt: skip


def _check_column(
    market: dict[str, list[Row]], file: str, column: str, known: set[str], expected: str
) -> Iterator[Problem]:
    for row in market[file]:
        if row[column] and row[column] not in known:
            yield Problem(file, row.number, column, f"expected {expected}, found {row[column]!r}")


def _doubles(rows: list[Row], file: str, column: str, key: Callable[[Row], object]) -> Iterator[Problem]:
    seen: dict[object, int] = {}
    for row in rows:
        first = seen.setdefault(key(row), row.number)
        if first != row.number:
            yield Problem(file, row.number, column, f"is the same as in row {first}")


def _shared_domains(rows: list[Row]) -> Iterator[Problem]:
    """A mail domain speaks for one organisation, or it would tell nobody apart."""
    seen: dict[str, int] = {}
    for row in rows:
        for domain in domains_in(row["domains"]):
            first = seen.setdefault(domain, row.number)
            if first != row.number:
                yield Problem("organisations.csv", row.number, "domains", f"{domain} stands in row {first} already")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
