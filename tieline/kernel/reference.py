"""How do contexts speak of each other's objects without importing each other? By Reference: a kind and an id.

The journal, clocks and search index hold references; a door resolves one to a link.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Reference:
    """A pointer such as `case:1042`. `kind` is the field's word; `id` is the object's key as text."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Reference:
        """The reference written as `kind:id`; ValueError when there is no colon or a part is empty."""
        kind, _, id_ = text.partition(":")
        if not kind or not id_:
            raise ValueError(f"not a reference: {text!r}")
        return cls(kind, id_)
