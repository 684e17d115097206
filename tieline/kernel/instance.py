"""Where does this instance keep its things? One directory, named by TIELINE_HOME, created when missing."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path

import platformdirs

from tieline.kernel.files import FileStore
from tieline.kernel.refusal import Refusal


class HomeUnusable(Refusal):
    """The instance's directory cannot be created or written."""

    def __init__(self, home: Path, cause: OSError) -> None:
        super().__init__(
            f"The instance directory {home} cannot be used ({cause.strerror}); set TIELINE_HOME to a writable one."
        )


def home() -> Path:
    """The instance's directory: TIELINE_HOME, else the user's data directory."""
    chosen = os.environ.get("TIELINE_HOME")
    path = Path(chosen).expanduser().resolve() if chosen else platformdirs.user_data_path("tieline")
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as cause:
        raise HomeUnusable(path, cause) from cause
    return path


def files() -> FileStore:
    """The store of mail bytes, attachments and imported documents."""
    return FileStore(home() / "files")


def secret() -> str:
    """The instance's signing secret, made at first use and readable by its owner only."""
    path = home() / "secret"
    if not path.exists():
        part = home() / f"secret.{os.getpid()}"
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        with suppress(FileExistsError):
            os.link(part, path)
        part.unlink()
    return path.read_text()


def earlier_secrets() -> list[str]:
    """Secrets the instance had before, one a line: nothing is signed with them any more, what was still counts."""
    path = home() / "earlier-secrets"
    lines = path.read_text().splitlines() if path.exists() else []
    return [line.strip() for line in lines if line.strip()]
