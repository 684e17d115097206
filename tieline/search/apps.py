"""Django's entry for the search app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """See the package's docstring."""

    name = "tieline.search"
    label = "search"
