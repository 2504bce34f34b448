"""Who answers for what, and the roster."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengan.city.places import export, selectors
from chengan.city.places.errors import PlacesError
from chengan.city.places.forms import ShiftForm
from chengan.city.places.models import Duty, Holding, Organisation, Shift
from chengan.city.places.permissions import Permission
from chengan.city.places.services import duties
from chengan.city.places.views import saved

PAGE = 50
SHIFTS = 200
SEARCHED = (
    "post__name_zh", "post__name_en", "city_object__name_zh", "city_object__name_en",
    "area__name_zh", "network__name_zh",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def duty_list(request: HttpRequest) -> HttpResponse:
    """Show who answers for what, and the roster; take a shift."""
    user: Any = request.user
    selectors.require(user, Permission.VIEW_PLACES)
    can_manage = selectors.may(user, Permission.MANAGE_DUTIES)
    form = ShiftForm(request.POST or None, by=user) if can_manage else None
    if request.method == "POST":
        selectors.require(user, Permission.MANAGE_DUTIES)
        if form and form.is_valid() and _is_put(request, form):
            return redirect("places:duties")
    after = request.GET.get("after", "")
    rows = list(_filtered(request).filter(id__gt=int(after) if after.isdecimal() else 0)[:51])
    organisations = selectors.visible_organisations(user)
    asked = organisations.filter(code=request.GET.get("organisation", "")).first()
    shifts = _shifts(user)
    context = {
        "duties": rows[:PAGE],
        "after": rows[PAGE - 1].id if len(rows) > PAGE else 0,
        "shifts": shifts[:SHIFTS],
        "more_shifts": len(shifts) > SHIFTS,
        "form": form,
        "roles": Duty.Role.choices,
        "organisations": organisations.filter(retired_at=None),
        "asked_words": {
            "organisation": str(asked or ""),
            "role": dict(Duty.Role.choices).get(request.GET.get("role", ""), ""),
        },
        "csv": reverse("places:duties_export", args=["csv"]),
        "excel": reverse("places:duties_export", args=["xlsx"]),
        "saved": saved.of(request, "duties"),
    }
    return render(request, "places/duty_list.html", context)


@require_GET
@login_required
def duty_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give the filtered duties as CSV or Excel, with who holds each and who stands in."""
    selectors.require(request.user, Permission.VIEW_PLACES)
    heads = [
        _("Organisation"), _("Post"), _("As"), _("Answers for"), _("Held by"), _("Substitutes"),
    ]  # fmt: skip
    return export.answer("duties", form, heads, map(_cells, _filtered(request).iterator(500)))


def _is_put(request: HttpRequest, form: ShiftForm) -> bool:
    try:
        duties.put_shift(**form.cleaned_data)
    except PlacesError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Done."))
    return True


def _filtered(request: HttpRequest) -> QuerySet[Duty]:
    theirs = selectors.scope(request.user, Permission.VIEW_PLACES)
    found = Duty.objects.filter(
        theirs.paths_q("post__organisation__path"), retired_at=None, post__retired_at=None
    )
    code, role = request.GET.get("organisation", ""), request.GET.get("role", "")
    if code:
        path = Organisation.objects.filter(code=code).values_list("path", flat=True).first()
        found = found.filter(post__organisation__path__startswith=path or "none")
    if role in Duty.Role.values:
        found = found.filter(role=role)
    words = request.GET.get("q", "").strip()[:100]
    held = selectors.holdings_at(timezone.now())
    if words:
        found = found.filter(id__in=Duty.objects.filter(_named(words, held)).values("id"))
    return (
        found.select_related("post__organisation", "city_object", "network", "area")
        .prefetch_related(
            Prefetch("substitutes", selectors.substitutes()),
            Prefetch("post__holdings", held, to_attr="held"),
        )
        .order_by("id")
    )


def _named(words: str, held: QuerySet[Holding]) -> Q:
    """What holds `words`: a post, what it answers for, or who holds it now."""
    by = held.filter(Q(person__name_zh__icontains=words) | Q(person__name_en__icontains=words))
    named = Q(post__in=by.order_by().values("post"))
    for name in SEARCHED:
        named |= Q(**{f"{name}__icontains": words})
    return named


def _shifts(user: Any) -> list[Shift]:
    """Give the coming shifts: one more than is shown where there are more."""
    theirs = selectors.scope(user, Permission.VIEW_PLACES).paths_q("post__organisation__path")
    coming = Shift.objects.filter(theirs, ends_at__gt=timezone.now())
    return list(coming.select_related("post", "person").order_by("starts_at", "id")[: SHIFTS + 1])


def _cells(each: Duty) -> list[str]:
    of = each.city_object or each.network or each.area
    held = "; ".join(str(holding.person) for holding in getattr(each.post, "held", []))
    instead = "; ".join(str(substitute.person) for substitute in each.substitutes.all())
    return [
        str(each.post.organisation), str(each.post), each.get_role_display(), str(of or ""), held,
        instead,
    ]  # fmt: skip
