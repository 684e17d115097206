"""What do these tests share? Quick passwords, a receiving server, and a desk with one answered case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.servers import SmtpInbox
    from tieline.desk.models import Case
    from tieline.mail.models import OutgoingMail


@pytest.fixture(autouse=True, scope="package")
def quick_passwords() -> Iterator[None]:
    """Hashing passwords is not what these tests are about."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def inbox(cast: Cast) -> Iterator[SmtpInbox]:
    """Everything the desk sends arrives here."""
    from tests.servers import smtp_server

    with smtp_server() as server:
        yield server


@pytest.fixture
def answered(cast: Cast, inbox: SmtpInbox) -> tuple[Case, OutgoingMail]:
    """Sam's case with Ana's answer, which was sent, and the answer."""
    from tests.cast import MONDAY
    from tests.letters import case_of, letter, post, receive
    from tieline.desk.actions import reply
    from tieline.desk.models import Case, CaseState
    from tieline.mail.models import OutgoingMail

    case = case_of(receive(letter()))
    message = reply(case, text="On Friday.", then=CaseState.WAITING, by=cast.ana.as_actor(), at=MONDAY)
    post(inbox.host, inbox.port, at=MONDAY)
    inbox.received.clear()
    assert message.outgoing is not None
    return Case.objects.get(pk=case.pk), OutgoingMail.objects.get(pk=message.outgoing.pk)
