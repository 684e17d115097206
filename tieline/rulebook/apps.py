"""Django's entry for the rulebook app."""

from django.apps import AppConfig


class RulebookConfig(AppConfig):
    """See the package's docstring."""

    name = "tieline.rulebook"
    label = "rulebook"

    def ready(self) -> None:
        """Load who reacts in the packages inside this one; those of the context itself are found by the journal."""
        from tieline.rulebook.reach import subscribers  # noqa: F401
