"""What the frame around every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

RAIL = (
    ("portals:duty_room", _("Duty room")),
    ("sense:datastreams", _("Sense")),
    ("warn:alarms", _("Warn")),
    ("hub:sources", _("Sources")),
    ("places:objects", _("City")),
    ("journal:audit", _("Audit")),
)
PHONE = ("portals:duty_room", "warn:alarms", "sense:datastreams", "places:objects")


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give the city's name and the ways to the stages, in the page's language."""
    is_chinese = (get_language() or "zh").startswith("zh")
    return {
        "city_name": settings.CITY_NAME if is_chinese else settings.CITY_NAME_EN,
        "is_chinese": is_chinese,
        "nav": SimpleLazyObject(lambda: ways(request, [name for name, _word in RAIL])),
        "nav_phone": SimpleLazyObject(lambda: ways(request, PHONE)),
    }


def ways(request: HttpRequest, names: Any) -> list[dict[str, Any]]:
    """Give the pages among `names` that exist, the present one marked."""
    if not request.user.is_authenticated:
        return []
    words = dict(RAIL)
    found = []
    for name in names:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        here = request.path == url if url == "/" else request.path.startswith(url)
        found.append({"url": url, "word": words[name], "current": here})
    return found
