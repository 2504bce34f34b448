"""Pages of sources: the list with verdicts, one source, its form and its credentials."""

from collections import Counter

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from chengan.city.hub import health, selectors, services, tokens
from chengan.city.hub.examples import Opened, examples
from chengan.city.hub.health import Health, Verdict
from chengan.city.hub.models import Credential, Source
from chengan.city.hub.source_forms import SourceForm
from chengan.city.places import api as places

UNUSED = "unused"


@login_required
def sources(request: HttpRequest) -> HttpResponse:
    """List the sources and whether their data moves."""
    every = _judged(request)
    counts = Counter(_said(each)[0] for each in every)
    context = {
        "rows": _asked(request, every),
        "verdicts": [
            (code, word, counts[code])
            for code, word in [*Verdict.choices, (UNUSED, _("Out of use"))]
        ],
        "may_make": places.may(request.user, places.Permission.MANAGE_SOURCES),
    }
    return render(request, "hub/sources.html", context)


@login_required
@require_GET
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give the filtered sources with today's counters as CSV or Excel."""
    heads = [
        _("Source"), _("Chinese name"), _("English name"), _("Owner"), _("Verdict"),
        _("Last received"), _("Received"), _("Stored"), _("Duplicate"), _("Rejected"), _("Late"),
        _("Expected an hour"),
    ]  # fmt: skip
    rows = map(_cells, _asked(request, _judged(request)))
    return places.table_file("sources", form, heads, rows)


def _judged(request: HttpRequest) -> list[Health]:
    found, words = selectors.visible_sources(request.user), request.GET.get("q", "").strip()[:100]
    if words:
        named = Q(name_zh__icontains=words) | Q(name_en__icontains=words)
        found = found.filter(named | Q(key__icontains=words))
    return health.health(found.select_related("owner").order_by("key"), timezone.now())


def _asked(request: HttpRequest, every: list[Health]) -> list[Health]:
    asked = request.GET.get("verdict", "")
    known = [*Verdict.values, UNUSED]
    return [each for each in every if asked not in known or _said(each)[0] == asked]


def _said(row: Health) -> tuple[str, str]:
    """What is said of a source, as code and word: of one out of use nothing is expected."""
    if not row.source.is_active:
        return UNUSED, _("Out of use")
    return row.verdict.value, str(row.verdict.label)


def _cells(row: Health) -> list[places.Cell]:
    of = row.source
    about = [of.key, of.name_zh, of.name_en, of.owner.code, _said(row)[1]]
    counts = [row.received, row.stored, row.duplicate, row.rejected, row.late]
    return [*about, row.last_received_at, *counts, of.expected_per_hour]


@login_required
@never_cache
def source(request: HttpRequest, key: str, fresh: Opened | None = None) -> HttpResponse:
    """One source: its credentials and how to send to it; a `fresh` secret is shown once."""
    found = get_object_or_404(selectors.visible_sources(request.user), key=key)
    mine = selectors.visible_sources(request.user).filter(pk=found.pk)
    [judged] = health.health(mine, timezone.now())
    base = request.build_absolute_uri("/").rstrip("/")
    context = {
        "source": found,
        "health": judged,
        "credentials": found.credentials.order_by("-id"),
        "may_manage": _manages(request, found),
        "fresh": fresh,
        "examples": examples(found, base_url=base, stream=_stream(found), by=fresh),
    }
    return render(request, "hub/source.html", context)


def _stream(found: Source) -> str:
    """A datastream key that this source sends, where one is known from its schema."""
    return str((found.schema or {}).get("example", ""))


def _manages(request: HttpRequest, found: Source) -> bool:
    return places.may(request.user, places.Permission.MANAGE_SOURCES, found.owner)


@login_required
def edit(request: HttpRequest, key: str = "") -> HttpResponse:
    """Make a source, or change one."""
    found = None
    if key:
        found = get_object_or_404(selectors.visible_sources(request.user), key=key)
        places.require(request.user, places.Permission.MANAGE_SOURCES, found.owner)
    else:
        places.require(request.user, places.Permission.MANAGE_SOURCES)
    form, status = SourceForm(request.POST or None, instance=found, user=request.user), 200
    if request.method == "POST" and form.is_valid():
        try:
            made = services.keep_source(form.instance, seen=form.cleaned_data["seen"])
        except places.PlacesError as error:
            form.add_error(None, str(error))
            status = 409
        else:
            messages.success(request, _("Saved"))
            return redirect("hub:source", key=made.key)
    return render(request, "hub/source_form.html", {"form": form, "source": found}, status=status)


@login_required
@require_POST
def issue(request: HttpRequest, key: str) -> HttpResponse:
    """Issue a credential and show its secret this once."""
    found = get_object_or_404(selectors.visible_sources(request.user), key=key)
    places.require(request.user, places.Permission.MANAGE_SOURCES, found.owner)
    kind = "http" if request.POST.get("kind") == "http" else "mqtt"
    made, secret = services.issue(source=found, kind=kind, at=timezone.now())
    if kind == "http":
        return source(request, key, fresh=Opened(token=tokens.token(made.username, secret)))
    return source(request, key, fresh=Opened(made.username, secret))


@login_required
@require_POST
def revoke(request: HttpRequest, key: str, credential_id: int) -> HttpResponse:
    """Close a credential for good."""
    found = get_object_or_404(selectors.visible_sources(request.user), key=key)
    places.require(request.user, places.Permission.MANAGE_SOURCES, found.owner)
    credential = get_object_or_404(Credential, pk=credential_id, source=found)
    services.revoke(credential=credential, at=timezone.now())
    messages.success(request, _("Revoked"))
    return redirect("hub:source", key=key)
