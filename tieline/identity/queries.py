"""Who is who? Reads of staff that several callers share."""

from __future__ import annotations

from django.db.models import QuerySet

from tieline.identity.models import User
from tieline.kernel.reference import Reference


def active_staff() -> QuerySet[User]:
    """Staff who can be given work, by name."""
    return User.objects.filter(is_active=True).select_related("team").order_by("name")


def staff_member(reference: Reference) -> User | None:
    """The user a reference `staff:<id>` names, or None for anybody else."""
    if reference.kind != "staff" or not reference.id.isdigit():
        return None
    return User.objects.filter(pk=int(reference.id)).select_related("team", "role").first()
