"""Django's registration of the app."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Registers `journal` under its short label."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "chengan.city.journal"
    label = "journal"
