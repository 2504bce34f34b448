"""Papers of the register: notice card, board, annual report."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from chengan.city.assess.selectors import register
from chengan.city.assess.services import annual as yearly
from chengan.city.assess.services import papers as writes
from chengan.city.places import api as places

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_GET
@login_required
def card(request: HttpRequest, risk_id: int) -> HttpResponse:
    """The notice card (安全风险告知卡) of one risk as PDF; a QR code leads to its page."""
    found = get_object_or_404(register.visible_risks(request.user), pk=risk_id)
    made = writes.card(
        found, request.build_absolute_uri(f"/assess/risks/{found.pk}/"), at=timezone.now()
    )
    return _file(made, "application/pdf", f"risk-card-{found.pk}.pdf")


@require_GET
@login_required
def board(request: HttpRequest, object_id: int) -> HttpResponse:
    """The board (公告栏) of one object: its risks, worst first, as PDF."""
    places.require(request.user, places.Permission.VIEW_RISKS)
    mine = places.visible_objects(request.user, places.Permission.VIEW_RISKS)
    thing = get_object_or_404(mine, pk=object_id)
    found = register.page(request.user, {"object": str(object_id)}, most=writes.MOST)
    address = request.build_absolute_uri(f"/assess/risks/?object={object_id}")
    made = writes.board(thing, found.ratings, address, at=timezone.now(), is_cut=bool(found.after))
    return _file(made, "application/pdf", f"risk-board-{object_id}.pdf")


@require_GET
@login_required
def annual(request: HttpRequest) -> HttpResponse:
    """The annual report as Word, for the risks that the user may see."""
    places.require(request.user, places.Permission.VIEW_RISKS)
    now = timezone.now()
    given = request.GET.get("year", "")
    year = (
        int(given)
        if given.isdecimal() and 2000 <= int(given) <= now.year + 1
        else timezone.localdate(now).year
    )
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    made = yearly.report(request.user, year, language=language, at=now)
    return _file(made, WORD, f"risk-report-{year}.docx")


def _file(body: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
