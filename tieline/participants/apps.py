"""Django's entry for the participants app."""

from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    """See the package's docstring."""

    name = "tieline.participants"
    label = "participants"
