"""The service worker by which a page in the field opens without a network."""

import json
from pathlib import Path
from typing import Final

from django.contrib.staticfiles import finders
from django.http import HttpResponse

FILE: Final = "chengan/js/field_worker.js"


def answer(*, home: str, pages: str, cache: str) -> HttpResponse:
    """Give the worker of one folder.

    Parameters
    ----------
    home : path of the page that opens when the one asked for was never seen
    pages : regular expression (of JavaScript) of the paths whose pages are kept
    cache : name of what is kept, ending in a number: a new number lets the old one go
    """
    words = f"const HOME = {json.dumps(home)};\nconst CACHE = {json.dumps(cache)};\n"
    words += f"const PAGES = new RegExp({json.dumps(pages)});\n"
    text = Path(str(finders.find(FILE))).read_text(encoding="utf-8")
    made = HttpResponse(words + text, content_type="text/javascript")
    made["Cache-Control"] = "no-cache"
    return made
