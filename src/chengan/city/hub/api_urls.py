"""Addresses that devices and departments send to; mounted at /api/v1/."""

from django.urls import path

from chengan.city.hub import views

app_name = "hub_api"
urlpatterns = [path("sources/<slug:source_key>/readings", views.readings, name="readings")]
