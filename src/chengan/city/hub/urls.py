"""Addresses of the hub's pages; mounted at /hub/."""

from django.urls import path, re_path

from chengan.city.hub.views import pages, quarantine

app_name = "hub"
urlpatterns = [
    path("", pages.sources, name="sources"),
    re_path(r"^sources/export\.(?P<form>csv|xlsx)$", pages.export, name="sources_export"),
    path("sources/new/", pages.edit, name="source_new"),
    path("sources/<slug:key>/edit/", pages.edit, name="source_edit"),
    path("sources/<slug:key>/", pages.source, name="source"),
    path("sources/<slug:key>/credentials/", pages.issue, name="issue"),
    path("sources/<slug:key>/credentials/<int:credential_id>/revoke/", pages.revoke, name="revoke"),
    path("quarantine/", quarantine.listed, name="quarantine"),
    path("quarantine/quarantine.csv", quarantine.export, name="quarantine_csv"),
    path("quarantine/many/", quarantine.many, name="quarantine_many"),
    path("quarantine/<int:item_id>/", quarantine.item, name="item"),
]
