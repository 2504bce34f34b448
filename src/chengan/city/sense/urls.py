"""Addresses of sense."""

from django.urls import path

from chengan.city.sense import views

app_name = "sense"
urlpatterns = [
    path("", views.datastreams, name="datastreams"),
    path("datastreams/<int:datastream_id>/", views.datastream, name="datastream"),
    path("datastreams/<int:datastream_id>/readings", views.readings, name="readings"),
]
