"""A rule book of one page, made on the spot in the form real ones have."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import docx

from tests.cast import MONDAY
from tieline.kernel.actor import SYSTEM
from tieline.rulebook.actions import import_edition

BOOK = "illustrative-market-protocols"
POSTING = "The Operator shall post each statement by the end of the tenth Business Day."


def adopt_rules(folder: Path, *, effective_on: date = date(2026, 1, 1), posting: str = POSTING) -> None:
    """Write the book and bring it into force on the day."""
    path = folder / f"rules-{effective_on}.docx"
    document = docx.Document()
    document.add_heading("9 Settlement", 1)
    document.add_heading("9.1 Posting of Statements", 2)
    document.add_paragraph(f"(1) {posting}")
    document.add_paragraph("(2) A statement posted later is late and is marked so.")
    document.save(str(path))
    import_edition(path, book=BOOK, effective_on=effective_on, by=SYSTEM, at=MONDAY)
