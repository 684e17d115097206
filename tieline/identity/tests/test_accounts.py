"""Who may sign in, with what, how often, and what may they then do?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.hashers import identify_hasher
from django.test import override_settings

from tests.cast import MONDAY, PASSWORD, Cast
from tieline.identity.actions import (
    TRIES_PER_ADDRESS,
    TRIES_PER_NAME,
    WINDOW,
    AlreadyThere,
    TooManyTries,
    UnfitPassword,
    UnknownKey,
    WrongNameOrPassword,
    add_staff,
    change_password,
    deactivate,
    load_teams,
    sign_in,
)
from tieline.identity.models import Role, SignInAttempt, User
from tieline.identity.permissions import NotAllowed, require
from tieline.identity.profile import Role as RoleOfProfile
from tieline.identity.profile import Teams
from tieline.identity.queries import active_staff, staff_member
from tieline.journal.queries import about
from tieline.kernel.actor import NOBODY, PUBLIC, SYSTEM, Actor
from tieline.kernel.reference import Reference
from tieline.kernel.viewing import viewing_as

ADDRESS = "192.0.2.7"


def enter(
    username: str = "ana.ortiz", password: str = PASSWORD, *, address: str | None = ADDRESS, later: int = 0
) -> User:
    """Sign in so many seconds after Monday morning."""
    return sign_in(username, password, address=address, at=MONDAY + timedelta(seconds=later))


def kinds_about(user: User) -> list[str]:
    """What the record says of a user, oldest first."""
    return [event.kind for event in reversed(about(Reference("staff", str(user.pk))))]


def test_name_and_password_sign_in_and_are_remembered(cast: Cast) -> None:
    user = enter()

    attempt = SignInAttempt.objects.get()
    assert user == cast.ana
    assert (attempt.username, attempt.address, attempt.succeeded) == ("ana.ortiz", ADDRESS, True)
    assert kinds_about(user) == ["staff.added", "staff.signed_in"]


def test_passwords_are_kept_as_argon2_hashes(cast: Cast) -> None:
    assert identify_hasher(cast.ana.password).algorithm == "argon2"
    assert PASSWORD not in cast.ana.password


@pytest.mark.parametrize(
    ("username", "password"),
    [("ana.ortiz", "wrong"), ("nobody", PASSWORD), ("", ""), ("ana.ortiz", ""), ("ravi.menon", PASSWORD)],
    ids=["wrong password", "unknown name", "nothing", "no password", "closed account"],
)
def test_every_failure_says_the_same_sentence(cast: Cast, username: str, password: str) -> None:
    deactivate(cast.ravi, by=SYSTEM, at=MONDAY)

    with pytest.raises(WrongNameOrPassword) as refusal:
        enter(username, password)

    assert str(refusal.value) == "The name or the password is not right."
    assert SignInAttempt.objects.filter(succeeded=False).count() == 1


def fail(times: int, username: str = "ana.ortiz", *, address: str | None = ADDRESS) -> None:
    """So many wrong passwords, remembered as if typed on Monday morning."""
    SignInAttempt.objects.bulk_create(
        SignInAttempt(username=username, address=address, at=MONDAY, succeeded=False) for _ in range(times)
    )


def test_a_name_is_throttled_from_wherever_it_is_tried(cast: Cast) -> None:
    fail(TRIES_PER_NAME - 1, address="198.51.100.1")
    enter()
    fail(1, address="198.51.100.2")

    with pytest.raises(TooManyTries, match="wait 15 minutes"):
        enter(address="203.0.113.9")

    assert enter("ravi.menon").username == "ravi.menon"


def test_an_address_is_throttled_whatever_names_it_tries(cast: Cast) -> None:
    for number in range(TRIES_PER_ADDRESS):
        fail(1, username=f"guess-{number}")

    with pytest.raises(TooManyTries):
        enter()

    assert enter(address="203.0.113.9") == cast.ana


def test_the_throttle_is_not_fooled_by_capitals_and_lasts_its_window(cast: Cast) -> None:
    for _ in range(TRIES_PER_NAME):
        with pytest.raises(WrongNameOrPassword):
            enter("ANA.ortiz", "wrong")

    with pytest.raises(TooManyTries):
        enter(later=int(WINDOW.total_seconds()) - 1)
    assert enter(later=int(WINDOW.total_seconds()) + 1) == cast.ana


def test_a_throttled_try_does_not_prolong_the_throttle(cast: Cast) -> None:
    fail(TRIES_PER_NAME)
    for minute in range(14):
        with pytest.raises(TooManyTries):
            enter(later=60 * minute)

    assert enter(later=int(WINDOW.total_seconds()) + 1) == cast.ana


@pytest.mark.parametrize("password", ["short", "password123", "1234567890", ""])
def test_a_weak_password_is_refused_and_the_old_one_stays(cast: Cast, password: str) -> None:
    with pytest.raises(UnfitPassword, match="password"):
        change_password(cast.ana, password=password, by=cast.ana.as_actor(), at=MONDAY)

    assert enter() == cast.ana


def test_a_changed_password_ends_what_was_begun_with_the_old_one(cast: Cast) -> None:
    begun_with = cast.ana.get_session_auth_hash()

    changed = change_password(cast.ana, password="quite-another-secret", by=cast.ana.as_actor(), at=MONDAY)

    assert changed.get_session_auth_hash() != begun_with
    assert enter(password="quite-another-secret") == cast.ana
    with pytest.raises(WrongNameOrPassword):
        enter()
    assert "staff.changed_password" in kinds_about(cast.ana)


def test_what_was_begun_under_an_earlier_secret_goes_on_until_that_is_forgotten(cast: Cast) -> None:
    begun_with = cast.ana.get_session_auth_hash()

    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert cast.ana.is_sealed_by(begun_with)
        changed = change_password(cast.ana, password="quite-another-secret", by=cast.ana.as_actor(), at=MONDAY)
        assert not changed.is_sealed_by(begun_with)
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[]):
        assert not cast.ana.is_sealed_by(begun_with)


def test_somebody_elses_password_needs_a_right(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        change_password(cast.ravi, password="quite-another-secret", by=cast.ana.as_actor(), at=MONDAY)

    change_password(cast.ravi, password="quite-another-secret", by=cast.lena.as_actor(), at=MONDAY)

    assert enter("ravi.menon", "quite-another-secret") == cast.ravi


def test_a_closed_account_is_out_of_every_list_but_stays_in_the_record(cast: Cast) -> None:
    deactivate(cast.ana, by=cast.lena.as_actor(), at=MONDAY)

    found = staff_member(Reference("staff", str(cast.ana.pk)))

    assert cast.ana not in active_staff()
    assert found == cast.ana
    assert kinds_about(cast.ana)[-1] == "staff.deactivated"


def test_a_right_taken_from_a_role_is_gone_at_once(cast: Cast) -> None:
    require(User.objects.get(pk=cast.ana.pk).as_actor(), "desk.close")

    Role.objects.filter(key="agent").update(rights=["desk.see"])

    actor = User.objects.get(pk=cast.ana.pk).as_actor()
    with pytest.raises(NotAllowed, match=r"the right “desk\.close” is missing"):
        require(actor, "desk.close")
    assert actor.viewer == f"staff:{cast.ana.pk} see:desk"


def test_a_role_the_profile_has_no_longer_loses_its_rights(cast: Cast) -> None:
    kept = RoleOfProfile("agent", "Account manager", ("desk.see",))

    load_teams(Teams(roles=(kept,), teams=()), by=SYSTEM)

    assert User.objects.get(pk=cast.lena.pk).as_actor().rights == frozenset()
    assert User.objects.get(pk=cast.ana.pk).as_actor().rights == {"desk.see"}


def test_nobody_has_rights_by_number_or_by_django_flag(cast: Cast) -> None:
    Role.objects.create(key="guest", name="Guest", rights=[])
    User.objects.filter(pk=1).delete()
    first = User.objects.create(
        pk=1, username="first", name="The First", email="first@gridoperator.example",
        role=Role.objects.get(key="guest"),
    )  # fmt: skip

    actor = first.as_actor()

    assert (actor.rights, actor.viewer, actor.is_system) == (frozenset(), "staff:1", False)
    assert not {"is_superuser", "is_staff", "user_permissions"} & {field.name for field in User._meta.get_fields()}
    with pytest.raises(NotAllowed):
        deactivate(cast.ana, by=actor, at=MONDAY)


@pytest.mark.parametrize("nobody", [NOBODY, PUBLIC, Actor(Reference("system", "tieline"), "Not the system")])
def test_only_the_system_holds_every_right(nobody: Actor) -> None:
    require(SYSTEM, "identity.manage")

    with pytest.raises(NotAllowed):
        require(nobody, "desk.see")


@pytest.mark.parametrize(
    ("username", "email"),
    [
        ("ana.ortiz", "new@gridoperator.example"),
        ("Ana.Ortiz", "new@gridoperator.example"),
        ("new", "ANA.ortiz@gridoperator.example"),
    ],
    ids=["same name", "same name in capitals", "same mail address"],
)
def test_an_account_is_given_once(cast: Cast, username: str, email: str) -> None:
    with pytest.raises(AlreadyThere):
        add_staff(username, name="New", email=email, password=PASSWORD, role="agent", team=None, by=SYSTEM, at=MONDAY)


@pytest.mark.parametrize(("role", "team", "noun"), [("king", None, "role"), ("agent", "kings", "team")])
def test_an_unknown_role_or_team_is_refused_with_those_there_are(
    cast: Cast, role: str, team: str | None, noun: str
) -> None:
    with pytest.raises(UnknownKey, match=rf"There is no {noun} “kings?”; there are .*"):
        add_staff(
            "new", name="New", email="new@gridoperator.example", password=PASSWORD, role=role, team=team,
            by=SYSTEM, at=MONDAY,
        )  # fmt: skip


def test_staff_do_not_manage_accounts_without_the_right(cast: Cast) -> None:
    with pytest.raises(NotAllowed), viewing_as(cast.ana.as_actor()):
        add_staff(
            "new", name="New", email="new@gridoperator.example", password=PASSWORD, role="agent", team=None,
            by=cast.ana.as_actor(), at=MONDAY,
        )  # fmt: skip

    assert not User.objects.filter(username="new").exists()
