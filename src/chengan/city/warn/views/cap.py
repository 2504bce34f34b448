"""Our CAP feed and messages, open to all where the public is told; others only as far as seen."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from chengan.city.places import api as places
from chengan.city.warn import selectors
from chengan.city.warn.cap import atom, schema
from chengan.city.warn.cap.message import NAMESPACE
from chengan.city.warn.models import CapMessage

ENTRIES = 100
SECONDS = (places.Permission.RELEASE_WARNINGS, places.Permission.APPROVE_WARNINGS)
"""Who may look at what waits for a second person."""
MARKS = {"Exercise": "演练 · DRILL", "Test": "测试 · TEST"}
ATOM = "application/atom+xml; charset=utf-8"


@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """The newest public messages as Atom; no sign-in."""
    rows = list(
        CapMessage.objects.filter(direction=CapMessage.Direction.OUT, scope="Public").order_by(
            "-id"
        )[:ENTRIES]
    )
    updated = rows[0].sent_at if rows else timezone.now()
    xml = atom.to_xml(
        [_entry(row) for row in rows],
        title=f"{settings.CITY_NAME} · {settings.CITY_NAME_EN}",
        author=settings.DEFAULT_FROM_EMAIL,
        url=f"{settings.BASE_URL}{reverse('warn:cap_feed')}",
        updated=updated,
    )
    answer = HttpResponse(xml, content_type=ATOM)
    answer["Cache-Control"] = "max-age=10"
    return answer


def _entry(row: CapMessage) -> atom.Entry:
    title, summary = _words(row)
    mark = "" if row.status == "Actual" else f"[{MARKS.get(row.status, row.status)}] "
    return atom.Entry(
        row.identifier,
        f"{mark}[{row.msg_type}] {title}",
        summary,
        f"{settings.BASE_URL}{reverse('warn:cap_message', args=[row.identifier])}",
        row.sent_at,
    )


def _words(row: CapMessage) -> tuple[str, str]:
    """Headline and description as they were sent: what the warning says now may be another."""
    info = schema.root_of(bytes(row.xml)).find(f"{{{NAMESPACE}}}info")
    if info is None:
        return row.identifier, ""
    found = (info.findtext(f"{{{NAMESPACE}}}{name}") or "" for name in ("headline", "description"))
    headline, description = found
    return headline or row.identifier, description


@require_GET
def message(request: HttpRequest, identifier: str) -> HttpResponse:
    """One of our messages as it was sent; a restricted one for those who may see its warning."""
    row = CapMessage.objects.filter(
        direction=CapMessage.Direction.OUT, identifier=identifier
    ).first()
    if row is None or not (row.scope == "Public" or _may_see(request, row)):
        raise Http404
    return HttpResponse(bytes(row.xml), content_type="application/cap+xml")


@require_GET
def received(request: HttpRequest, message_id: int) -> HttpResponse:
    """A message as it came in, byte for byte, never as something that a browser would run."""
    row = CapMessage.objects.filter(pk=message_id).first()
    if row is None or not request.user.is_authenticated or not _may_see(request, row):
        raise Http404
    answer = HttpResponse(bytes(row.xml), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="message-{row.pk}.xml"'
    return answer


def _may_see(request: HttpRequest, row: CapMessage) -> bool:
    if row.warning_id is None and row.taken_by:
        return any(places.may(request.user, each) for each in SECONDS)
    seen = selectors.visible_warnings(request.user)
    return row.warning_id is not None and seen.filter(pk=row.warning_id).exists()
