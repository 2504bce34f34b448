"""Papers of an incident as PDF and Word."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from chengan.city.command import drafting
from chengan.city.command.services import changing
from chengan.city.command.views.incident import found
from chengan.city.papers import api as papers

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_GET
@login_required
def report(request: HttpRequest, incident_id: Any, sort: str, form: str) -> HttpResponse:
    """Draft a situation or closing report from the log as it stands."""
    case = found(request, incident_id)
    at = changing.now_in(case, timezone.now())
    paper = drafting.report(case, sort=sort, at=at, by=request.user.get_username())
    return as_file(paper, f"incident-{case.number}-{sort}", form, at)


def as_file(paper: papers.Paper, name: str, form: str, at: Any) -> HttpResponse:
    """Give a paper as a file to keep: `form` is pdf or docx."""
    is_pdf, at = form == "pdf", at.replace(microsecond=0)
    content = papers.pdf(paper, at=at) if is_pdf else papers.word(paper, at=at)
    answer = HttpResponse(content, content_type="application/pdf" if is_pdf else WORD)
    way = "inline" if is_pdf else "attachment"
    answer["Content-Disposition"] = f'{way}; filename="{name}.{form}"'
    return answer
