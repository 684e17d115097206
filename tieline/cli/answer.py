"""`tieline answer`: the sentences of the rules that answer a question on a day, or what came nearest."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tieline.cli.days import day
from tieline.cli.reading_ahead import read_ahead
from tieline.kernel import clock
from tieline.project.bootstrap import instance_ready

if TYPE_CHECKING:
    from tieline.rulebook.answering import Answer

ANSWERED, WRONG_USAGE, NOT_ANSWERED = 0, 2, 3


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "answer",
        help="answer a question with sentences quoted from the rules",
        epilog="Exit status: 0 answered, 2 wrong usage, 3 not answered: only the nearest passages are named.",
    )
    parser.add_argument("question", metavar="QUESTION")
    parser.add_argument("--as-at", metavar="DATE", type=day, help="the day asked about (today)")
    parser.add_argument("--book", metavar="KEY", help="only this book")
    parser.add_argument("--json", action="store_true", help="print the answer as data, with the places of the quotes")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Answer and print; the exit status says whether there was an answer."""
    if not chosen.question.strip():
        print("tieline: Nothing was asked; write the question in quotation marks.", file=sys.stderr)
        return WRONG_USAGE
    with instance_ready():
        from tieline.kernel.profile import current_profile
        from tieline.rulebook.answering import LONGEST_QUESTION, answer
        from tieline.rulebook.queries import books

        known = [one.key for one in books()]
        if chosen.book is not None and chosen.book not in known:
            print(f"tieline: No book “{chosen.book}” was read in; there is {', '.join(known) or 'none'}.",
                  file=sys.stderr)  # fmt: skip
            return WRONG_USAGE
        if len(" ".join(chosen.question.split())) > LONGEST_QUESTION:
            print(f"tieline: Only the first {LONGEST_QUESTION:,} characters of the question are read.", file=sys.stderr)
        as_at = chosen.as_at or clock.now().astimezone(current_profile().time_zone).date()
        read_ahead(as_at)
        found = answer(chosen.question, as_at=as_at, book=chosen.book)
    print(json.dumps(found.as_data(), indent=2, ensure_ascii=False) if chosen.json else "\n".join(_lines(found)))
    return ANSWERED if found.is_answered else NOT_ANSWERED


def _lines(found: Answer) -> Iterator[str]:
    """The answer for reading."""
    yield found.verdict
    if found.nearest:
        yield "Nearest:"
    for sentence in found.sentences:
        yield f"\n“{' '.join(sentence.quote.split())}”"
        yield f"    {sentence.label} {sentence.title}, in force since {sentence.effective_from}"
        yield f"    {sentence.why}"
    for hit in found.nearest:
        yield f"\n{hit.label} {hit.title}\n    {' '.join(hit.text.split())[:200]}"
    for without in found.missing:
        yield f"\n{without}"
