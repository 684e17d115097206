"""What changes staff accounts: adding, passwords, deactivating, and the sign-in itself with its throttle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from tieline.identity.events import PasswordChanged, SignedIn, StaffAdded, StaffDeactivated
from tieline.identity.models import Role, SignInAttempt, Team, User
from tieline.identity.permissions import require
from tieline.identity.profile import Teams
from tieline.journal.actions import record
from tieline.kernel.actor import SYSTEM, Actor
from tieline.kernel.reference import Reference
from tieline.kernel.refusal import Refusal
from tieline.kernel.viewing import viewing_as

WINDOW = timedelta(minutes=15)
TRIES_PER_NAME = 6
TRIES_PER_ADDRESS = 30


class WrongNameOrPassword(Refusal):
    """Said for an unknown name, a wrong password and a closed account alike."""

    def __init__(self) -> None:
        super().__init__("The name or the password is not right.")


class TooManyTries(Refusal):
    """The throttle: said before the password is looked at."""

    def __init__(self) -> None:
        super().__init__(f"Too many tries; wait {WINDOW.seconds // 60} minutes and try again.")


class UnfitPassword(Refusal):
    """The password is too short or too common."""


class AlreadyThere(Refusal):
    """A user of that name or address exists."""

    def __init__(self, username: str) -> None:
        super().__init__(f"There is already a staff user called {username} or with that mail address.")


class UnknownKey(Refusal):
    """A role or team that this operator does not have."""

    def __init__(self, noun: str, key: str, known: Iterable[str]) -> None:
        super().__init__(f"There is no {noun} “{key}”; there are {', '.join(known) or 'none'}.")


@transaction.atomic
def load_teams(teams: Teams, *, by: Actor) -> None:
    """Bring the teams and roles of the profile into the database, changing those that are there.

    A role the profile has no longer keeps its holders and loses its rights.
    """
    require(by, "identity.manage")
    for team in teams.teams:
        Team.objects.update_or_create(key=team.key, defaults={"name": team.name, "areas": list(team.areas)})
    for role in teams.roles:
        Role.objects.update_or_create(key=role.key, defaults={"name": role.name, "rights": list(role.rights)})
    Role.objects.exclude(key__in=[role.key for role in teams.roles]).update(rights=[])


@transaction.atomic
def add_staff(
    username: str, *, name: str, email: str, password: str, role: str, team: str | None, by: Actor, at: datetime
) -> User:
    """Give somebody an account. Refuses AlreadyThere, UnknownKey (role or team) and UnfitPassword."""
    require(by, "identity.manage")
    if User.objects.filter(username__iexact=username).exists() or User.objects.filter(email__iexact=email).exists():
        raise AlreadyThere(username)
    user = User(
        username=username,
        name=name,
        email=email,
        role=_role(role),
        team=_team(team) if team else None,
    )
    _set_password(user, password)
    user.save()
    record(StaffAdded(username=username, role=role), about=_reference(user), by=by, at=at)
    return user


@transaction.atomic
def change_password(user: User, *, password: str, by: Actor, at: datetime) -> User:
    """Set a new password: one's own, or another's with `identity.manage`. All the user's sessions end."""
    if by.reference != _reference(user):
        require(by, "identity.manage")
    user = User.objects.select_for_update().get(pk=user.pk)
    _set_password(user, password)
    user.save(update_fields=["password"])
    record(PasswordChanged(), about=_reference(user), by=by, at=at)
    return user


@transaction.atomic
def prefer_lists(user: User, *, dense: bool, by: Actor) -> None:
    """Remember how somebody likes their own lists; a taste, not an event, so the journal is not told."""
    if by.reference != _reference(user):
        require(by, "identity.manage")
    User.objects.filter(pk=user.pk).update(dense=dense)


@transaction.atomic
def prefer_keys(user: User, *, keys: Mapping[str, str], by: Actor) -> None:
    """Remember somebody's own keys, by the name of the act; a taste too."""
    if by.reference != _reference(user):
        require(by, "identity.manage")
    User.objects.filter(pk=user.pk).update(keys=dict(keys))


@transaction.atomic
def remember_choice(user: User, *, name: str, value: str, by: Actor) -> None:
    """Remember a small choice of somebody's pages; a taste too, and only written where it is another."""
    if by.reference != _reference(user):
        require(by, "identity.manage")
    if user.preferences.get(name) != value:
        kept = User.objects.select_for_update().get(pk=user.pk).preferences
        User.objects.filter(pk=user.pk).update(preferences={**kept, name: value})


@transaction.atomic
def deactivate(user: User, *, by: Actor, at: datetime) -> User:
    """Close an account; it can no longer sign in and its sessions end at the next request."""
    require(by, "identity.manage")
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = False
    user.save(update_fields=["is_active"])
    record(StaffDeactivated(), about=_reference(user), by=by, at=at)
    return user


def sign_in(username: str, password: str, *, address: str | None, at: datetime) -> User:
    """The user of this name and password. Refuses WrongNameOrPassword and TooManyTries.

    To be called outside a transaction: a failed try must be remembered although it is refused. An unknown name
    costs the same time as a wrong password.
    """
    with viewing_as(SYSTEM):
        if _is_throttled(username, address, at):
            raise TooManyTries
        found = authenticate(username=username, password=password)
        user = found if isinstance(found, User) else None
        SignInAttempt.objects.create(username=username[:80].lower(), address=address, at=at, succeeded=user is not None)
        if user is not None:
            record(SignedIn(), about=_reference(user), by=user.as_actor(), at=at)
    if user is None:
        raise WrongNameOrPassword
    return user


def _is_throttled(username: str, address: str | None, at: datetime) -> bool:
    recent = SignInAttempt.objects.filter(at__gt=at - WINDOW, succeeded=False)
    if recent.filter(username=username[:80].lower()).count() >= TRIES_PER_NAME:
        return True
    return address is not None and recent.filter(address=address).count() >= TRIES_PER_ADDRESS


def _role(key: str) -> Role:
    found = Role.objects.filter(key=key).first()
    if found is None:
        raise UnknownKey("role", key, Role.objects.order_by("key").values_list("key", flat=True))
    return found


def _team(key: str) -> Team:
    found = Team.objects.filter(key=key).first()
    if found is None:
        raise UnknownKey("team", key, Team.objects.order_by("key").values_list("key", flat=True))
    return found


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise UnfitPassword(" ".join(problem.messages)) from problem
    user.set_password(password)


def _reference(user: User) -> Reference:
    return Reference("staff", str(user.pk))
