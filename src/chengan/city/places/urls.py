"""Addresses of the ground."""

from django.urls import path, re_path

from chengan.city.places.views import (
    duties,
    imports,
    object_edit,
    objects,
    organisations,
    people,
    records,
    saved,
)

app_name = "places"
urlpatterns = [
    path("", objects.object_list, name="objects"),
    re_path(r"^export\.(?P<form>csv|xlsx)$", objects.object_export, name="objects_export"),
    path("objects/<int:object_id>/", objects.object_page, name="object"),
    path("objects/new/", object_edit.object_new, name="object_new"),
    path("objects/<int:object_id>/change/", object_edit.object_edit, name="object_edit"),
    path("objects/<int:object_id>/retire/", object_edit.object_retire, name="object_retire"),
    path("imports/", imports.import_list, name="imports"),
    re_path(r"^imports/export\.(?P<form>csv|xlsx)$", imports.import_export, name="imports_export"),
    path("imports/<int:job_id>/", imports.import_page, name="import"),
    path("imports/<int:job_id>/start/", imports.import_start, name="import_start"),
    path("imports/<int:job_id>/cancel/", imports.import_cancel, name="import_cancel"),
    path("imports/<int:job_id>/progress/", imports.import_progress, name="import_progress"),
    path("imports/<int:job_id>/errors/", imports.import_errors, name="import_errors"),
    path("imports/<int:job_id>/corrections/", imports.import_corrections, name="corrections"),
    path("imports/<int:job_id>/corrected/", imports.import_corrected, name="corrected"),
    path("organisations/", organisations.organisation_tree, name="organisations"),
    re_path(
        r"^organisations/export\.(?P<form>csv|xlsx)$",
        organisations.organisation_export,
        name="organisations_export",
    ),
    path("duties/", duties.duty_list, name="duties"),
    re_path(r"^duties/export\.(?P<form>csv|xlsx)$", duties.duty_export, name="duties_export"),
    path("views/save/", saved.save, name="view_save"),
    path("views/<int:view_id>/", saved.view, name="view"),
    path("views/<int:view_id>/forget/", saved.forget, name="view_forget"),
    path("records/", records.register, name="register"),
    path("records/<slug:sort>/", records.record_list, name="records"),
    re_path(
        r"^records/(?P<sort>[-\w]+)/export\.(?P<form>csv|xlsx)$",
        records.record_export,
        name="record_export",
    ),
    path("records/<slug:sort>/new/", records.record_new, name="record_new"),
    path("records/<slug:sort>/<int:key>/", records.record_edit, name="record_edit"),
    path("records/<slug:sort>/<int:key>/retire/", records.record_retire, name="record_retire"),
    path("users/", people.user_list, name="users"),
    re_path(r"^users/export\.(?P<form>csv|xlsx)$", people.user_export, name="users_export"),
    path("users/<int:user_id>/unlock/", people.user_unlock, name="user_unlock"),
    path("users/<int:user_id>/link/", people.user_link, name="user_link"),
    path("users/<int:user_id>/sessions/", people.user_sessions_end, name="user_sessions_end"),
    path("users/<int:user_id>/", people.user_page, name="user"),
    path("users/<int:user_id>/open/", people.user_open, name="user_open"),
    path("grants/<int:grant_id>/revoke/", people.grant_revoke, name="grant_revoke"),
]
