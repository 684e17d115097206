"""`tieline up`: web, worker, ticker and live updates as one group with one log."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from tieline.kernel.refusal import Refusal
from tieline.project.bootstrap import instance_ready
from tieline.project.first_answer import say_when_answered
from tieline.project.group import Part, ProcessGroup, why_not_listen

PORT = 8800


class PortUnusable(Refusal):
    """Nothing of ours can listen there."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(
            f"Port {port} of {host} cannot be used: {why}; choose another with --port (the next one is used as well)."
        )


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the commands."""
    parser = commands.add_parser("up", help="run web, worker, ticker and live updates")
    parser.add_argument(
        "--port", type=int, default=PORT, help=f"for the pages (default {PORT}); live updates use the next"
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.set_defaults(run=run)
    for name in ("worker", "ticker"):
        part = commands.add_parser(name, help=f"run only the {name}, on another machine for instance")
        part.set_defaults(run=run_part, part=name)


def run(chosen: argparse.Namespace) -> int:
    """Bring everything up and stay until a signal; the embedded database is stopped with it."""
    set_addresses(chosen.host, chosen.port)
    with instance_ready():
        serve(chosen.host, chosen.port)
    return 0


def set_addresses(host: str, port: int) -> None:
    """Refuse ports that cannot be used; tell the parts where they are found, unless the environment says so."""
    for wanted in (port, port + 1):
        why = why_not_listen(host, wanted)
        if why is not None:
            raise PortUnusable(host, wanted, why)
    shown = "127.0.0.1" if host == "0.0.0.0" else host
    os.environ.setdefault("TIELINE_PUBLIC_ADDRESS", f"http://{shown}:{port}")
    os.environ.setdefault("TIELINE_LIVE_ADDRESS", f"http://{shown}:{port + 1}/live")


def serve(host: str, port: int, *, then: Callable[[], None] | None = None) -> None:
    """Run the group until it is asked to stop; where it is, and what else there is to say, once its pages answer."""
    group = ProcessGroup(
        (
            Part.granian("web", "wsgi", "tieline.project.wsgi:application", host, port, workers=2),
            Part.granian("live", "asgi", "tieline.project.live:application", host, port + 1, workers=1),
            Part.command("worker"),
            Part.command("ticker"),
        )
    )
    address = os.environ["TIELINE_PUBLIC_ADDRESS"]
    said = f"Tieline is up at {address} (Ctrl-C stops it)"
    say_when_answered(host, port, said, then=then)
    group.run()


def run_part(chosen: argparse.Namespace) -> int:
    """Run one part by itself."""
    with instance_ready():
        from tieline.project import processes

        (processes.run_worker if chosen.part == "worker" else processes.run_ticker)()
    return 0
