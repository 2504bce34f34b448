"""Every address: one line an app."""

from django.urls import include, path

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
    path("city/", include("chengan.city.places.urls")),
    path("audit/", include("chengan.city.journal.urls")),
    path("hub/", include("chengan.city.hub.urls")),
    path("api/v1/", include("chengan.city.hub.api_urls")),
    path("sense/", include("chengan.city.sense.urls")),
    path("assess/", include("chengan.city.assess.urls")),
    path("warn/", include("chengan.city.warn.urls")),
    path("command/", include("chengan.city.command.urls")),
    path("close/", include("chengan.city.close.urls")),
    path("", include("chengan.city.portals.urls")),
]
