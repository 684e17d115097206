"""Django's entry for the mail app."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """See the package's docstring."""

    name = "tieline.mail"
    label = "mail"
