"""Django's registration of the app."""

from django.apps import AppConfig


class WarnConfig(AppConfig):
    """Registers `warn` under its short label."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "chengan.city.warn"
    label = "warn"
