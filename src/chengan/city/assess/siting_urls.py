"""Addresses of siting reviews and source measures, a part of assess's."""

from django.urls import path, re_path

from chengan.city.assess.views import source
from chengan.city.assess.views.siting import lists, papers, projects, steps

FILE = r"export\.(?P<form>csv|xlsx)$"
urlpatterns = [
    path("siting/", projects.project_list, name="projects"),
    re_path(rf"^siting/{FILE}", projects.project_export, name="project_export"),
    path("siting/new/", projects.project_edit, name="project_new"),
    path("siting/<int:project_id>/", projects.project, name="project"),
    path("siting/<int:project_id>/edit/", projects.project_edit, name="project_edit"),
    path("siting/<int:project_id>/condition/", steps.add_condition, name="condition_add"),
    path("siting/<int:project_id>/installation/", steps.add_installation, name="installation_add"),
    re_path(
        r"^siting/(?P<project_id>\d+)/(?P<action>submit|withdraw|send_back|review|advise|recommend|"
        r"decide|gate)/$",
        steps.step,
        name="siting_step",
    ),
    re_path(
        r"^siting/(?P<project_id>\d+)/reviews/(?P<number>\d+)/report\.(?P<form>pdf|docx)$",
        papers.review_report,
        name="review_report",
    ),
    path(
        "siting/<int:project_id>/reviews/<int:number>/again/",
        papers.review_again,
        name="review_again",
    ),
    path("weather/", lists.weather, name="weather"),
    path("installations/", lists.installations, name="installations"),
    path(
        "installations/<int:installation_id>/drop/",
        steps.drop_installation,
        name="installation_drop",
    ),
    path("conditions/", lists.conditions, name="conditions"),
    re_path(rf"^conditions/{FILE}", lists.condition_export, name="condition_export"),
    re_path(
        r"^conditions/(?P<condition_id>\d+)/(?P<action>show|verify|reject)/$",
        steps.condition_step,
        name="condition_step",
    ),
    path("standing/", lists.standings, name="standings"),
    re_path(rf"^standing/{FILE}", lists.standing_export, name="standing_export"),
    path("standing/<int:standing_id>/handle/", lists.standing_handle, name="standing_handle"),
    path("source/", source.measure_list, name="measures"),
    re_path(rf"^source/{FILE}", source.measure_export, name="measure_export"),
    path("source/new/", source.measure_new, name="measure_new"),
    path("source/<int:measure_id>/", source.measure, name="measure"),
    re_path(
        r"^source/(?P<measure_id>\d+)/(?P<action>agree|finish|drop|effective|not_effective)/$",
        source.measure_step,
        name="measure_step",
    ),
]
