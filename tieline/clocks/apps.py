"""Django's entry for the clocks app."""

from django.apps import AppConfig


class ClocksConfig(AppConfig):
    """See the package's docstring."""

    name = "tieline.clocks"
    label = "clocks"
