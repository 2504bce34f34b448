"""Addresses of the journal."""

from django.urls import path, re_path

from chengan.city.journal import views

app_name = "journal"
urlpatterns = [
    path("", views.audit, name="audit"),
    re_path(r"^export\.(?P<form>csv|xlsx)$", views.export, name="export"),
]
