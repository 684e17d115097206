"""`tieline rulebook`: import editions, list sections, find paragraphs."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from tieline.cli import rulebook_evaluate, rulebook_learn, rulebook_library, rulebook_reach
from tieline.cli.days import day
from tieline.cli.named_books import is_listed, refuse_unread
from tieline.cli.reading_ahead import read_ahead
from tieline.cli.written_files import write_file
from tieline.kernel import clock
from tieline.project.bootstrap import instance_ready


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the commands."""
    parser = commands.add_parser("rulebook", help="import, list and search market rules")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    import_ = acts.add_parser("import", help="import an edition of a book from PDF, DOCX or HTML")
    import_.add_argument("file", metavar="FILE", type=Path)
    import_.add_argument("--book", required=True, metavar="KEY")
    import_.add_argument("--effective", required=True, metavar="DATE", type=day)
    import_.set_defaults(run=run_import)
    sections = acts.add_parser("sections", help="list a book's sections as at a date")
    sections.add_argument("--book", required=True, metavar="KEY")
    sections.set_defaults(run=run_sections)
    rulebook_evaluate.add_to(acts)
    rulebook_learn.add_to(acts)
    rulebook_library.add_to(acts)
    rulebook_reach.add_to(acts)
    find = acts.add_parser("find", help="find paragraphs by number or words as at a date")
    find.add_argument("text", metavar="TEXT", type=_asked)
    find.add_argument("--book", metavar="KEY")
    find.add_argument("--limit", type=_limit, default=10, metavar="N")
    find.set_defaults(run=run_find)
    changes = acts.add_parser("changes", help="list what changed in a book between two dates")
    changes.add_argument("--book", required=True, metavar="KEY")
    changes.add_argument("--from", dest="from_day", required=True, metavar="DATE", type=day)
    changes.add_argument("--to", dest="to_day", required=True, metavar="DATE", type=day)
    changes.add_argument("--csv", metavar="FILE", type=Path, help="write the paragraphs as rows")
    changes.add_argument("--docx", metavar="FILE", type=Path, help="write a Word file with tracked changes")
    changes.set_defaults(run=run_changes)
    verify = acts.add_parser("verify", help="check every stored citation against the rules")
    verify.set_defaults(run=run_verify)
    citations = acts.add_parser("citations", help="list citations in a book that lead nowhere")
    citations.add_argument("--book", required=True, metavar="KEY")
    citations.set_defaults(run=run_citations)
    for act in (sections, find, verify, citations):
        act.add_argument("--as-at", metavar="DATE", type=day)
    for act in (import_, sections, find, changes, verify, citations):
        act.add_argument("--json", action="store_true", help="print the result as data")


def _limit(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text[:5]) <= 1000:
        raise argparse.ArgumentTypeError("expected a number from 1 to 1000")
    return int(text)


def _asked(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("expected words or a section number")
    return text


def run_import(chosen: argparse.Namespace) -> int:
    """Import in one transaction and print the report."""
    with instance_ready():
        from tieline.kernel.actor import SYSTEM
        from tieline.kernel.viewing import viewing_as
        from tieline.rulebook.actions import import_edition

        with viewing_as(SYSTEM):
            report = import_edition(
                chosen.file,
                book=chosen.book,
                effective_on=chosen.effective,
                by=SYSTEM,
                at=clock.now(),
                progress=_show_progress,
            )
        _warn_of_unlisted(chosen.book)
    _print(report.as_data(), chosen, report.lines())
    return 0


def _warn_of_unlisted(book: str) -> None:
    """A key that is not the profile's makes a book of its own, to which no citation by name leads."""
    if not is_listed(book):
        stands = "it stands by itself, and no citation leads to it by name"
        print(f"tieline: The profile lists no book “{book}”: {stands}.", file=sys.stderr)


def _show_progress(read: int, pages: int) -> None:
    """On a terminal, one line that is written over and gone when all pages are read."""
    if sys.stderr.isatty():
        words = f"reading page {read} of {pages}" if read < pages else ""
        print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)


