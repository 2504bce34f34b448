"""Addresses of close."""

from django.urls import path, re_path

from chengan.city.close.views import danger, dangers, field

app_name = "close"
urlpatterns = [
    path("", dangers.first, name="first"),
    path("dangers/", dangers.dangers, name="dangers"),
    re_path(r"^dangers/export\.(?P<form>csv|xlsx)$", dangers.export, name="export"),
    path("dangers/<int:danger_id>/", danger.danger, name="danger"),
    path("dangers/<int:danger_id>/<slug:act>/", danger.act, name="act"),
    path("photos/<uuid:photo_id>.jpg", danger.photo, name="photo"),
    path("report/", field.report, name="report"),
    path("report/send/", field.send, name="send"),
    path("report/alike/", field.alike, name="alike"),
    path("report/worker.js", field.worker, name="worker"),
    path("report/app.webmanifest", field.manifest, name="manifest"),
]
