"""Cutting a paragraph's text for its page: what is shown as a table or with one is not printed twice."""

from __future__ import annotations

from tieline.rulebook.reading.pieces import apart_from_captions, outside, pieces

TEXT = "Statements issue as planned.\nTable 1:  Planned Days\nDocument Day"
TABLE = (TEXT.index("Document"), len(TEXT))


def test_a_caption_on_a_line_of_its_own_is_left_to_its_table() -> None:
    spans = apart_from_captions(TEXT, [TABLE], ["Table 1: Planned Days"])

    assert "".join(piece.text for piece in outside(pieces(TEXT), spans)) == "Statements issue as planned."


def test_a_caption_within_a_sentence_or_a_table_stays() -> None:
    said = "As Table 1: Planned Days shows, statements issue."

    assert apart_from_captions(said, [], ["Table 1: Planned Days"]) == []
    assert apart_from_captions(TEXT, [(0, len(TEXT))], ["Table 1: Planned Days"]) == [(0, len(TEXT))]
