"""Is there a book of the name that was given? A slip of the pen is to be told from a book in which nothing was found.

Asked when the instance is ready.
"""

from __future__ import annotations

from tieline.kernel.refusal import Refusal


class UnreadBook(Refusal):
    """No edition of the book was read in."""

    def __init__(self, key: str, read: list[str]) -> None:
        super().__init__(f"No edition of a rule book “{key}” was read in; there is {', '.join(read) or 'none'}.")


def refuse_unread(key: str | None) -> None:
    """Refuse UnreadBook unless an edition of the book, or of one that stands in its place, was read in."""
    read = _read()
    if key is not None and read.isdisjoint(_meant_by(key)):
        raise UnreadBook(key, sorted(read))


def refuse_unheard_of(key: str | None) -> None:
    """Refuse UnreadBook unless the book was read in or the profile lists it."""
    if key is not None and not is_listed(key):
        refuse_unread(key)


def is_listed(key: str) -> bool:
    """Whether the profile lists a book of this key."""
    from tieline.kernel.profile import current_profile
    from tieline.rulebook.profile import Rulebook

    return any(one.key == key for one in current_profile().get(Rulebook).books)


def _read() -> set[str]:
    from tieline.rulebook.queries import books

    return {one.key for one in books()}


def _meant_by(key: str) -> tuple[str, ...]:
    from tieline.kernel.profile import current_profile
    from tieline.rulebook.profile import Rulebook

    return current_profile().get(Rulebook).meant_by(key)
