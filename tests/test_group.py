"""Does `tieline up` start as one, mend itself, and leave nothing running, however it is ended?

Every test runs the real command on a throw-away instance of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[1]
OUTSIDE = ("TIELINE_DATABASE_URL", "TIELINE_DATABASE_OWNER_URL", "TIELINE_PUBLIC_ADDRESS", "TIELINE_LIVE_ADDRESS")
PATIENCE_SECONDS = 90.0


def wait_until(holds: Callable[[], object], what: str, *, seconds: float = PATIENCE_SECONDS) -> None:
    """Look again and again until it holds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"waited {seconds:.0f} s in vain: {what}"
        time.sleep(0.1)


def two_free_ports() -> int:
    """A port that is free together with the next."""
    while True:
        with socket.socket() as probe, socket.socket() as next_:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
            with suppress(OSError, OverflowError):
                next_.bind(("127.0.0.1", port + 1))
                return port


@dataclass
class Instance:
    """A throw-away instance: its home, its port, and the groups started on it."""

    home: Path
    port: int = field(default_factory=two_free_ports)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def environment(self, **others: str) -> dict[str, str]:
        """The environment of a stranger's shell, with this instance's home."""
        return {name: value for name, value in os.environ.items() if name not in OUTSIDE} | {
            "TIELINE_HOME": str(self.home),
            **others,
        }

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """A command that ends by itself."""
        command = [sys.executable, "-m", "tieline", *arguments]
        return subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )

    def up(self) -> subprocess.Popen[str]:
        """Start the group and wait until its pages answer that all is well."""
        log = (self.home.parent / f"log-{len(self.started)}").open("w")
        command = [sys.executable, "-m", "tieline", "up", "--port", str(self.port)]
        group = subprocess.Popen(
            command, cwd=ROOT, env=self.environment(), stdout=log, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip
        self.started.append(group)
        wait_until(lambda: self.is_well() or group.poll() is not None, f"the pages answer\n{self.log()}")
        assert group.poll() is None, self.log()
        return group

    def log(self) -> str:
        """The end of the log of the group started last."""
        return (self.home.parent / f"log-{len(self.started) - 1}").read_text()[-3000:]

    def health(self) -> dict[str, object]:
        """What /healthz answers; nothing while nobody does."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as unwell:
            return dict(json.load(unwell))
        except OSError:
            return {}

    def is_well(self) -> bool:
        """Whether all parts are heard of."""
        return self.health().get("ok") is True

    def postmaster(self) -> int:
        """The process of this instance's PostgreSQL."""
        return int((self.home / "postgres" / "postmaster.pid").read_text().splitlines()[0])

    def processes(self) -> list[psutil.Process]:
        """Everything that runs for this instance, parts and PostgreSQL alike."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.status() != psutil.STATUS_ZOMBIE and self._is_ours(process):
                    found.append(process)
        return found

    def _is_ours(self, process: psutil.Process) -> bool:
        if process.environ().get("TIELINE_HOME") == str(self.home):
            return True
        return "postgres" in process.name() and str(self.home) in " ".join([*process.cmdline(), process.cwd()])


@pytest.fixture
def instance() -> Iterator[Instance]:
    """An instance in a short path (sockets have short names); whatever still runs on it is killed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="tl-"))
    made = Instance(folder / "home")
    yield made
    for process in made.processes():
        with suppress(psutil.Error):
            process.kill()
    for group in made.started:
        group.wait()
    shutil.rmtree(folder, ignore_errors=True)


def part(group: subprocess.Popen[str], name: str) -> psutil.Process:
    """The process of one part of the group."""
    seen: list[psutil.Process] = []  # one that was just killed may be gone when it is asked for again

    def runs() -> bool:
        seen.extend(_parts(group, name))
        return bool(seen)

    wait_until(runs, f"the {name} runs")
    return seen[0]


def _parts(group: subprocess.Popen[str], name: str) -> list[psutil.Process]:
    found = []
    for child in psutil.Process(group.pid).children():
        with suppress(psutil.Error):
            if child.cmdline()[-2:] == ["tieline", name]:
                found.append(child)
    return found


