"""How long does the import of a real rule book take, and which sections of its table of contents are found?

    python bench/rulebook.py PDF [PDF ...] --book planning_guide

A PDF's name must hold its effective date (YYYY-MM-DD). The numbers of the table of contents are read from the PDF's
text by their dotted leaders alone, in another way than the importer's. The baseline is the bare text extraction.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
LEADER = re.compile(r"^\s*(\d{1,2}(?:\.\d{1,3})+)\.?\s+\S[^\n]*?(?:\n(?!\s*\d)[^\n]*?){0,2}\.{4,}", re.MULTILINE)
"""A number, a title of up to three lines, and dots."""


def contents_of(path: Path) -> tuple[set[str], float]:
    """The multi-level section numbers of the table of contents, and how long reading the bare text took."""
    import pypdfium2

    started = time.perf_counter()
    with pypdfium2.PdfDocument(path) as document:
        text = "\n".join(page.get_textpage().get_text_range() for page in document)
    spent = time.perf_counter() - started
    lines = text.replace("\r\n", "\n")
    return set(LEADER.findall(lines)), spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pdf", type=Path, nargs="+")
    parser.add_argument("--book", required=True)
    chosen = parser.parse_args()
    from bench.crash import run

    print(f"load average {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="tieline-rules-") as name:
        home = Path(name)
        run(home, "journal", "verify")
        for path in sorted(chosen.pdf, key=effective):
            expected, bare = contents_of(path)
            started = time.perf_counter()
            report = json.loads(
                run(
                    home,
                    "rulebook",
                    "import",
                    str(path),
                    "--book",
                    chosen.book,
                    "--effective",
                    effective(path),
                    "--json",
                )
            )
            spent = time.perf_counter() - started
            rows = json.loads(
                run(home, "rulebook", "sections", "--book", chosen.book, "--as-at", effective(path), "--json")
            )
            found = {row["number"] for row in rows if "." in row["number"]}
            missing, beside = sorted(expected - found), sorted(found - expected)
            print(
                f"{effective(path)}: {spent:.1f} s, {spent / bare:.1f} x bare extraction; "
                f"{len(expected & found)} of {len(expected)} section numbers of its contents found; "
                f"missing {missing}; beside the contents {beside}; "
                f"{report['paragraphs']} paragraphs, {len(report['unplaced'])} lines unplaced"
            )


def effective(path: Path) -> str:
    found = re.search(r"\d{4}-\d{2}-\d{2}", path.name)
    if found is None:
        raise SystemExit(f"{path.name} holds no date")
    return found[0]


if __name__ == "__main__":
    main()
