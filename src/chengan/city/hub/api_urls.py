"""Addresses that devices and departments send to; mounted at /api/v1/."""

from django.urls import path

from chengan.city.hub.views import road

app_name = "hub_api"
urlpatterns = [path("sources/<slug:source_key>/readings", road.readings, name="readings")]
