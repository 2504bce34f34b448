"""Django's registration of the app."""

from django.apps import AppConfig


class SenseConfig(AppConfig):
    """Registers `sense` under its short label."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "chengan.city.sense"
    label = "sense"
