"""Addresses of assess."""

from django.urls import path, re_path

from chengan.city.assess import siting_urls
from chengan.city.assess.views import (
    assessing,
    colour_map,
    controls,
    correcting,
    data,
    field,
    imports,
    outages,
    papers,
    register,
)

app_name = "assess"
urlpatterns = [
    *siting_urls.urlpatterns,
    path("", colour_map.page, name="map"),
    path("layers/<slug:scheme>.json", colour_map.layer, name="layer"),
    path("map-layer.json", colour_map.map_layer, name="map_layer"),
    path("objects.json", colour_map.objects, name="objects"),
    path("cells/<slug:scheme>/<str:key>/", colour_map.cell, name="cell"),
    path("risks/", register.risks, name="risks"),
    re_path(r"^risks/export\.(?P<form>csv|xlsx)$", register.risk_export, name="risk_export"),
    path("risks/new/", register.new, name="risk_new"),
    path("field/", field.field, name="field"),
    path("field/send/", field.send, name="field_send"),
    path("field/worker.js", field.worker, name="field_worker"),
    path("field/app.webmanifest", field.manifest, name="field_manifest"),
    path("risks/<int:risk_id>/", register.risk, name="risk"),
    path("risks/<int:risk_id>/edit/", correcting.correct, name="risk_edit"),
    path("risks/<int:risk_id>/close/", register.close, name="risk_close"),
    path("risks/<int:risk_id>/photos/", register.add_photo, name="photo_new"),
    path("photos/<int:photo_id>/", register.photo, name="photo"),
    path("risks/<int:risk_id>/assess/<slug:code>/", assessing.assess, name="assess"),
    path("risks/<int:risk_id>/card.pdf", papers.card, name="card"),
    path("risks/<int:risk_id>/controls/new/", controls.control_new, name="control_new"),
    path("boards/<int:object_id>.pdf", papers.board, name="board"),
    path("report.docx", papers.annual, name="annual"),
    path("assessments/", assessing.queue, name="queue"),
    path("assessments/sign/", assessing.sign_many, name="sign_many"),
    path("assessments/<int:assessment_id>/", assessing.assessment, name="assessment"),
    path("assessments/<int:assessment_id>/sign/", assessing.sign, name="sign"),
    path("controls/", controls.controls, name="controls"),
    re_path(
        r"^controls/export\.(?P<form>csv|xlsx)$", controls.control_export, name="control_export"
    ),
    path("controls/<int:control_id>/", controls.control_edit, name="control"),
    path("controls/<int:control_id>/withdraw/", controls.control_withdraw, name="control_withdraw"),
    path("imports/", imports.imports, name="imports"),
    path("imports/template-<slug:code>.xlsx", imports.template, name="template"),
    path("imports/<int:import_id>/", imports.import_page, name="import"),
    path("imports/dependencies.xlsx", imports.dependency_template, name="dependency_template"),
    path("imports/example-<slug:name>.geojson", imports.example, name="example"),
    path("imports/<int:import_id>/start/", imports.import_start, name="import_start"),
    path("imports/<int:import_id>/cancel/", imports.import_cancel, name="import_cancel"),
    path("imports/<int:import_id>/errors.csv", imports.import_errors, name="import_errors"),
    path(
        "imports/<int:import_id>/corrections.xlsx", imports.import_corrections, name="corrections"
    ),
    path("data/", data.overview, name="data"),
    path("data/methods/<slug:code>/", data.method, name="method"),
    path("data/methods/<slug:code>/rerate/", data.rerate, name="rerate"),
    path("data/reratings/<int:rerating_id>/", data.rerating_progress, name="rerating"),
    path("data/reratings/<int:rerating_id>/cancel/", data.rerating_cancel, name="rerating_cancel"),
    path("data/libraries/<slug:code>/", data.library, name="library"),
    path("data/libraries/<slug:code>.yaml", data.library_file, name="library_file"),
    path("data/rules/<slug:code>/", data.rule, name="rule"),
    path("cascade/", outages.cascade, name="cascade"),
    path("cascade/networks/", outages.network_new, name="network_new"),
    path("cascade/networks/<int:network_id>/", outages.network, name="network"),
    path("cascade/runs/<int:run_id>/", outages.run, name="run"),
    re_path(
        r"^cascade/dependencies/export\.(?P<form>csv|xlsx)$",
        outages.dependency_export,
        name="dependency_export",
    ),
    path("cascade/dependencies/", outages.dependency_new, name="dependency_new"),
    path(
        "cascade/dependencies/<int:dependency_id>/remove/",
        outages.dependency_remove,
        name="dependency_remove",
    ),
]
