"""Django's entry for the rulebook app."""

from django.apps import AppConfig


class RulebookConfig(AppConfig):
    """See the package's docstring."""

    name = "tieline.rulebook"
    label = "rulebook"
