"""The words of a table are found in its paragraph's text, and nothing of the sentence around them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieline.kernel.profile import current_profile
from tieline.rulebook.documents.extract import read_document
from tieline.rulebook.outlining.structure import read_edition
from tieline.rulebook.outlining.table_words import table_spans
from tieline.rulebook.profile import Rulebook

ROWS = (("Report", "Fee"), ("Late", "10"))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Fees are:\nReport | Fee\nLate | 10\nNothing else.", "Fees are:\n…\nNothing else."),
        ("Each Report costs a Fee:\nReport Fee Late 10", "Each Report costs a Fee:\n…"),
        ("Fees are:\nFee Report\n10 Late\nfor all.", "Fees are:\n…\nfor all."),
        ("Fees are: Report Fee Late 20", "Fees are: Report Fee Late 20"),
        ("Fees are:\nReport Fee Report Fee Late 10", "Fees are:\n…"),
        ("No table here.", "No table here."),
    ],
)
def test_the_stretch_of_a_table(text: str, left: str) -> None:
    shown = text
    for start, end in reversed(table_spans(text, [ROWS])):
        shown = f"{shown[:start]}…{shown[end:]}"

    assert shown == left


def test_the_tables_of_the_real_guide_are_found_in_their_text(shared: Path) -> None:
    found = sorted((shared / "rules").glob("*_PLANNING_GUIDE__2025-12-15.pdf"))
    if not found:
        pytest.skip("the real guide is not there")
    read = read_edition(read_document(found[0]), current_profile().get(Rulebook).grammar)
    holding = [one for section in read.sections for one in section.paragraphs if one.exhibits]

    spans = [table_spans(one.text, [exhibit.rows for exhibit in one.exhibits]) for one in holding]

    assert [len(found) for found in spans] == [1] * len(holding)
    for one, ((start, end),) in zip(holding, spans, strict=True):
        before, after = one.text[:start].strip(), one.text[end:].strip()
        assert before.endswith((".", ":")), before[-80:]
        assert len(after) < 80, after[:200]
