"""Who is acting? A small value that actions, the journal and row-level security share.

`identity` makes actors of staff users, `participants` of their people; the machine itself is SYSTEM.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tieline.kernel.reference import Reference


@dataclass(frozen=True)
class Actor:
    """Somebody (or the system) who looks or acts.

    `rights` are what they may do, such as `desk.close`. `viewer` is what the database is told about them: words
    such as `staff:12 see:desk`, `participant:17` or `system`; an empty viewer sees nothing.
    """

    reference: Reference
    name: str
    rights: frozenset[str] = field(default_factory=frozenset)
    viewer: str = ""

    @property
    def is_system(self) -> bool:
        """Whether this is the machine acting by itself."""
        return self.viewer == "system"

    def may(self, right: str) -> bool:
        """Whether this actor holds the right; the system holds every right."""
        return self.is_system or right in self.rights


def viewer_of_staff(user_id: int, rights: frozenset[str]) -> str:
    """The viewer words of a staff user: each right `<context>.see` becomes `see:<context>`."""
    seen = sorted(right.removesuffix(".see") for right in rights if right.endswith(".see"))
    return " ".join([f"staff:{user_id}", *(f"see:{context}" for context in seen)])


SYSTEM = Actor(Reference("system", "tieline"), "Tieline", viewer="system")
NOBODY = Actor(Reference("nobody", "-"), "Nobody")
PUBLIC = Actor(Reference("public", "-"), "The public", viewer="public")
