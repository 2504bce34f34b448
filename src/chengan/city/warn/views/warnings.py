"""Pages of warnings: the list, one warning with all that was done, the next step."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengan.city.places import api as places
from chengan.city.warn import errors, models, selectors
from chengan.city.warn.models import Delivery, EventType, Origin, Severity, State
from chengan.city.warn.selectors import authority
from chengan.city.warn.services import levelling, releasing, responding, stepping
from chengan.city.warn.views.alarms import local

May = places.Permission
NAMES = ("state", "severity", "event", "origin", "show", "q")
LEVELS = [(level, word) for level, word in reversed(Severity.choices)]


@login_required
def warnings(request: HttpRequest) -> HttpResponse:
    """The warnings the user may see, newest first; filters stand in the address."""
    places.require(request.user, May.VIEW_ALARMS)
    filters = _filters(request)
    context = {
        "page": selectors.warning_page(request.user, filters, request.GET.get("after", "")),
        "filters": filters,
        "shows": [("going", _("In progress")), ("supervised", _("Supervised"))],
        "levels": LEVELS,
        "states": State.choices,
        "origins": Origin.choices,
        "events": EventType.objects.order_by("pk"),
        "saved": places.saved_views(request, "warn:warnings"),
        "csv": reverse("warn:warning_export", args=["csv"]),
        "excel": reverse("warn:warning_export", args=["xlsx"]),
        "may_open": places.may(request.user, May.RELEASE_WARNINGS),
    }
    return render(request, "warn/warnings.html", context)


@login_required
def warning_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The filtered warnings as CSV or Excel."""
    places.require(request.user, May.VIEW_ALARMS)
    found = selectors.filtered_warnings(request.user, _filters(request))
    headers = [
        _("Number"), _("Identifier"), _("Level"), _("event type"), _("Headline"), _("Status"),
        _("Object"), _("Responsible unit"), _("Where from"), _("Judged by"), _("Approved by"),
        _("Released by"), _("Released"), _("Lifted"), _("Supervised"), _("Exercise"),
        _("Sample data"),
    ]  # fmt: skip
    return places.table_file("warnings", form, headers, map(_cells, found.iterator(1000)))


def _filters(request: HttpRequest) -> dict[str, str]:
    filters = {name: request.GET.get(name, "") for name in NAMES}
    if not filters["severity"].isdecimal():
        filters["severity"] = ""
    return filters


def _cells(each: models.Warning) -> list[Any]:
    return [
        each.number, each.identifier, each.get_severity_display(), str(each.event_type),
        str(each), each.get_state_display(), local(each.city_object) if each.city_object else "",
        local(each.responsible) if each.responsible else "", each.get_origin_display(),
        each.judged_by, each.approved_by, each.released_by, each.released_at, each.lifted_at,
        each.supervised_at, _("yes") if each.is_exercise else "",
        _("yes") if each.is_sample else "",
    ]  # fmt: skip


@login_required
def warning(request: HttpRequest, warning_id: str) -> HttpResponse:
    """One warning: what it says, what is next, who was told, what was done."""
    found = get_object_or_404(selectors.visible_warnings(request.user), pk=warning_id)
    deliveries = found.deliveries.select_related("channel", "person", "organisation")
    context = {
        "warning": found,
        "steps": found.steps.order_by("-seq"),
        "told": _told(deliveries),
        "deadlines": found.deadlines.order_by("-due_at")[:20],
        "messages_out": found.messages.order_by("-id"),
        "actions": next_actions(request.user, found),
        "levels": [pair for pair in LEVELS if pair[0] in {*found.event_type.levels, 1}],
        "may_change": releasing_may(request.user, found),
        "may_open_incident": places.may(request.user, places.Permission.COMMAND_INCIDENTS),
        "is_out": found.state in stepping.OUT,
    }
    return render(request, "warn/warning.html", context)


