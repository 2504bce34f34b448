"""Addresses of the hub's pages; mounted at /hub/."""

from django.urls import path

from chengan.city.hub.views import pages

app_name = "hub"
urlpatterns = [
    path("", pages.sources, name="sources"),
    path("sources/<slug:key>/", pages.source, name="source"),
    path("sources/<slug:key>/credentials/", pages.issue, name="issue"),
    path("sources/<slug:key>/credentials/<int:credential_id>/revoke/", pages.revoke, name="revoke"),
    path("quarantine/", pages.quarantine, name="quarantine"),
    path("quarantine/<int:item_id>/", pages.item, name="item"),
]
