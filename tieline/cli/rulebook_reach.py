"""`tieline rulebook reach|reports|report`: what rests on a section, and what the changes of the rules ask of whom."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tieline.cli.days import day
from tieline.cli.named_books import refuse_unheard_of
from tieline.cli.written_files import write_file
from tieline.kernel import clock
from tieline.project.bootstrap import instance_ready


def add_to(acts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the commands."""
    reach = acts.add_parser("reach", help="list what a section governs: procedures, templates, service levels, cases")
    reach.add_argument("section", metavar="SECTION")
    reach.add_argument("--book", metavar="KEY")
    reach.add_argument("--as-at", metavar="DATE", type=day)
    reach.set_defaults(run=run_reach)
    reports = acts.add_parser("reports", help="list the change reports and how far their decisions are")
    reports.add_argument("--make", action="store_true", help="make those now that the worker has not made yet")
    reports.set_defaults(run=run_reports)
    report = acts.add_parser("report", help="show one change report with its tasks")
    report.add_argument("id", metavar="ID", type=int)
    report.add_argument("--csv", metavar="FILE", type=Path, help="write the tasks as rows")
    report.set_defaults(run=run_report)
    for act in (reach, reports, report):
        act.add_argument("--json", action="store_true", help="print the result as data")


def run_reach(chosen: argparse.Namespace) -> int:
    """List what a section governs."""
    with instance_ready():
        from tieline.kernel.actor import SYSTEM
        from tieline.kernel.profile import current_profile
        from tieline.kernel.viewing import viewing_as
        from tieline.rulebook.reach.mapping import rule_map

        refuse_unheard_of(chosen.book)
        profile = current_profile()
        as_at = chosen.as_at or clock.now().astimezone(profile.time_zone).date()
        with viewing_as(SYSTEM):
            rows = rule_map(profile=profile, as_at=as_at, book=chosen.book or "", section=chosen.section)
    lines = []
    for row in rows:
        cases = f"  ({row.cases} cases)" if row.cases else ""
        lines.append(f"{row.book_name} {row.section} {row.title}{cases}")
        lines += [f"    {one.kind}: {one.name}{f' ({one.owner})' if one.owner else ''}" for one in row.governed]
    _print([row.as_data() for row in rows], chosen, lines or [f"Nothing rests on Section {chosen.section}."])
    return 0


def run_reports(chosen: argparse.Namespace) -> int:
    """List the reports; first make the missing ones, if so asked."""
    with instance_ready():
        from tieline.kernel.actor import SYSTEM
        from tieline.kernel.viewing import viewing_as
        from tieline.rulebook.reach import queries

        with viewing_as(SYSTEM):
            if chosen.make:
                _make_missing()
            listed = queries.reports()
    lines = [
        f"{one.id:5} {one.title}{'' if one.effective_on else ' (not in force)'}: {one.decided} of {one.total} decided, "
        + ", ".join(f"{count} {what}" for what, count in one.counts.items())
        for one in listed
    ]
    _print([one.as_data() for one in listed], chosen, lines or ["No change has been reported yet."])
    return 0


def run_report(chosen: argparse.Namespace) -> int:
    """Show a report, and write its tasks to the file asked for."""
    with instance_ready():
        from tieline.kernel.actor import SYSTEM
        from tieline.kernel.viewing import viewing_as
        from tieline.rulebook.reach import queries
        from tieline.rulebook.reach.files import tasks_as_csv

        with viewing_as(SYSTEM):
            line, tasks = queries.report(chosen.id), queries.tasks_of_report(chosen.id)
        if chosen.csv:
            write_file(chosen.csv, tasks_as_csv(tasks))
    lines = [line.title, f"{line.decided} of {line.total} decided"]
    lines += [f"{share.owner or 'nobody named'}: {share.decided} of {share.total}" for share in line.shares]
    lines += [
        f"{one.decision or ('settled' if one.is_settled else 'open'):9} {one.fault:8} {one.kind} “{one.name}” "
        f"cites {one.label}"
        for one in tasks
    ]
    _print({**line.as_data(), "tasks": [one.as_data() for one in tasks]}, chosen, lines)
    return 0


def _make_missing() -> None:
    from tieline.kernel.actor import SYSTEM
    from tieline.rulebook.reach import queries
    from tieline.rulebook.reach.actions import make_report, report_request

    for edition in queries.unreported_editions():
        make_report(edition, by=SYSTEM, at=clock.now(), progress=_say)
    for book, request in queries.unreported_requests():
        report_request(book, request, by=SYSTEM, at=clock.now(), progress=_say)


def _say(words: str) -> None:
    print(f"tieline: {words}", file=sys.stderr, flush=True)


def _print(shown: object, chosen: argparse.Namespace, lines: list[str]) -> None:
    print(json.dumps(shown, indent=2, ensure_ascii=False, default=str) if chosen.json else "\n".join(lines))
