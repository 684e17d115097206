"""Which settings come from outside? Each is read here once, typed, and described for the operator's guide."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """One environment variable: what it means and what holds when it is not set."""

    name: str
    meaning: str
    default: str


VARIABLES: dict[str, Variable] = {}


def text(name: str, default: str, meaning: str) -> str:
    """The variable's text, or its default."""
    VARIABLES[name] = Variable(name, meaning, default)
    return os.environ.get(name, default)


def number(name: str, default: int, meaning: str) -> int:
    """The variable as a whole number; a clear error when it is not one."""
    written = text(name, str(default), meaning)
    try:
        return int(written)
    except ValueError:
        raise SystemExit(f"{name} should be a whole number, found {written!r}.") from None


def switch(name: str, default: bool, meaning: str) -> bool:
    """The variable as yes or no (1, true, yes, on / 0, false, no, off)."""
    written = text(name, "yes" if default else "no", meaning).strip().lower()
    if written in {"1", "true", "yes", "on"}:
        return True
    if written in {"0", "false", "no", "off", ""}:
        return False
    raise SystemExit(f"{name} should be yes or no, found {written!r}.")
