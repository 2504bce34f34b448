"""Addresses of warn."""

from django.urls import path, re_path

from chengan.city.warn.views import alarms, limits

app_name = "warn"
urlpatterns = [
    path("", alarms.alarms, name="alarms"),
    re_path(r"^export\.(?P<form>csv|xlsx)$", alarms.alarm_export, name="alarm_export"),
    path("alarms/<uuid:alarm_id>/assign/", alarms.assign, name="assign"),
    path("rules/", limits.rules, name="rules"),
    path("rules/<slug:code>/", limits.limit_set, name="limit_set"),
    path("rules/<slug:code>/edit/", limits.edit, name="limit_edit"),
    path("rules/<slug:code>/copy/", limits.copy, name="limit_copy"),
    path("rules/<slug:code>/bind/", limits.bind, name="limit_bind"),
    path("rules/<slug:code>/back/<int:version>/", limits.go_back, name="limit_back"),
    path("alarms/<uuid:alarm_id>/", alarms.alarm, name="alarm"),
    re_path(
        r"^alarms/(?P<alarm_id>[0-9a-f-]{36})/(?P<verdict>confirm|dismiss|reopen)/$",
        alarms.judge,
        name="judge",
    ),
]
