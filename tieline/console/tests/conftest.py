"""What do tests of the staff door stand on? A signed-in browser, and a case that came by mail.

Models are imported inside the fixtures, as this file is read before Django is set up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from tests.cast import Cast
    from tieline.desk.models import Case


@pytest.fixture(autouse=True)
def quick_passwords() -> Iterator[None]:
    """Passwords are hashed cheaply, as none is worth guarding here."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[None]:
    """It is nine o'clock on a Monday."""
    from tests.cast import MONDAY
    from tieline.kernel import clock

    with clock.fixed_at(MONDAY):
        yield


@pytest.fixture
def case(cast: Cast) -> Case:
    """An inquiry of Bluestem's."""
    from tieline.console.tests.arriving import receive

    text = "The statement of 2 November shows 38 MWh too much. Which window applies?"
    return receive(cast, "Settlement statement differs", text)


@pytest.fixture
def browser_of(cast: Cast) -> Callable[[str], Client]:
    """A browser in which the member of staff of this name is signed in."""
    from tieline.console.tests.arriving import sign_in

    return sign_in


@pytest.fixture
def ana(cast: Cast) -> Client:
    """The account manager's browser."""
    from tieline.console.tests.arriving import sign_in

    return sign_in(cast.ana.username)
