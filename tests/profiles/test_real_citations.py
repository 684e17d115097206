"""Real citations of an operator's product list are read to the letter, and quotations in real annotations proved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tieline.kernel.profile import load_profile
from tieline.rulebook.citing.citations import find_citations, find_outside, find_requests
from tieline.rulebook.citing.proof import missing_quotes
from tieline.rulebook.citing.spellings import Within
from tieline.rulebook.documents.extract import read_document
from tieline.rulebook.outlining.structure import read_edition
from tieline.rulebook.profile import Rulebook

PROFILE = Path(__file__).parents[2] / "profiles" / "ercot"
OUTSIDE = re.compile(r"^(?:PUCT? |EIA-)")
GUIDE = "ERCOT_PLANNING_GUIDE"
NEWEST = f"{GUIDE}__2025-12-15.pdf"
ELLIPSIS = " ... "


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_profile(PROFILE).get(Rulebook)


def rules_in(value: object) -> Iterator[str]:
    """The names under every `protocolRules`, however deep."""
    if isinstance(value, dict):
        yield from value.get("protocolRules") or ()
        for inner in value.values():
            yield from rules_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from rules_in(inner)


@pytest.fixture
def products(shared: Path) -> set[str]:
    found = sorted((shared / "products").glob("*_products.json"))
    if not found:
        pytest.skip("the product list is not there")
    return set(rules_in(json.loads(found[0].read_text(encoding="utf-8"))))


def test_every_citation_of_the_product_list_is_read_to_the_letter(products: set[str], rulebook: Rulebook) -> None:
    short = {book.key: book.short for book in rulebook.books}
    ours = {text for text in products if not OUTSIDE.match(text)}
    read = {}
    for text in ours:
        rules = [f"{short[one.book or '']}{one}" for one in find_citations(text, rulebook.grammar, rulebook.books)]
        read[text] = rules + [one.request for one in find_requests(text, rulebook.grammar, rulebook.books)]

    assert len(products) == 105
    assert {text: found for text, found in read.items() if found != [text.replace(" ", "")]} == {}


def test_another_bodys_rules_are_told_apart_from_ours(products: set[str], rulebook: Rulebook) -> None:
    """With the 101 above, all 105 are accounted for."""
    outside = [text for text in products if OUTSIDE.match(text)]

    assert len(outside) == 4
    assert [text for text in outside if find_citations(text, rulebook.grammar, rulebook.books)] == []
    named = {text: [mention.rule for mention in find_outside(text, rulebook.grammar)] for text in outside}
    assert {text: rules for text, rules in named.items() if len(rules) != 1 or not text.endswith(rules[0])} == {}


@pytest.mark.parametrize(
    "text",
    [
        "PURA § 39.151 is not a Protocol.",
        "16 TAC § 25.194 was proposed.",
        "16 Tex. Admin. Code § 25.198",
        "P.U.C. SUBST. R. 25.101, Certification Criteria",
        "PUC Substantive Rule §25.505",
        "the Texas Government Code, Sections 2275.0102(a)(2)",
    ],
)
def test_state_law_is_another_bodys(text: str, rulebook: Rulebook) -> None:
    assert find_citations(text, rulebook.grammar, rulebook.books) == ()


@pytest.mark.parametrize(
    ("text", "requests"),
    [
        ("NPRR1206 and PGRR115", ["NPRR1206", "PGRR115"]),
        ("NPRRs 1205 and 1206", ["NPRR1205", "NPRR1206"]),
        ("1085NPRR-10 Joint Commenters Comments", ["NPRR1085"]),
        ("SCR822", ["SCR822"]),
        ("notice W-A022326-01, product NP6-345-CD", []),
    ],
)
def test_revision_requests_are_named_in_several_ways(text: str, requests: list[str], rulebook: Rulebook) -> None:
    assert [one.request for one in find_requests(text, rulebook.grammar, rulebook.books)] == requests


def test_nearly_every_number_of_a_real_guide_is_read(shared: Path, rulebook: Rulebook) -> None:
    """Every “Section n” and “paragraph (n)” of the guide that is its own or a sister book's is found."""
    opens = re.compile(r"\bSections? \d+(?:\.\d+)*|\bparagraphs? \(\d+\)|\bitems? \([a-z]\)", re.IGNORECASE)
    law = re.compile(r"(?:C\.F\.R\.|Code|CODE ANN\.|Act),?\s*§?\s*$|\bCode, Sections? \d")
    edition = read_edition(read_document(_document(shared, NEWEST)), rulebook.grammar)
    seen, missed = 0, []
    for section in edition.sections:
        for one in section.paragraphs:
            within = Within(section.number, one.path)
            spans = [
                (cited.start, cited.end)
                for cited in find_citations(one.text, rulebook.grammar, rulebook.books, within=within)
            ]
            for found in opens.finditer(one.text):
                if law.search(one.text[max(0, found.start() - 30) : found.end()]):
                    continue
                seen += 1
                if not any(start < found.end() and found.start() < end for start, end in spans):
                    missed.append(f"{section.number}{one.path}: {found[0]}")

    assert seen > 200
    assert missed == []


def _document(shared: Path, name: str) -> Path:
    path = shared / "rules" / name
    if not path.exists():
        pytest.skip(f"{name} is not there")
    return path


def test_quotations_in_real_annotations_are_proved_against_their_document(shared: Path) -> None:
    """Of the 88 quotations 76 are verbatim in their documents; here those of the documents at hand are checked."""
    annotations = shared / "rules" / "annotations" / "published.jsonl"
    if not annotations.exists():
        pytest.skip("the annotations are not there")
    rows = [json.loads(line) for line in annotations.read_text(encoding="utf-8").splitlines()]
    quoted = [quote for row in rows if row["doc_id"] == GUIDE for quote in re.findall(r'"([^"]+)"', row["loc"])]
    text = " ".join(line.text for line in read_document(_document(shared, NEWEST)).lines)

    missing = missing_quotes(text, quoted)

    assert len(quoted) == 45
    assert {quote for quote in quoted if ELLIPSIS in quote} < set(missing)
    assert [quote for quote in missing if ELLIPSIS not in quote] == ["direction of the QSE"]
    assert len(missing) == 6
