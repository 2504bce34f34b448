"""Addresses of the pages under test, wherever the city mounts them."""

from django.urls import include, path

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
    path("city/", include("chengan.city.places.urls")),
    path("audit/", include("chengan.city.journal.urls")),
    path("", include("chengan.city.portals.urls")),
]
