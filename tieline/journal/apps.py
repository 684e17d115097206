"""How do contexts' events and listeners become known? Django imports them once all apps are loaded."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JournalConfig(AppConfig):
    """The journal app; on start it loads every context's `events` and `subscribers`."""

    name = "tieline.journal"
    label = "journal"
    verbose_name = "Journal"

    def ready(self) -> None:
        """Import `events` and `subscribers` of every installed context."""
        autodiscover_modules("events")
        autodiscover_modules("subscribers")
