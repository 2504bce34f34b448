"""Django's registration of the app."""

from django.apps import AppConfig


class HubConfig(AppConfig):
    """Registers `hub` under its short label."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "chengan.city.hub"
    label = "hub"
