"""How is a list written as CSV, as a workbook, as Parquet? Row by row, so that no file has to fit into memory.

A cell that a spreadsheet would take for a formula gets a quotation mark before it: also where blanks, control or
invisible characters stand before the sign.
"""

from __future__ import annotations

import csv
import io
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook  # type: ignore[import-untyped]  # it has no types

from tieline.desk.asking import Asked
from tieline.desk.exporting import Column, Value, columns, rows
from tieline.desk.models import Case
from tieline.kernel.refusal import Refusal

MOST_ROWS = 1_048_576
LONGEST_CELL = 32_000
PIECE = 65_536
SIGNS = "=+-@＝＋－＠"


class NoParquet(Refusal):
    """The library that writes Parquet is not installed."""

    def __init__(self) -> None:
        super().__init__("Parquet needs the package “pyarrow”, which is not installed here. Choose CSV or XLSX.")


def check(form: str) -> None:
    """Refuse a form that cannot be written here."""
    if form == "parquet" and find_spec("pyarrow") is None:
        raise NoParquet


def safe_cell(text: str) -> str:
    """A text that no spreadsheet runs: formula signs are quoted, control characters left out."""
    bare = text.lstrip("".join({one for one in text if _is_unseen(one)}))
    shown = "".join(one for one in text if unicodedata.category(one) != "Cc" or one in "\n\t")
    return f"'{shown}" if text[:1] in ("\t", "\r") or (bare[:1] and bare[0] in SIGNS) else shown


def _is_unseen(one: str) -> bool:
    return unicodedata.category(one) in {"Cc", "Cf", "Zs", "Zl", "Zp"}


def csv_file(asked: Asked) -> Iterator[bytes]:
    """The list as CSV in UTF-8 with a mark by which spreadsheets know it."""
    known = columns(asked.scope.taxonomy)
    zone = asked.scope.profile.time_zone
    yield "\ufeff".encode() + _lines([_headings(known, zone)])
    for chunk in rows(asked, asked.scope.actor):
        yield _lines([[_written(value) for value in _row(case, known, zone)] for case in chunk])


def _lines(cells: Sequence[Sequence[str | int]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(cells)
    return out.getvalue().encode()


def _headings(known: Sequence[Column], zone: ZoneInfo) -> list[str]:
    return [name for one in known for name in ([one.name, f"{one.name}_utc"] if one.is_time else [one.name])]


def _row(case: Case, known: Sequence[Column], zone: ZoneInfo) -> list[Value]:
    """The values of a case; a time is there twice, as the market's clocks show it and in UTC."""
    cells: list[Value] = []
    for column in known:
        value = column.value(case)
        if isinstance(value, datetime):
            cells += [value.astimezone(zone), value.astimezone(UTC)]
        else:
            cells += [value, value] if column.is_time else [value]
    return cells


def _written(value: Value) -> str | int:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return safe_cell(value) if isinstance(value, str) else "" if value is None else value


def xlsx_file(asked: Asked) -> Iterator[bytes]:
    """The list as a workbook; a sheet that is full is followed by another."""
    known, zone = columns(asked.scope.taxonomy), asked.scope.profile.time_zone
    book = Workbook(write_only=True)
    sheet, height = _sheet(book, known, zone), 1
    for chunk in rows(asked, asked.scope.actor):
        for case in chunk:
            if height >= MOST_ROWS:
                sheet, height = _sheet(book, known, zone), 1
            sheet.append([_celled(value) for value in _row(case, known, zone)])
            height += 1
    with tempfile.TemporaryFile() as kept:
        book.save(kept)
        yield from _pieces(kept)


def _sheet(book: Any, known: Sequence[Column], zone: ZoneInfo) -> Any:  # the library has no types
    sheet = book.create_sheet()
    sheet.append(_headings(known, zone))
    return sheet


def _celled(value: Value) -> Value:
    """Workbooks know no time zones: the first of the two is local, the second UTC, as the headings say."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None, microsecond=0)
    return safe_cell(value)[:LONGEST_CELL] if isinstance(value, str) else value


def parquet_file(asked: Asked) -> Iterator[bytes]:
    """The list as Parquet; texts are as they are, since nothing there is run."""
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    known, zone = columns(asked.scope.taxonomy), asked.scope.profile.time_zone
    schema = _schema(arrow, known, zone)
    with tempfile.TemporaryFile() as kept:
        with parquet.ParquetWriter(kept, schema) as writer:
            for chunk in rows(asked, asked.scope.actor):
                cells = zip(*(_row(case, known, zone) for case in chunk), strict=True)
                arrays = [arrow.array(list(cell), field.type) for cell, field in zip(cells, schema, strict=True)]
                writer.write_table(arrow.Table.from_arrays(arrays, schema=schema))
        yield from _pieces(kept)


def _schema(arrow: Any, known: Sequence[Column], zone: ZoneInfo) -> Any:  # pyarrow has no types of its own
    fields = []
    for column in known:
        if column.is_time:
            fields.append((column.name, arrow.timestamp("us", tz=str(zone))))
            fields.append((f"{column.name}_utc", arrow.timestamp("us", tz="UTC")))
        else:
            is_number = column.name in ("number", "messages")
            fields.append((column.name, arrow.int64() if is_number else arrow.string()))
    return arrow.schema(fields)


def _pieces(kept: Any) -> Iterator[bytes]:  # a temporary file's type depends on the platform
    kept.seek(0)
    while piece := kept.read(PIECE):
        yield piece
