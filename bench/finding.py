"""How fast does the rule book find, and how much memory does a process hold that does, with real passages?

    python bench/finding.py [DIR] [--copies 1] [--editions 1] [--vectors DIR]

DIR is a folder as `tieline rulebook evaluate` reads it (default: `obliqa` under TIELINE_SHARED/data). Its passages
become the paragraphs of so many books, of which each edition after the first changes one in a hundred. Printed as
JSON: CPU and wall milliseconds of one search of a served process, of an exact number, of the search by words
alone, what a changed section costs, and the memory held. With --vectors, what the model has read is taken from there.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SHARED = Path(os.environ.get("TIELINE_SHARED", ROOT.parent / "shared"))
FIRST = date(2026, 1, 1)
ASKED, BATCH = 200, 2000


def main() -> int:
    """Load, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path, nargs="?", default=SHARED / "data" / "obliqa")
    parser.add_argument("--copies", type=int, default=1, help="books of these passages")
    parser.add_argument("--editions", type=int, default=1, help="editions of each book")
    parser.add_argument("--vectors", type=Path, help="a folder of vectors made before")
    chosen = parser.parse_args()
    if not chosen.directory.exists():
        print(f"{chosen.directory} is not there; nothing is measured.")
        return 0
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    with tempfile.TemporaryDirectory(prefix="tieline-finding-") as name:
        os.environ["TIELINE_HOME"] = name
        if chosen.vectors:
            shutil.copytree(chosen.vectors, Path(name) / "vectors")
        from tieline.project.bootstrap import instance_ready

        with instance_ready():
            print(json.dumps(measured(chosen.directory, chosen.copies, chosen.editions), indent=2))
    return 0


def measured(directory: Path, copies: int, editions: int) -> dict[str, object]:
    """The figures."""
    import psutil

    from tieline.rulebook.finding import preparing
    from tieline.rulebook.finding.by_words import search_by_words
    from tieline.rulebook.queries import search
    from tieline.rulebook.retrieval import benchmark

    texts = [(one.document, one.section, one.text) for one in benchmark.passages(directory)]
    questions = [one.text for one in benchmark.questions(directory)[:ASKED]]
    number = loaded(texts, copies, editions)
    today = FIRST + timedelta(days=31 * editions)
    begun = time.perf_counter()
    unready = search(questions[0], as_at=today)
    first_seconds = round(time.perf_counter() - begun, 2)
    begun = time.perf_counter()
    preparing.finder_made(today, say=lambda read, of: None)
    ready_seconds = round(time.perf_counter() - begun, 2)
    found = {
        "paragraphs": len(texts) * copies,
        "editions": editions,
        "first_search_seconds": first_seconds,
        "first_search_says": list(unready.missing),
        "ready_seconds": ready_seconds,
        "find": timed([lambda q=q: search(q, as_at=today) for q in questions]),
        "find_in_a_book": timed([lambda q=q: search(q, as_at=today, book="book-0") for q in questions[:50]]),
        "find_exact": timed([lambda: search(number, as_at=today)] * 50),
        "find_by_words": timed(
            [lambda q=q: search_by_words(q, as_at=today, book=None, limit=10) for q in questions[:50]]
        ),
        "resident_mb": round(psutil.Process().memory_info().rss / (1 << 20)),
    }
    later = today + timedelta(days=1)
    changed_section(later)
    begun, begun_cpu = time.perf_counter(), time.process_time()
    preparing.finder_made(later, say=lambda read, of: None)
    found["changed_section_seconds"] = {
        "wall": round(time.perf_counter() - begun, 2),
        "cpu": round(time.process_time() - begun_cpu, 2),
    }
    found["resident_mb_with_two_days"] = round(psutil.Process().memory_info().rss / (1 << 20))
    return found


def timed(searches):  # type: ignore[no-untyped-def]
    """Percentiles of CPU and wall time, after one search to warm up."""
    searches[0]()
    cpu, wall = [], []
    for one in searches:
        begun, begun_cpu = time.perf_counter(), time.process_time()
        one()
        wall.append((time.perf_counter() - begun) * 1000)
        cpu.append((time.process_time() - begun_cpu) * 1000)
    cpu.sort()
    wall.sort()
    return {
        f"p{percent}_{kind}_ms": round(values[min(len(values) - 1, len(values) * percent // 100)], 1)
        for percent in (50, 95)
        for kind, values in (("cpu", cpu), ("wall", wall))
    }


def loaded(texts: list[tuple[str, str, str]], copies: int, editions: int) -> str:
    """Passages as the paragraphs of books; returns the number of a section that is there."""
    from django.db import connection

    from tieline.rulebook.models import Book, Edition, Paragraph, ParagraphVersion, Section

    at = datetime(2026, 1, 1, tzinfo=UTC)
    for copy in range(copies):
        book = Book.objects.create(key=f"book-{copy}", name=f"Book {copy}")
        numbers = [f"{document}.{place // 8 + 1}" for place, (document, _, _) in enumerate(texts)]
        sections = {
            one.number: one
            for one in Section.objects.bulk_create(
                [Section(book=book, number=n, sort_key=n) for n in dict.fromkeys(numbers)], batch_size=BATCH
            )
        }
        paragraphs = Paragraph.objects.bulk_create(
            [
                Paragraph(section=sections[n], path=f"({place % 8 + 1})", sort_key=f"{place:06}")
                for place, n in enumerate(numbers)
            ],
            batch_size=BATCH,
        )
        versions = []
        for place, paragraph in enumerate(paragraphs):
            days = changing_days(place, editions)
            for turn, (begins, ends) in enumerate(zip(days, [*days[1:], None], strict=True)):
                text = texts[(place + turn * 7) % len(texts)][2]
                versions.append(
                    ParagraphVersion(
                        paragraph=paragraph, text=text, text_digest=f"{place}", effective_from=begins, effective_to=ends
                    )
                )
        ParagraphVersion.objects.bulk_create(versions, batch_size=BATCH)
        for number in range(editions):
            Edition.objects.create(
                book=book, effective_on=FIRST + timedelta(days=31 * number), file_name="bench", file_digest="",
                imported_at=at, sections=0, paragraphs=0, pending=0,
            )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return f"{numbers[40]}(2)"


def changing_days(place: int, editions: int) -> list[date]:
    """The days from which a paragraph has another text: one in a hundred changes with each edition."""
    later = [number for number in range(1, editions) if place % 100 == number]
    return [FIRST, *(FIRST + timedelta(days=31 * number) for number in later)]


def changed_section(on: date) -> None:
    """One section of the first book gets new words."""
    from tieline.rulebook.models import Book, Edition, ParagraphVersion

    book = Book.objects.get(key="book-0")
    one = ParagraphVersion.objects.filter(paragraph__section__book=book, effective_to=None).order_by("pk")[40]
    standing = ParagraphVersion.objects.filter(paragraph__section=one.paragraph.section, effective_to=None)
    for version in list(standing):
        ParagraphVersion.objects.filter(pk=version.pk).update(effective_to=on)
        ParagraphVersion.objects.create(
            paragraph_id=version.paragraph_id, text=f"Amended: {version.text}", text_digest="x", effective_from=on
        )
    Edition.objects.create(
        book=book, effective_on=on, file_name="bench", file_digest="", sections=0, paragraphs=0, pending=0,
        imported_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
