"""Where does a profile lie? A path names one; so does a name, looked up in four places.

The first place that knows a name wins: the folder TIELINE_PROFILES_DIR, packages that offer a profile by the
entry point group `tieline.profiles`, the profiles inside the installed package, and those of the repository.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path

from tieline.kernel.refusal import Refusal

ENTRY_POINTS = "tieline.profiles"
HEAD_FILE = "profile.toml"
PACKAGE = Path(__file__).parent.parent


class ProfileNotFound(Refusal):
    """No profile lies where one was asked for."""


def find_profile(name_or_path: str) -> Path:
    """The directory of a profile, given by path or by the name it is installed under."""
    path = Path(name_or_path).expanduser()
    if (path / HEAD_FILE).is_file():
        return path
    installed = installed_profiles()
    if name_or_path in installed:
        return installed[name_or_path]
    if path.is_dir():
        raise ProfileNotFound(f"The directory {path} holds no {HEAD_FILE}, so it is not a profile.")
    raise ProfileNotFound(f"There is no profile {name_or_path!r}; installed are: {_listed(installed)}.")


def only_installed() -> str:
    """The one profile with a plain name; those that begin with an underscore are patterns to copy."""
    names = [name for name in installed_profiles() if not name.startswith("_")]
    if len(names) != 1:
        raise ProfileNotFound(
            f"Set TIELINE_PROFILE to the profile this installation serves; installed are: {_listed(names)}."
        )
    return names[0]


def installed_profiles() -> Mapping[str, Path]:
    """Every profile that can be named."""
    found: dict[str, Path] = {}
    for name, directory in (*_in_chosen_folder(), *_offered(), *_beside_the_code()):
        found.setdefault(name, directory)
    return found


def _in_chosen_folder() -> Iterator[tuple[str, Path]]:
    chosen = os.environ.get("TIELINE_PROFILES_DIR")
    if chosen:
        yield from _in_folder(Path(chosen).expanduser())


def _offered() -> Iterator[tuple[str, Path]]:
    for point in entry_points(group=ENTRY_POINTS):
        directory = Path(str(files(point.value)))
        if (directory / HEAD_FILE).is_file():
            yield point.name, directory


def _beside_the_code() -> Iterator[tuple[str, Path]]:
    yield from _in_folder(PACKAGE / "profiles_data")
    yield from _in_folder(PACKAGE.parent / "profiles")


def _in_folder(folder: Path) -> Iterator[tuple[str, Path]]:
    for head in sorted(folder.glob(f"*/{HEAD_FILE}")):
        yield head.parent.name, head.parent


def _listed(names: Mapping[str, Path] | list[str]) -> str:
    return ", ".join(names) or "none"
