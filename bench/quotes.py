"""Which quoted phrases of a set of annotations stand word for word in the document they name?

    python bench/quotes.py [DIR]

DIR (default: `rules` under TIELINE_SHARED/data) holds the documents and `annotations/published.jsonl`, whose `loc`
quotes phrases; documents may lie in the folders beside it too. Each document is read by the importer's own reader,
each phrase checked by the citation proof. Documents that are not there are counted apart. The baseline is a plain
search in the bare text of the file.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SHARED = Path(os.environ.get("TIELINE_SHARED", ROOT.parent / "shared"))
QUOTED = re.compile(r'["“]([^"”]{5,})["”]')


def main() -> int:
    """Check every phrase and name those that do not stand in their document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path, nargs="?", default=SHARED / "data" / "rules")
    chosen = parser.parse_args()
    annotations = chosen.directory / "annotations" / "published.jsonl"
    if not annotations.exists():
        print(f"{annotations} is not there; nothing is measured.")
        return 0
    from tieline.project.bootstrap import set_up_django

    set_up_django()
    quoted = phrases(annotations)
    print(f"{sum(map(len, quoted.values()))} phrases quoted from {len(quoted)} documents")
    totals = [0, 0, 0]
    for document, wanted in sorted(quoted.items()):
        totals = [sum(pair) for pair in zip(totals, check(document, wanted, chosen.directory), strict=True)]
    there, verbatim, bare = totals
    print(f"{verbatim} of {there} phrases are verbatim; {bare} by a plain search of the bare text")
    return 0


def phrases(path: Path) -> dict[str, list[str]]:
    """The quoted phrases by document."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[row["doc_id"]] += QUOTED.findall(row["loc"])
    return {document: wanted for document, wanted in found.items() if wanted}


def check(document: str, wanted: list[str], directory: Path) -> list[int]:
    """How many phrases could be checked, are verbatim, and are found by a plain search; prints the others."""
    from tieline.rulebook.citing.proof import missing_quotes
    from tieline.rulebook.documents.extract import read_document

    files = sorted(directory.parent.glob(f"*/{document}__*")) or sorted(directory.parent.glob(f"*/{document}.*"))
    if not files:
        print(f"{document}: not there, {len(wanted)} phrases unchecked")
        return [0, 0, 0]
    started = time.perf_counter()
    texts = [" ".join(line.text for line in read_document(file).lines) for file in files]
    missing = [phrase for phrase in wanted if all(missing_quotes(text, [phrase]) for text in texts)]
    bare = sum(any(phrase in text for text in texts) for phrase in wanted)
    spent = time.perf_counter() - started
    print(f"{document}: {len(wanted) - len(missing)} of {len(wanted)} verbatim ({len(files)} files, {spent:.1f} s)")
    for phrase in missing:
        print(f"    not word for word: {phrase}")
    return [len(wanted), len(wanted) - len(missing), bare]


if __name__ == "__main__":
    raise SystemExit(main())
