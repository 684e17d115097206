"""Django's entry for the desk app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """See the package's docstring."""

    name = "tieline.desk"
    label = "desk"

    def ready(self) -> None:
        """Tell the rule book what of the desk rests on it."""
        from tieline.desk import resting  # noqa: F401 - importing it registers it
