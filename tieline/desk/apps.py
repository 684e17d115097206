"""Django's entry for the desk app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """See the package's docstring."""

    name = "tieline.desk"
    label = "desk"
