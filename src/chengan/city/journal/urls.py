"""Addresses of the journal."""

from django.urls import path

from chengan.city.journal import views

app_name = "journal"
urlpatterns = [path("", views.audit, name="audit")]
