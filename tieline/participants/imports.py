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


Row = Mapping[str, str]
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


def read_market(directory: Path) -> dict[str, list[Row]]:
    """The rows of the four files in a directory; refuses with ImportRefused when a file or its header is wrong."""
    problems: list[Problem] = []
    market: dict[str, list[Row]] = {}
    for name, columns in COLUMNS.items():
        try:
            market[name] = _read(directory / name, columns, problems)
        except FileNotFoundError:
            problems.append(Problem(name, 0, "", "the file is missing"))
        except UnicodeDecodeError:
            problems.append(Problem(name, 0, "", "expected UTF-8 text"))
    if problems:
        raise ImportRefused(problems)
    return market


def _read(path: Path, columns: tuple[str, ...], problems: list[Problem]) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        header = tuple(reader.fieldnames or ())
        if header != columns:
            problems.append(Problem(path.name, 1, "", f"expected the header {','.join(columns)}; found {','.join(header)}"))
            return []
        try:
            return [{key: (value or "").strip() for key, value in row.items() if key} for row in reader]
        except csv.Error as error:
            problems.append(Problem(path.name, reader.line_num, "", f"unreadable CSV: {error}"))
            return []


def check_market(market: dict[str, list[Row]], *, kinds: Registrations, staff: set[str]) -> None:
    """Refuse with ImportRefused unless every value is of its kind and every reference resolves."""
    problems = [problem for name, rows in market.items() for problem in _check_rows(name, rows)]
    problems += _check_references(market, kinds, staff)
    if problems:
        raise ImportRefused(problems)


def _check_rows(name: str, rows: list[Row]) -> Iterator[Problem]:
    for number, row in enumerate(rows, start=2):
        for column in REQUIRED[name]:
            if not row.get(column):
                yield Problem(name, number, column, "must not be empty")
        for column in DATES:
            if row.get(column) and not _is_date(row[column]):
                yield Problem(name, number, column, f"expected a date such as 2026-01-31, found {row[column]!r}")
        for column in ("verified", "backup"):
            if row.get(column, "") not in ("", "yes", "no"):
                yield Problem(name, number, column, f"expected yes or no, found {row[column]!r}")
        if row.get("email") and not ADDRESS.fullmatch(row["email"]):
            yield Problem(name, number, "email", f"expected a mail address, found {row['email']!r}")


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
    for number, row in enumerate(market["registrations.csv"], start=2):
        kind = kind_keys.get(row["kind"])
        if kind and not kind.identifier_pattern.fullmatch(row["identifier"]):
            yield Problem(
                "registrations.csv", number, "identifier",
                f"expected a {kind.identifier_label} ({kind.identifier_pattern.pattern}), found {row['identifier']!r}",
            )  # fmt: skip
    for number, row in enumerate(market["contact_roles.csv"], start=2):
        if (row["registration_kind"], row["identifier"]) not in registrations:
            yield Problem("contact_roles.csv", number, "identifier", "expected a registration of registrations.csv")
        if (row["organisation"], row["email"].lower()) not in people:
            yield Problem("contact_roles.csv", number, "email", "expected a person of people.csv")
    yield from _doubles(market["organisations.csv"], "organisations.csv", "key", lambda row: row["key"])
    yield from _doubles(
        market["registrations.csv"], "registrations.csv", "identifier", lambda row: (row["kind"], row["identifier"])
    )
    yield from _doubles(
        market["people.csv"], "people.csv", "email", lambda row: (row["organisation"], row["email"].lower())
    )


def _check_column(
    market: dict[str, list[Row]], file: str, column: str, known: set[str], expected: str
) -> Iterator[Problem]:
    for number, row in enumerate(market[file], start=2):
        if row[column] and row[column] not in known:
            yield Problem(file, number, column, f"expected {expected}, found {row[column]!r}")


def _doubles(rows: list[Row], file: str, column: str, key: Callable[[Row], object]) -> Iterator[Problem]:
    seen: dict[object, int] = {}
    for number, row in enumerate(rows, start=2):
        first = seen.setdefault(key(row), number)
        if first != number:
            yield Problem(file, number, column, f"is the same as in row {first}")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
