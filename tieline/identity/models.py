"""What is known of staff? Users with a team and a role, the roles' rights, and who tried to sign in."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.crypto import constant_time_compare

from tieline.kernel.actor import Actor, viewer_of_staff
from tieline.kernel.reference import Reference


class Team(models.Model):
    """A business area's people."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    areas = ArrayField(models.CharField(max_length=60), default=list)


class Role(models.Model):
    """A named set of rights."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    rights = ArrayField(models.CharField(max_length=60), default=list)


class User(AbstractBaseUser):
    """A staff user. Deactivated, never deleted: the record keeps speaking of them."""

    username = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="members")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    dense = models.BooleanField(default=False, help_text="prefers the dense lists")
    keys = models.JSONField(default=dict, db_default={}, help_text="own keys by the name of the act; empty: none")
    preferences = models.JSONField(default=dict, db_default={}, help_text="small choices of the pages, by name")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "email"]
    objects: ClassVar[BaseUserManager[User]] = BaseUserManager()  # type: ignore[assignment]  # stubs say Self

    def as_actor(self) -> Actor:
        """The actor this user is, with the rights of the role as they are now."""
        rights = frozenset(self.role.rights)
        return Actor(Reference("staff", str(self.pk)), self.name, rights, viewer_of_staff(self.pk, rights))

    def is_sealed_by(self, seal: str) -> bool:
        """Whether a session began with the password of now, under this secret of the instance or an earlier one."""
        known = (self.get_session_auth_hash(), *self.get_session_auth_fallback_hash())
        return any(constant_time_compare(seal, one) for one in known)

    @property
    def initials(self) -> str:
        """Two letters for an avatar."""
        words = self.name.split()
        return "".join(word[0] for word in (words[0], words[-1]) if word).upper() if words else "?"


class SignInAttempt(models.Model):
    """One try to sign in: which name, from where, when, and whether it worked."""

    username = models.CharField(max_length=80)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()
    succeeded = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["username", "at"]), models.Index(fields=["address", "at"])]
