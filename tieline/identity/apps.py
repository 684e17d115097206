"""Django's entry for the identity app."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Staff, teams, roles."""

    name = "tieline.identity"
    label = "identity"