def run_sections(chosen: argparse.Namespace) -> int:
    """List sections."""
    with instance_ready():
        from tieline.rulebook.queries import sections

        rows = sections(chosen.book, as_at=_as_at(chosen))
    lines = [f"{row.number:12} {row.title}  ({row.paragraphs})" for row in rows]
    _print([row.as_data() for row in rows], chosen, lines)
    return 0


def run_find(chosen: argparse.Namespace) -> int:
    """Find paragraphs; what the model has not read yet is read first, and told on standard error."""
    with instance_ready():
        from tieline.rulebook.finding.searching import asks_in_words
        from tieline.rulebook.queries import search

        refuse_unread(chosen.book)
        if asks_in_words(chosen.text, as_at=_as_at(chosen), book=chosen.book):
            read_ahead(_as_at(chosen))
        found = search(chosen.text, as_at=_as_at(chosen), book=chosen.book, limit=chosen.limit)
    for sentence in (*found.missing, found.says if chosen.json else ""):
        if sentence:
            print(sentence, file=sys.stderr)
    _print(found.as_data(), chosen, found.lines() or ["Nothing found."])
    return 0


def run_changes(chosen: argparse.Namespace) -> int:
    """List the changes of a book, and write them to the files asked for."""
    with instance_ready():
        from tieline.rulebook.history.change_files import as_csv, as_docx
        from tieline.rulebook.history.changes import changes

        listed = changes(chosen.book, chosen.from_day, chosen.to_day)
        if chosen.csv:
            write_file(chosen.csv, as_csv(listed))
        if chosen.docx:
            write_file(chosen.docx, as_docx(listed))
    lines = [
        f"{what}: " + ", ".join(f"{n} {kind}" for kind, n in counts.items()) for what, counts in listed.counts().items()
    ]
    lines += [f"{one.kind:8} section {one.number} {one.title}" for one in listed.sections]
    lines += [
        f"{one.kind:8} {one.at}" + (f" (was {one.was_at}, {one.certainty:.0%})" if one.kind == "moved" else "")
        for one in listed.paragraphs
    ]
    _print(listed.as_data(), chosen, lines)
    return 0


def run_verify(chosen: argparse.Namespace) -> int:
    """Check the stored citations; 1 when one quotes words that its version does not have."""
    with instance_ready():
        from tieline.kernel.actor import SYSTEM
        from tieline.kernel.viewing import viewing_as
        from tieline.rulebook.citing.proof import verify

        with viewing_as(SYSTEM):
            proof = verify(as_at=_as_at(chosen))
    lines = [f"{one.fault}: {one.kind} {one.resting.holder}: {one.says}" for one in proof.findings]
    _print(proof.as_data(), chosen, [f"{proof.checked} citations checked, {len(lines)} findings", *lines])
    return 1 if proof.is_misquoting else 0


def run_citations(chosen: argparse.Namespace) -> int:
    """List a book's citations that lead nowhere."""
    with instance_ready():
        from tieline.rulebook.citing.resolution import unresolved

        refuse_unread(chosen.book)
        found = [
            {
                "at": f"{one.section}{one.path}",
                "words": cited.words,
                "cites": str(cited.citation),
                "problem": cited.problem,
            }
            for one in unresolved(chosen.book, as_at=_as_at(chosen))
            for cited in one.citations
        ]
    _print(
        found,
        chosen,
        [f"{row['at']}: {row['words']!r}: {row['problem']}" for row in found] or ["Every citation leads to its place."],
    )
    return 0


def _as_at(chosen: argparse.Namespace) -> date:
    from tieline.kernel.profile import current_profile

    return chosen.as_at or clock.now().astimezone(current_profile().time_zone).date()


def _print(data: object, chosen: argparse.Namespace, lines: list[str]) -> None:
    print(json.dumps(data, indent=2, ensure_ascii=False, default=str) if chosen.json else "\n".join(lines))
