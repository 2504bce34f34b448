"""The ways through the city: the rail in the flow's words, the tabs of a section, the phone's bar.

Only pages that exist and that the user may open are offered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chengan.city.places import api as places

May = places.Permission
SIGNS = (May.REVIEW_RISKS, May.APPROVE_RISKS)


@dataclass(frozen=True)
class Way:
    """One entry: the page, its word, which permissions open it (one will do), which paths it is."""

    page: str
    word: str | Promise
    permission: str | tuple[str, ...] = ""
    under: tuple[str, ...] = ()
    icon: str = ""
    query: str = ""
    is_ground: bool = False


RAIL = (
    Way("portals:duty_room", _("Duty room")),
    Way("sense:datastreams", _("Sense"), May.VIEW_SENSE, ("/sense/", "/hub/")),
    Way("assess:map", _("Assess"), May.VIEW_RISKS, ("/assess/",)),
    Way("warn:alarms", _("Warn"), May.VIEW_ALARMS, ("/warn/",)),
    Way("command:incidents", _("Command"), May.VIEW_INCIDENTS, ("/command/", "/handover/")),
    Way("close:dangers", _("Close the loop"), May.VIEW_DANGERS, ("/close/",)),
    Way("learn:scorecard", _("Learn"), under=("/learn/",)),
    Way("places:objects", _("City"), May.VIEW_PLACES, ("/city/",), is_ground=True),
    Way("journal:audit", _("Audit"), May.VIEW_AUDIT, ("/audit/",)),
)
SITES = (
    Way("assess:map", _("Four-colour map"), May.VIEW_RISKS),
    Way("assess:projects", _("Siting review"), May.VIEW_SITES, ("/assess/siting/",)),
    Way("assess:conditions", _("Conditions"), May.VIEW_SITES),
    Way("assess:standings", _("Standing check"), May.VIEW_SITES),
    Way("assess:installations", _("Installations"), May.VIEW_SITES),
    Way("assess:weather", _("Weather"), May.VIEW_SITES),
    Way("assess:measures", _("Measures at the source"), May.VIEW_SITES, ("/assess/source/",)),
)
TABS = {
    "/assess/siting/": SITES,
    "/assess/conditions/": SITES,
    "/assess/standing/": SITES,
    "/assess/installations/": SITES,
    "/assess/weather/": SITES,
    "/assess/source/": SITES,
    "/sense/": (
        Way("sense:datastreams", _("Datastreams"), under=("/sense/",)),
        Way("hub:sources", _("Sources"), under=("/hub/sources/",)),
        Way("hub:quarantine", _("Quarantine"), May.HANDLE_QUARANTINE, ("/hub/quarantine/",)),
    ),
    "/city/": (
        Way("places:objects", _("Objects"), May.VIEW_PLACES, ("/city/objects/",)),
        Way("places:organisations", _("Organisations"), May.VIEW_PLACES),
        Way("places:duties", _("Duties and rosters"), May.VIEW_PLACES),
        Way("places:register", _("Register"), May.EDIT_PLACES, ("/city/records/",)),
        Way("places:imports", _("Imports"), May.IMPORT_PLACES, ("/city/imports/",)),
        Way("places:users", _("User accounts"), May.MANAGE_USERS, ("/city/users/",)),
    ),
    "/assess/": (
        Way("assess:map", _("Four-colour map")),
        Way("assess:risks", _("Risk register"), under=("/assess/risks/",)),
        Way("assess:major", _("Major risks"), May.VIEW_RISKS, ("/assess/major/",)),
        Way("assess:dues", _("Dates due"), May.VIEW_RISKS, ("/assess/dues/",)),
        Way("assess:queue", _("To sign"), SIGNS, ("/assess/assessments/",)),
        Way("assess:controls", _("Controls"), under=("/assess/controls/",)),
        Way("assess:cascade", _("Cascades"), under=("/assess/cascade/",)),
        Way("assess:data", _("Methods and libraries"), under=("/assess/data/",)),
        Way("assess:imports", _("Imports"), May.EDIT_RISKS, ("/assess/imports/",)),
        Way("assess:projects", _("Siting and causes"), May.VIEW_SITES),
    ),
    "/warn/": (
        Way("warn:alarms", _("Alarms"), under=("/warn/alarms/",)),
        Way("warn:warnings", _("Warnings"), under=("/warn/warnings/",)),
        Way("warn:mine", _("For me"), under=("/warn/mine/",)),
        Way("warn:silences", _("Silences"), under=("/warn/silences/",)),
        Way("warn:maintenance", _("Maintenance windows"), under=("/warn/maintenance/",)),
        Way("warn:deliveries", _("Deliveries"), under=("/warn/deliveries/", "/warn/channels/")),
        Way("warn:feeds", _("Feeds"), under=("/warn/feeds/",)),
        Way("warn:authority", _("Authority"), under=("/warn/authority/",)),
        Way("warn:event_rules", _("Events and rules"), under=("/warn/events/",)),
        Way("warn:rules", _("Limits and precision"), under=("/warn/rules/",)),
    ),
    "/command/": (
        Way("command:incidents", _("Incidents"), under=("/command/incidents/", "/command/new/")),
        Way("command:tasks", _("My tasks"), under=("/command/tasks/",)),
        Way("command:plans", _("Plans"), under=("/command/plans/",)),
        Way("command:resources", _("Resources"), under=("/command/resources/",)),
        Way("command:measures", _("Measures"), under=("/command/measures/",)),
        Way("portals:hand_over", _("Hand-over"), under=("/handover/",)),
    ),
    "/close/": (
        Way("close:dangers", _("Hidden dangers"), under=("/close/dangers/",)),
        Way("close:report", _("Report"), May.REPORT_DANGERS, ("/close/report/",)),
        Way("assess:measures", _("Measures at the source"), May.VIEW_SITES),
    ),
}
TABS["/hub/"] = TABS["/sense/"]
TABS["/handover/"] = TABS["/command/"]
PHONE = (
    Way("portals:duty_room", _("To do"), icon="list"),
    Way("portals:duty_room", _("Map"), icon="map", query="?show=map"),
    Way("command:tasks", _("My tasks"), May.HANDLE_TASKS, ("/command/",), icon="check"),
    Way("close:report", _("Report"), May.REPORT_DANGERS, ("/close/report/",), icon="report"),
    Way("sense:datastreams", _("Sense"), May.VIEW_SENSE, ("/sense/", "/hub/"), icon="pulse"),
    Way("portals:me", _("Me"), icon="user"),
)
ACCOUNT = (
    Way("portals:me", _("My account")),
    Way("account_change_password", _("Change the password")),
    Way("mfa_index", _("Two-step sign-in")),
    Way("portals:design", _("Design system")),
)


def rail(request: HttpRequest) -> list[dict[str, Any]]:
    """Give the stages that exist."""
    return offered(request, RAIL)


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """Give the pages beside the present one; none where a section has a single page."""
    for prefix, ways in TABS.items():
        if request.path.startswith(prefix):
            found = offered(request, ways)
            return found if len(found) > 1 else []
    return []


def offered(request: HttpRequest, ways: Iterable[Way]) -> list[dict[str, Any]]:
    """Give those of `ways` that exist and are open to the user, the present one marked."""
    if not request.user.is_authenticated:
        return []
    found = []
    for way in ways:
        address = _address(way)
        if address and _is_open(request, way):
            found.append(
                {
                    "url": address + way.query,
                    "word": way.word,
                    "icon": way.icon,
                    "is_ground": way.is_ground,
                    "current": _is_here(request, way, address),
                }
            )
    return found


def _is_open(request: HttpRequest, way: Way) -> bool:
    asked = (way.permission,) if isinstance(way.permission, str) else way.permission
    return not way.permission or any(places.may(request.user, each) for each in asked)


def _address(way: Way) -> str:
    try:
        return reverse(way.page)
    except NoReverseMatch:
        return ""


def _is_here(request: HttpRequest, way: Way, address: str) -> bool:
    if request.path == address:
        return way.query in {"", f"?{request.GET.urlencode()}"} and bool(
            way.query or request.GET.get("show") != "map"
        )
    return any(request.path.startswith(prefix) for prefix in way.under)
