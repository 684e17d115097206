"""How many rule citations of a text are found, how many of those found are right, and how fast is the finder?

    python bench/citations.py [--products PRODUCTS.json]

Two lists are measured: the marked corpus of the tests, and an operator's catalogue of data products, each of which
names the rules it rests on (default: the one under TIELINE_SHARED/data). A citation counts as right when its book,
section and whole path are; a rule of another body is marked as no citation of ours. Speed is that of one thread, in
processor time, over a megabyte of the corpus. The baseline is a plain pattern for numbers with dots.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SHARED = Path(os.environ.get("TIELINE_SHARED", ROOT.parent / "shared"))
PRODUCTS = next((SHARED / "data" / "products").glob("*_products.json"), SHARED / "products.json")
(PROFILE,) = (path for path in (ROOT / "profiles").iterdir() if (path / "demo").is_dir())
MEGABYTE = 1_000_000
PLAIN = re.compile(r"\d+(?:\.\d+)+(?:\(\w{1,4}\))*")


def main() -> int:
    """Measure both lists, then the speed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--products", type=Path, default=PRODUCTS)
    chosen = parser.parse_args()
    from tieline.project.bootstrap import set_up_django

    os.environ.setdefault("TIELINE_DATABASE_URL", "postgresql://nowhere/none")
    set_up_django()
    print(f"load average {os.getloadavg()[0]:.1f}")
    measure_corpus()
    if chosen.products.exists():
        measure_products(chosen.products)
    else:
        print(f"{chosen.products} is not there; the products are not measured.")
    measure_speed()
    return 0


def measure_corpus() -> None:
    """The sentences of the tests, with what each of them cites."""
    from tieline.rulebook.tests.test_spellings import corpus, found_in

    rows = list(corpus())
    report("marked corpus", ((row.cites, found_in(row)) for row in rows))
    report("  plain pattern", ((row.cites, Counter(PLAIN.findall(row.text))) for row in rows))
    negatives = [row for row in rows if not row.cites]
    taken = sum(bool(found_in(row)) for row in negatives)
    print(f"  sentences without a citation: {taken} of {len(negatives)} taken to have one")


def measure_products(path: Path) -> None:
    """The names of rules in the catalogue: each is a text that cites itself, another body's cites nothing of ours."""
    from tieline.kernel.profile import load_profile
    from tieline.rulebook.citing.citations import find_citations, find_outside, find_requests
    from tieline.rulebook.profile import Rulebook

    rulebook = load_profile(PROFILE).get(Rulebook)
    short = {book.key: book.short for book in rulebook.books}
    pairs, outside = [], 0
    for text in sorted(set(rules_in(json.loads(path.read_text(encoding="utf-8"))))):
        cited = find_citations(text, rulebook.grammar, rulebook.books)
        found = Counter(f"{short.get(one.book or '', '')}{one}" for one in cited)
        found += Counter(one.request for one in find_requests(text, rulebook.grammar, rulebook.books))
        is_outside = bool(find_outside(text, rulebook.grammar))
        outside += is_outside
        pairs.append((Counter() if is_outside else Counter([text.replace(" ", "")]), found))
    report("products", pairs)
    print(f"  names: {len(pairs)}, of them rules of other bodies: {outside}")


def rules_in(value: object) -> Iterator[str]:
    """The names under every `protocolRules`, however deep."""
    if isinstance(value, dict):
        yield from value.get("protocolRules") or ()
        for inner in value.values():
            yield from rules_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from rules_in(inner)


def report(name: str, pairs: Iterable[tuple[Counter[str], Counter[str]]]) -> None:
    """Precision and recall over pairs of what is marked and what was found."""
    marked = found = right = 0
    for wanted, got in pairs:
        marked, found, right = marked + wanted.total(), found + got.total(), right + (wanted & got).total()
    print(f"{name}: {marked} citations, precision {right / (found or 1):.4f}, recall {right / (marked or 1):.4f}")


def measure_speed() -> None:
    """How much running text the finder reads in a second."""
    from tieline.rulebook.citing.citations import find_citations
    from tieline.rulebook.tests.test_spellings import BOOKS, GRAMMAR, corpus

    sentences = [row.text for row in corpus()]
    letters = " ".join(sentences)
    text = (letters + "\n") * (MEGABYTE // len(letters) + 1)
    pieces = [text[start : start + 2_000] for start in range(0, MEGABYTE, 2_000)]
    for name, texts in (("in one text", [text[:MEGABYTE]]), ("in texts of 2 kB", pieces)):
        started = time.process_time()
        for one in texts:
            find_citations(one, GRAMMAR, BOOKS)
        print(f"speed {name}: {sum(map(len, texts)) / MEGABYTE / (time.process_time() - started):.2f} MB/s")


if __name__ == "__main__":
    sys.exit(main())
