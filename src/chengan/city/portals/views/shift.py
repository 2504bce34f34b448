"""Pages of the shift: the hand-over on one page, and the wall that everybody looks at."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from chengan.city.hub import api as hub
from chengan.city.papers import api as papers
from chengan.city.portals import layers, shift, shift_paper

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@login_required
@never_cache
def hand_over(request: HttpRequest) -> HttpResponse:
    """What is open, silent, out of order, and who is on duty: one page to read and to print."""
    return render(request, "portals/hand_over.html", shift.whole(request.user, timezone.now()))


@login_required
@never_cache
def paper(request: HttpRequest, form: str) -> HttpResponse:
    """The hand-over as PDF or Word, to sign and keep."""
    at = timezone.now().replace(microsecond=0)
    made = shift_paper.paper(shift.whole(request.user, at), by=request.user.get_username())
    is_pdf = form == "pdf"
    content = papers.pdf(made, at=at) if is_pdf else papers.word(made, at=at)
    answer = HttpResponse(content, content_type="application/pdf" if is_pdf else WORD)
    name = f"shift-{timezone.localtime(at):%Y%m%d-%H%M}.{form}"
    way = "inline" if is_pdf else "attachment"
    answer["Content-Disposition"] = f'{way}; filename="{name}"'
    return answer


@login_required
@never_cache
def wall(request: HttpRequest) -> HttpResponse:
    """The screen that everybody looks at: it turns its pages by itself; figures alone for htmx."""
    context = shift.hand_over(request.user, timezone.now())
    context["health"] = hub.health_counts(request.user, timezone.now())
    if request.headers.get("HX-Request") == "true":
        return render(request, "portals/_wall.html", context)
    context["layers"] = layers.offered(request.user)
    return render(request, "portals/wall.html", context)