@pytest.mark.slow
def test_the_group_comes_up_mends_itself_and_stops_with_everything(instance: Instance) -> None:
    group = instance.up()
    postmaster = instance.postmaster()

    killed = part(group, "worker")
    killed.kill()
    wait_until(lambda: part(group, "worker").pid != killed.pid, "the worker is started again")
    wait_until(instance.is_well, "all is well again")
    report = instance.health()
    psutil.Process(group.pid).send_signal(signal.SIGTERM)
    status = group.wait(60)

    assert (report["database"], report["causes"]) == ("up", [])
    assert "worker | died with status -9; starting again" in instance.log()
    assert status == 0, instance.log()
    assert postmaster not in {process.pid for process in instance.processes()}
    assert instance.processes() == []


def is_part(process: psutil.Process) -> bool:
    """Whether it is one of the group's own; the database outlives them, and what just ended is none."""
    with suppress(psutil.NoSuchProcess):
        return "postgres" not in process.name()
    return False


@pytest.mark.slow
def test_a_group_killed_outright_takes_its_parts_along_and_the_next_start_recovers(instance: Instance) -> None:
    group = instance.up()
    instance.run("staff", "add", "ana", "--name", "Ana", "--email", "ana@x.example", "--role", "agent",
                 TIELINE_PASSWORD="a-long-enough-secret")  # fmt: skip
    postmaster = instance.postmaster()

    group.kill()
    group.wait()
    wait_until(lambda: not any(is_part(one) for one in instance.processes()), "the parts end with their group",
               seconds=60)  # fmt: skip
    psutil.Process(postmaster).kill()
    again = instance.up()
    twice = instance.run("staff", "add", "ana", "--name", "Ana", "--email", "ana@x.example", "--role", "agent",
                         TIELINE_PASSWORD="a-long-enough-secret")  # fmt: skip

    assert instance.postmaster() != postmaster
    assert (twice.returncode, twice.stderr.strip()) == (
        1, "tieline: There is already a staff user called ana or with that mail address.",
    )  # fmt: skip
    again.send_signal(signal.SIGINT)
    assert again.wait(60) == 0
    assert instance.processes() == []


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.4, 0.8, 1.2, 1.8])
def test_a_first_start_that_was_killed_is_no_obstacle_to_the_next(instance: Instance, seconds: float) -> None:
    first = subprocess.Popen(
        [sys.executable, "-m", "tieline", "journal", "verify"],
        cwd=ROOT,
        env=instance.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    first.kill()
    first.wait()

    again = instance.run("journal", "verify")

    assert again.returncode == 0, again.stderr
    wait_until(lambda: instance.processes() == [], "PostgreSQL is gone", seconds=20)


DYING_BEFORE_A_MIGRATION_IS_NOTED = """
import os, sys
from django.db.migrations.recorder import MigrationRecorder
noted = MigrationRecorder.record_applied
def record_applied(self, app, name):
    os._exit(9) if (app, name) == ("rulebook", "0001_first") else noted(self, app, name)
MigrationRecorder.record_applied = record_applied
from tieline.cli.main import main
sys.exit(main(["journal", "verify"]))
"""


@pytest.mark.slow
def test_a_start_killed_between_tables_and_their_note_is_no_obstacle_to_the_next(instance: Instance) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", DYING_BEFORE_A_MIGRATION_IS_NOTED], cwd=ROOT, env=instance.environment(), check=False
    )
    again = instance.run("journal", "verify")

    assert killed.returncode == 9
    assert again.returncode == 0, again.stderr


@pytest.mark.slow
def test_a_stale_pid_file_that_names_somebody_else_is_no_obstacle_and_harms_nobody(instance: Instance) -> None:
    assert instance.run("journal", "verify").returncode == 0
    bystander = subprocess.Popen(["sleep", "60"])
    data = instance.home / "postgres"
    stale = [str(bystander.pid), str(data), "1760000000", "5432", str(data), "", "  123 456", "ready"]
    (data / "postmaster.pid").write_text("\n".join(stale) + "\n")
    handles = data / ".handle_pids.json"
    handles.write_text(json.dumps([bystander.pid, 999_999_999]))
    os.utime(handles, (0, 0))

    done = instance.run("journal", "verify")
    lives = bystander.poll() is None
    bystander.kill()
    bystander.wait()

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("0 events verified; head ")
    assert lives
    assert instance.processes() == []


