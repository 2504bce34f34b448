"""Reports of a review to keep and sign, its map, and the proof that it can be made again."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language

from chengan.city.assess.models import SitingReview
from chengan.city.assess.selectors import siting as selectors
from chengan.city.assess.services.siting import report, reviewing

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def _found(request: HttpRequest, project_id: int, number: int) -> SitingReview:
    project = get_object_or_404(selectors.visible_projects(request.user), pk=project_id)
    return get_object_or_404(project.reviews.select_related("project"), number=number)


@login_required
def review_report(request: HttpRequest, project_id: int, number: int, form: str) -> HttpResponse:
    """The report of a review as PDF or Word, in the page's language."""
    review = _found(request, project_id, number)
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    answer = HttpResponse(report.document(review, form, language), content_type=TYPES[form])
    name = f"siting-{project_id}-{number}-{language}.{form}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@login_required
def review_again(request: HttpRequest, project_id: int, number: int) -> HttpResponse:
    """Calculate a review again from its inputs and say whether the digits are the same."""
    review = _found(request, project_id, number)
    context = {"review": review, "project": review.project, "again": reviewing.again(review)}
    return render(request, "assess/siting/again.html", context)
