"""Addresses of the portals."""

from django.urls import path

from chengan.city.portals.views import account, design, duty_room, live

app_name = "portals"
urlpatterns = [
    path("", duty_room.duty_room, name="duty_room"),
    path("duty/health/", duty_room.health, name="health"),
    path("duty/sensors.json", duty_room.sensors, name="sensors"),
    path("duty/basemap.json", duty_room.basemap, name="basemap"),
    path("live/", live.live, name="live"),
    path("me/", account.me, name="me"),
    path("design/", design.design, name="design"),
]
