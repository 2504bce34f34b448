"""What the frame around every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from chengan.city.places import api as places
from chengan.city.portals import navigation


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give the city's name and the ways through it, in the page's language.

    Lazy: a fragment that draws no frame asks for no permission.
    """
    is_chinese = (get_language() or "zh").startswith("zh")
    return {
        "city_name": settings.CITY_NAME if is_chinese else settings.CITY_NAME_EN,
        "city_is_sample": SimpleLazyObject(_is_sample),
        "is_chinese": is_chinese,
        "nav": SimpleLazyObject(lambda: navigation.rail(request)),
        "nav_tabs": SimpleLazyObject(lambda: navigation.tabs(request)),
        "nav_phone": SimpleLazyObject(lambda: navigation.offered(request, navigation.PHONE)),
        "nav_account": SimpleLazyObject(lambda: navigation.offered(request, navigation.ACCOUNT)),
    }


def _is_sample() -> bool:
    return places.Organisation.objects.filter(kind="city", is_sample=True).exists()