def _told(deliveries: QuerySet[Delivery]) -> list[dict[str, Any]]:
    """One line for each person and occasion, with every channel tried and the receipt."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for each in deliveries.order_by("-created_at", "id")[:2000]:
        key = (each.step, each.purpose, each.person_id, each.organisation_id, each.role)
        line = found.setdefault(key, {"first": each, "rows": [], "receipt": None})
        line["rows"].append(each)
        if each.receipt_at and line["receipt"] is None:
            line["receipt"] = each
    return list(found.values())


def releasing_may(user: Any, found: models.Warning) -> bool:
    """Say whether the account may raise, lower or change the warning."""
    return (
        found.state in stepping.OUT
        and found.origin != Origin.EXTERNAL
        and authority.verdict(user, found, "issue").may
    )


def next_actions(user: Any, found: models.Warning) -> list[dict[str, Any]]:
    """What this account may do next: code, word, whether a reason is needed, how it looks."""
    made: list[dict[str, Any]] = []

    def offer(
        code: str, word: str, *, reason: bool = False, look: str = "", hint: str = ""
    ) -> None:
        made.append({"code": code, "word": word, "reason": reason, "look": look, "hint": hint})

    may_release = _holds(user, found, May.RELEASE_WARNINGS)
    may_handle = may_release or _holds(user, found, May.HANDLE_WARNINGS)
    if found.state == State.LEVELLED and authority.verdict(user, found, "approve").may:
        row = authority.in_force(found.event_type, found.severity)
        if row and row.needs_approval and found.levelled_by != user.get_username():
            offer("approve", _("Approve"), look="main")
            offer("send_back", _("Send back"), reason=True)
    asked = found.pending_severity
    is_second = found.levelled_by != user.get_username()
    if asked and is_second and authority.verdict(user, found, "approve", asked).may:
        word = _("Approve %(level)s") % {"level": Severity(asked).label}
        offer("approve_change", word, look="main")
    if may_handle:
        words = respond_words()
        for action, (allowed, _to) in responding.MOVES.items():
            if found.state in allowed and action in words:
                offer(action, words[action], reason=action in responding.WITH_REASON)
    if found.state in stepping.OUT and authority.verdict(user, found, "lift").may:
        offer("lift", _("Lift the warning"), reason=found.state != State.VERIFIED, look="danger",
              hint=_("Everybody who was told is told that it is over."))  # fmt: skip
    is_early = found.state in {State.JUDGED, State.LEVELLED, State.APPROVED}
    if is_early and may_release:
        offer("withdraw", _("Withdraw"), reason=True, look="danger")
    return made


def respond_words() -> dict[str, str]:
    """The words of the steps of a response."""
    return {
        "dispatched": _("Dispatch"),
        "acknowledged": _("Acknowledge"),
        "on_site": _("Arrive on site"),
        "handling": _("Begin handling"),
        "fed_back": _("Feed back"),
        "returned": _("Not solved: return"),
        "verified": _("Verify the warning"),
        "evaluated": _("Evaluate"),
        "archived": _("Archive"),
    }


@require_POST
@login_required
def act(request: HttpRequest, warning_id: str, action: str) -> HttpResponse:
    """Take the next step; the answer is the warning's page, with what went wrong."""
    found = get_object_or_404(selectors.visible_warnings(request.user), pk=warning_id)
    _require(request.user, found, action)
    seen = request.POST.get("seen", "")
    try:
        _do(request, found, action, int(seen) if seen.isdecimal() else None)
    except errors.WarnError as error:
        messages.error(request, str(error))
    return redirect("warn:warning", warning_id=found.pk)


def _require(user: Any, found: models.Warning, action: str) -> None:
    """Refuse unless the account holds what `action` asks for, on the warning's own ground."""
    wanted = [May.RELEASE_WARNINGS]
    if action in responding.MOVES:
        wanted = [May.HANDLE_WARNINGS, May.RELEASE_WARNINGS]
    elif action in {"approve", "send_back", "approve_change"}:
        wanted = [May.APPROVE_WARNINGS]
    if not any(places.may(user, each) for each in wanted):
        places.require(user, wanted[0])
    if not any(_holds(user, found, each) for each in wanted):
        raise PermissionDenied(_("You may see this warning; its ground is in others' charge."))


def _holds(user: Any, found: models.Warning, permission: str) -> bool:
    return selectors.visible_warnings(user, permission).filter(pk=found.pk).exists()


def _do(request: HttpRequest, found: models.Warning, action: str, seen: int | None) -> None:
    user: Any = request.user
    reason = request.POST.get("reason", "")
    evidence = [line for line in request.POST.get("evidence", "").splitlines() if line.strip()]
    at = timezone.now()
    given: dict[str, Any] = {"warning": found, "by": user, "at": at, "reason": reason, "seen": seen}
    if action in responding.MOVES:
        name = user.get_username()
        responding.respond(**(given | {"by": name}), action=action, evidence=evidence)
    elif action == "approve":
        levelling.approve(**given)
    elif action == "send_back":
        levelling.send_back(**given)
    elif action == "approve_change":
        releasing.approve_change(**given)
    elif action == "withdraw":
        levelling.withdraw(**(given | {"by": user.get_username()}))
    elif action == "lift":
        releasing.lift(**given)
    elif action == "change_level":
        level = request.POST.get("severity", "")
        releasing.change_level(**given, severity=int(level) if level.isdecimal() else 0)
    else:
        raise errors.WrongState(_("There is no such step."))