@pytest.mark.slow
def test_two_commands_that_begin_at_once_on_a_fresh_instance_both_work(instance: Instance) -> None:
    command = [sys.executable, "-m", "tieline", "journal", "verify"]
    both = [
        subprocess.Popen(command, cwd=ROOT, env=instance.environment(), stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]

    told = [one.communicate(timeout=PATIENCE_SECONDS)[1] for one in both]

    assert ([one.returncode for one in both], told) == ([0, 0], ["", ""])
    assert instance.processes() == []


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a refused command."""
    assert (done.returncode, done.stdout) == (1, ""), done.stdout + done.stderr
    assert done.stderr.startswith("tieline: ")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.removeprefix("tieline: ").strip()


@pytest.mark.parametrize("offset", [0, 1], ids=["the pages' port", "the live updates' port"])
def test_a_port_that_is_taken_is_said_before_anything_starts(instance: Instance, offset: int) -> None:
    with socket.create_server(("127.0.0.1", instance.port + offset)):
        told = refusal(instance.run("up", "--port", str(instance.port)))

    assert told.startswith(f"Port {instance.port + offset} of 127.0.0.1 cannot be used: it is taken;")
    assert not instance.home.exists()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--port", "0"), "Port 0 of 127.0.0.1 cannot be used: there is no such port"),
        (("--port", "65535"), "Port 65536 of 127.0.0.1 cannot be used: there is no such port"),
        (("--host", "192.0.2.1"), "of 192.0.2.1 cannot be used: Cannot assign requested address"),
        (("--host", "no.such.host.invalid"), "of no.such.host.invalid cannot be used:"),
    ],
)
def test_an_address_that_cannot_be_listened_on_is_refused_with_its_cause(
    instance: Instance, arguments: tuple[str, str], expected: str
) -> None:
    assert expected in refusal(instance.run("up", *arguments))


def test_data_of_another_postgresql_are_left_alone(instance: Instance) -> None:
    data = instance.home / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("14\n")

    told = refusal(instance.run("up", "--port", str(instance.port)))

    assert f"The data in {data} was written by PostgreSQL 14, but this installation brings version 18" in told
    assert sorted(path.name for path in data.iterdir()) == ["PG_VERSION"]


def test_a_data_directory_that_is_a_file_is_named(instance: Instance) -> None:
    instance.home.mkdir()
    (instance.home / "postgres").write_text("not a directory")

    told = refusal(instance.run("up", "--port", str(instance.port)))

    assert told == f"{instance.home / 'postgres'} should be PostgreSQL's data directory but is a file."


def test_a_data_directory_with_other_things_in_it_is_not_touched(instance: Instance) -> None:
    (instance.home / "postgres").mkdir(parents=True)
    (instance.home / "postgres" / "diary.txt").write_text("dear diary")

    told = refusal(instance.run("up", "--port", str(instance.port)))

    assert "is neither empty nor a PostgreSQL data directory" in told
    assert (instance.home / "postgres" / "diary.txt").read_text() == "dear diary"


@pytest.mark.parametrize("home", ["/proc/no/such/place", "/dev/null", "/dev/null/below"])
def test_a_home_that_cannot_be_made_is_named(instance: Instance, home: str) -> None:
    told = refusal(instance.run("up", "--port", str(instance.port), TIELINE_HOME=home))

    assert told.startswith(f"The instance directory {home} cannot be used (")
    assert told.endswith("set TIELINE_HOME to a writable one.")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgresql://app@127.0.0.1:1/tieline", "The database cannot be reached: connection"),
        ("host=/no/such/socket dbname=tieline", "The database cannot be reached: connection"),
        ("postgresql://app:secret@[::1/tieline", "The database's address cannot be read; expected postgresql://"),
        ("nonsense", "The database's address cannot be read; expected postgresql://"),
    ],
    ids=["nobody listens", "no socket", "broken address", "no address"],
)
def test_an_outside_database_that_cannot_be_used_is_said_in_one_sentence(
    instance: Instance, address: str, expected: str
) -> None:
    told = refusal(instance.run("up", "--port", str(instance.port), TIELINE_DATABASE_URL=address))

    assert told.startswith(expected)
    assert "secret" not in told


def test_an_outside_database_needs_an_owner_of_its_own(instance: Instance, committed: str) -> None:
    told = refusal(instance.run("up", "--port", str(instance.port), TIELINE_DATABASE_URL=committed))

    assert told.startswith("TIELINE_DATABASE_OWNER_URL is not set")


def test_a_role_that_row_level_security_does_not_bind_is_refused(instance: Instance, committed: str) -> None:
    owner = os.environ["TIELINE_DATABASE_OWNER_URL"]

    told = refusal(instance.run("up", "--port", str(instance.port), TIELINE_DATABASE_URL=owner))

    assert "is a superuser or owns Tieline's tables, so that row-level security would not bind it" in told
