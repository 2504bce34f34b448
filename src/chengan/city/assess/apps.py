"""Django's registration of the app."""

from django.apps import AppConfig


class AssessConfig(AppConfig):
    """Registers `assess` under its short label."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "chengan.city.assess"
    label = "assess"
