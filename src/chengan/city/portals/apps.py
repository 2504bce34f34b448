"""Django's registration of the app."""

from django.apps import AppConfig


class PortalsConfig(AppConfig):
    """Registers `portals` under its short label."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "chengan.city.portals"
    label = "portals"
