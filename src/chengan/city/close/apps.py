"""Django's registration of the app."""

from django.apps import AppConfig


class CloseConfig(AppConfig):
    """Registers `close` under its short label."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "chengan.city.close"
    label = "close"
