"""Addresses of warn."""

from django.urls import path, re_path

from chengan.city.warn import views

app_name = "warn"
urlpatterns = [
    path("", views.alarms, name="alarms"),
    path("rules/", views.rules, name="rules"),
    path("alarms/<uuid:alarm_id>/", views.alarm, name="alarm"),
    re_path(
        r"^alarms/(?P<alarm_id>[0-9a-f-]{36})/(?P<verdict>confirm|dismiss|reopen)/$",
        views.judge,
        name="judge",
    ),
]
