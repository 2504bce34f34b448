"""What the frame around every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give the city's name in the page's language."""
    is_chinese = (get_language() or "zh").startswith("zh")
    return {
        "city_name": settings.CITY_NAME if is_chinese else settings.CITY_NAME_EN,
        "is_chinese": is_chinese,
    }
