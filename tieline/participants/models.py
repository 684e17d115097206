"""Who are the participants? Organisations with registrations, mail domains, people and those people's roles."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from tieline.kernel.actor import Actor
from tieline.kernel.reference import Reference


class ParticipantQuerySet(models.QuerySet["Participant"]):
    """The vocabulary of asking for participants."""

    def visible_to(self, actor: Actor) -> ParticipantQuerySet:
        """All for staff who may see participants, their own for a participant's people, none for others."""
        if actor.may("participants.see"):
            return self
        kind, _, id_ = actor.viewer.partition(":")
        return self.filter(pk=int(id_)) if kind == "participant" and id_.isdigit() else self.none()


class Participant(models.Model):
    """An organisation that is, was or may become active in the market."""

    key = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    company_kind = models.CharField(max_length=80, blank=True)
    account_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    notes = models.TextField(blank=True)

    objects = ParticipantQuerySet.as_manager()

    @property
    def reference(self) -> Reference:
        """How others point at this participant."""
        return Reference("participant", str(self.pk))


class MailDomain(models.Model):
    """A mail domain that speaks for one participant."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=253, unique=True)


class Registration(models.Model):
    """What a participant is registered as: kind, identifier, and the period in which that holds."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="registrations")
    kind = models.CharField(max_length=40)
    identifier = models.CharField(max_length=40)
    name = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=40, default="active")
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "identifier"], name="participants_registration_once"),
            models.CheckConstraint(
                condition=models.Q(effective_to__isnull=True) | models.Q(effective_to__gt=models.F("effective_from")),
                name="participants_registration_period",
            ),
        ]
        indexes = [models.Index(fields=["identifier"])]


class Person(models.Model):
    """Somebody at a participant. The address, in small letters, is verified when its owner has proved to read it."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="people")
    name = models.CharField(max_length=200)
    email = models.EmailField()
    phone = models.CharField(max_length=60, blank=True)
    is_verified = models.BooleanField(default=False)

    class Meta:
        # a plain column: row-level security keeps PostgreSQL from using an index over lower(email)
        constraints = [
            models.UniqueConstraint(fields=["participant", "email"], name="participants_person_once"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="participants_person_in_lower_case"),
        ]
        indexes = [models.Index(fields=["email"], name="participants_person_email")]

    @property
    def reference(self) -> Reference:
        """How others point at this person."""
        return Reference("person", str(self.pk))


class ContactRole(models.Model):
    """What a person is to one registration, and since when."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="contacts")
    role = models.CharField(max_length=60)
    is_backup = models.BooleanField(default=False)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "registration", "role", "effective_from"], name="participants_role_once"
            )
        ]
