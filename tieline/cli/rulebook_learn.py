"""`tieline rulebook learn`, `rankers` and `rollback`: the search learns from what was cited, and takes it back."""

from __future__ import annotations

import argparse
import json

from tieline.cli.days import day
from tieline.cli.reading_ahead import read_ahead
from tieline.kernel import clock
from tieline.project.bootstrap import instance_ready


def add_to(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the commands."""
    learn = acts.add_parser("learn", help="learn how to rank from the rules that were cited for questions")
    learn.add_argument("--as-at", metavar="DATE", type=day)
    learn.add_argument("--dry-run", action="store_true", help="measure what would be learned and keep nothing")
    learn.set_defaults(run=run_learn)
    rankers = acts.add_parser("rankers", help="list what was learned, with its figures")
    rankers.set_defaults(run=run_rankers)
    rollback = acts.add_parser("rollback", help="rank as before the ranker in use")
    rollback.set_defaults(run=run_rollback)
    for act in (learn, rankers, rollback):
        act.add_argument("--json", action="store_true", help="print the result as data")


def run_learn(chosen: argparse.Namespace) -> int:
    """Learn, measure on questions held out, promote when better."""
    with instance_ready():
        from tieline.kernel.actor import SYSTEM
        from tieline.kernel.profile import current_profile
        from tieline.kernel.viewing import viewing_as
        from tieline.rulebook.finding.ranker_actions import learn_ranker, try_ranker

        at = clock.now()
        as_at = chosen.as_at or at.astimezone(current_profile().time_zone).date()
        read_ahead(as_at)
        with viewing_as(SYSTEM):
            if chosen.dry_run:
                report = try_ranker(as_at=as_at, by=SYSTEM)
            else:
                report = learn_ranker(as_at=as_at, by=SYSTEM, at=at)
    outcome = "nothing changes"
    if report.is_better:
        outcome = f"ranker {report.number} is in use" if report.number else "it is better, and was not kept (dry run)"
    _print(
        report.as_data(),
        chosen,
        [
            f"learned from {report.questions} questions, measured on {report.held_out} others: {outcome}",
            report.verdict,
            *(f"{name:10} {report.before[name]:.4f} -> {report.after[name]:.4f}" for name in report.after),
        ],
    )
    return 0


def run_rankers(chosen: argparse.Namespace) -> int:
    """List the rankers."""
    with instance_ready():
        from tieline.kernel.actor import SYSTEM
        from tieline.rulebook.finding.ranker_actions import kept_rankers

        rows = [row.as_data() for row in kept_rankers(by=SYSTEM)]
    lines = [
        f"{row['number']:>4} {'in use' if row['in_use'] else '':7} {row.get('questions')} questions, "
        f"as at {row.get('as_at')}: {row.get('before')} -> {row.get('after')}"
        for row in rows
    ]
    _print(rows, chosen, lines or ["Nothing was learned; the search ranks untrained."])
    return 0


def run_rollback(chosen: argparse.Namespace) -> int:
    """Go back by one ranker."""
    with instance_ready():
        from tieline.kernel.actor import SYSTEM
        from tieline.kernel.viewing import viewing_as
        from tieline.rulebook.finding.ranker_actions import roll_back_ranker

        with viewing_as(SYSTEM):
            back_to = roll_back_ranker(by=SYSTEM, at=clock.now())
    now = f"ranker {back_to} is in use" if back_to else "the search ranks untrained"
    _print({"in_use": back_to}, chosen, [now])
    return 0


def _print(data: object, chosen: argparse.Namespace, lines: list[str]) -> None:
    print(json.dumps(data, indent=2, ensure_ascii=False) if chosen.json else "\n".join(lines))
