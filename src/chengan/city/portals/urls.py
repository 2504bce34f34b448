"""Addresses of the portals."""

from django.urls import path, re_path

from chengan.city.portals.views import (
    account,
    card,
    design,
    duty_room,
    live,
    map_data,
    search,
    shift,
)

app_name = "portals"
urlpatterns = [
    path("", duty_room.duty_room, name="duty_room"),
    path("duty/health/", duty_room.health, name="health"),
    path("duty/sensors.json", map_data.sensors, name="sensors"),
    path("duty/objects.json", map_data.objects, name="objects"),
    path("duty/onsets.json", map_data.onsets, name="onsets"),
    path("duty/objects/<int:object_id>/", card.card, name="card"),
    path("live/", live.live, name="live"),
    path("live/incidents/<uuid:incident_id>/", live.incident, name="live_incident"),
    path("search/", search.search, name="search"),
    path("handover/", shift.hand_over, name="hand_over"),
    re_path(r"^handover/hand-over\.(?P<form>pdf|docx)$", shift.paper, name="hand_over_paper"),
    path("wall/", shift.wall, name="wall"),
    path("me/", account.me, name="me"),
    path("design/", design.design, name="design"),
    path("design/chart.json", design.chart, name="design_chart"),
]
