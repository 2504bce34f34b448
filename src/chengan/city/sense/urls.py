"""Addresses of sense."""

from django.urls import path, re_path

from chengan.city.sense.views import files, pages

app_name = "sense"
urlpatterns = [
    path("", pages.datastreams, name="datastreams"),
    re_path(r"^export\.(?P<form>csv|xlsx)$", files.datastream_list, name="list_file"),
    re_path(
        r"^datastreams/(?P<datastream_id>\d+)/readings\.(?P<form>csv|xlsx)$",
        files.readings,
        name="readings_file",
    ),
    path("datastreams/<int:datastream_id>/", pages.datastream, name="datastream"),
    path("datastreams/<int:datastream_id>/readings", pages.readings, name="readings"),
]
