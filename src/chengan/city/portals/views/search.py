"""Search: a page of hits, or the list under the search field while one types."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chengan.city.portals import finding

MOST_ON_PAGE = 25


@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Show what is called so; the hits alone when htmx asks."""
    text = request.GET.get("q", "")
    is_part = request.headers.get("HX-Request") == "true"
    groups = finding.find(request.user, text, finding.MOST if is_part else MOST_ON_PAGE)
    template = "portals/_found.html" if is_part else "portals/search.html"
    context = {"groups": groups, "text": text.strip(), "is_part": is_part}
    return render(request, template, context)
