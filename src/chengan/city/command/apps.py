"""Django's registration of the app."""

from django.apps import AppConfig


class CommandConfig(AppConfig):
    """Registers `command` under its short label."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "chengan.city.command"
    label = "command"
