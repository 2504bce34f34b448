"""Django's registration of the app."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Registers `places` under its short label."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "chengan.city.places"
    label = "places"
