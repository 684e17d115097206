"""`tieline demo`: a throw-away instance with the profile's story in it, ready to be worked in."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tieline.cli.up import PORT, serve, set_addresses
from tieline.kernel.clock import SHIFT_VARIABLE
from tieline.project.bootstrap import CLOCK_FILE, instance_ready

DESK_ADDRESS = "clientservices@gridoperator.example"


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("demo", help="replay the demo story in a throw-away instance and serve it")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--no-serve", action="store_true", help="only replay the story (into TIELINE_HOME, kept)")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Replay, print where and as whom to sign in, serve until Ctrl-C, throw everything away."""
    keep = chosen.no_serve and "TIELINE_HOME" in os.environ
    home = Path(os.environ["TIELINE_HOME"]) if keep else Path(tempfile.mkdtemp(prefix="tieline-demo-"))
    os.environ["TIELINE_HOME"] = str(home)
    os.environ.setdefault("TIELINE_MAIL_ADDRESS", DESK_ADDRESS)
    if not chosen.no_serve:
        set_addresses("127.0.0.1", chosen.port)
    try:
        _stage_and_serve(chosen, home)
    finally:
        if not keep:
            shutil.rmtree(home, ignore_errors=True)
            print("The demonstration is gone without a trace.")
    return 0


def _stage_and_serve(chosen: argparse.Namespace, home: Path) -> None:
    began = time.monotonic()
    _show("starting PostgreSQL", 0, 1)
    with instance_ready():
        from tieline.kernel import clock
        from tieline.kernel.profile import current_profile
        from tieline.project.demo import post_office, stage

        with post_office(home / "delivered") as server:
            os.environ["TIELINE_SMTP_HOST"], os.environ["TIELINE_SMTP_PORT"] = server.host, str(server.port)
            end = stage(current_profile(), server, progress=_show)
            print(f"\rThe story is replayed ({time.monotonic() - began:.0f} s). " + " " * 30)
            if chosen.no_serve:
                return
            os.environ[SHIFT_VARIABLE] = str((end - clock.now()).total_seconds())
            (home / CLOCK_FILE).write_text(os.environ[SHIFT_VARIABLE])
            serve("127.0.0.1", chosen.port, then=lambda: _say_where(chosen.port, home))


def _show(what: str, done: int, total: int) -> None:
    """Progress on one line; a line a step where the output is not a terminal."""
    if sys.stdout.isatty():
        filled = int(24 * done / max(total, 1))
        print(f"\r{what:20} [{'#' * filled}{'.' * (24 - filled)}] {done}/{total} ", end="", flush=True)
    elif done in (0, total) or done % 100 == 0:
        print(f"{what}: {done}/{total}", flush=True)


def _say_where(port: int, home: Path) -> None:
    from tieline.project.demo import PASSWORD

    print(f"""
  Open     http://127.0.0.1:{port}
  Sign in  ana.ortiz (account manager) · ravi.menon (lead) · lena.fox (administrator)
  Password {PASSWORD}

  Mail we send arrives in {home / "delivered"}
  Write in: TIELINE_HOME={home} bin/tieline ingest some-message.eml
""", flush=True)  # fmt: skip
