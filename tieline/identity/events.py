"""What happens to staff accounts."""

from dataclasses import dataclass

from tieline.journal.events import Event, event


@event("staff.added")
@dataclass(frozen=True)
class StaffAdded(Event):
    """A staff user was given an account."""

    username: str
    role: str


@event("staff.changed_password")
@dataclass(frozen=True)
class PasswordChanged(Event):
    """A staff user's password was changed; every session begun with the old one has ended."""


@event("staff.deactivated")
@dataclass(frozen=True)
class StaffDeactivated(Event):
    """A staff user's account was closed."""


@event("staff.signed_in")
@dataclass(frozen=True)
class SignedIn(Event):
    """A staff user signed in."""
