"""Does anybody have to sign in again because the instance has a new secret?"""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client, override_settings

from tieline.desk.models import Case


@pytest.mark.parametrize(("is_kept", "status"), [(True, 200), (False, 302)])
def test_a_session_goes_on_while_the_earlier_secret_is_kept(
    ana: Client, case: Case, is_kept: bool, status: int
) -> None:
    earlier = [settings.SECRET_KEY] if is_kept else []

    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=earlier):
        assert ana.get(f"/cases/{case.number}").status_code == status
