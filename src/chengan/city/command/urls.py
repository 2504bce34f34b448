"""Addresses of command."""

from django.urls import path, re_path

from chengan.city.command.views import (
    acting,
    dispatch,
    field,
    incident,
    incidents,
    layers,
    papers,
    picture,
    plans,
    resources,
    reviews,
    shift,
)

app_name = "command"
CASE = r"^incidents/(?P<incident_id>[0-9a-f-]{36})/"
urlpatterns = [
    path("", incidents.incidents, name="incidents"),
    re_path(r"^export\.(?P<form>csv|xlsx)$", incidents.export, name="export"),
    path("new/", incidents.new, name="new"),
    path("incidents/<uuid:incident_id>/", incident.incident, name="incident"),
    path("incidents/<uuid:incident_id>/ways/<int:object_id>/", picture.ways, name="ways"),
    path("incidents/<uuid:incident_id>/map.json", picture.map_data, name="map"),
    re_path(CASE + r"log\.(?P<form>csv|xlsx)$", incident.log_export, name="log_export"),
    re_path(
        CASE + r"(?P<sort>situation|closing)\.(?P<form>pdf|docx)$", papers.report, name="report"
    ),
    path("incidents/<uuid:incident_id>/dispatch/", dispatch.dispatch, name="dispatch"),
    path("incidents/<uuid:incident_id>/review/", reviews.review, name="review"),
    path("incidents/<uuid:incident_id>/act/<slug:what>/", acting.act, name="act"),
    path("incidents.json", layers.incidents_layer, name="incidents_layer"),
    path("resources.json", layers.resources_layer, name="resources_layer"),
    path("incidents/<uuid:incident_id>/card/", layers.incident_card, name="incident_card"),
    path("resources/<int:resource_id>/card/", layers.resource_card, name="resource_card"),
    path("tasks/", field.tasks, name="tasks"),
    path("tasks/send/", field.send, name="send"),
    path("tasks/<uuid:task_id>/", field.task, name="task"),
    path("tasks/<uuid:task_id>/act/<slug:what>/", field.task_act, name="task_act"),
    path("photos/<uuid:photo_id>.jpg", field.photo, name="photo"),
    path("tasks.webmanifest", field.manifest, name="manifest"),
    path("worker.js", field.worker, name="worker"),
    path("plans/", plans.plans, name="plans"),
    path("plans/new/", plans.edit, name="plan_new"),
    path("plans/<slug:code>/", plans.plan, name="plan"),
    path("plans/<slug:code>/edit/", plans.edit, name="plan_edit"),
    path("plans/<slug:code>/<int:version>/force/", plans.put_in_force, name="plan_force"),
    path("plans/<slug:code>/<int:version>/rehearse/", plans.rehearse, name="plan_rehearse"),
    path("resources/", resources.resources, name="resources"),
    re_path(r"^resources/export\.(?P<form>csv|xlsx)$", resources.export, name="resource_export"),
    path("resources/new/", resources.edit, name="resource_new"),
    path("resources/<int:resource_id>/", resources.edit, name="resource"),
    path("resources/<int:resource_id>/state/", resources.state, name="resource_state"),
    path("measures/", reviews.measures, name="measures"),
    re_path(
        r"^measures/export\.(?P<form>csv|xlsx)$", reviews.measure_export, name="measure_export"
    ),
    path("measures/<int:measure_id>/end/", reviews.measure_end, name="measure_end"),
    path("shift/", shift.moved, name="shift"),
    re_path(r"^shift/hand-over\.(?P<form>pdf|docx)$", shift.moved, name="shift_paper"),
]
