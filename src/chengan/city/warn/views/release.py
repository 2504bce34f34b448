"""Level and release: what goes out, to whom, and why it is they, before anybody presses."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from chengan.city.places import api as places
from chengan.city.warn import errors, models, selectors
from chengan.city.warn.models import Channel, Origin, Severity, State
from chengan.city.warn.selectors import authority, recipients
from chengan.city.warn.services import levelling, opening, releasing, telling
from chengan.city.warn.warning_forms import LevelForm, NewForm, differing, initial

May = places.Permission
EARLY = {State.JUDGED, State.LEVELLED, State.APPROVED}


@login_required
def release(request: HttpRequest, warning_id: str) -> HttpResponse:
    """Give the level and the texts, see who will be told, release or ask for approval."""
    places.require(request.user, May.RELEASE_WARNINGS)
    mine = selectors.visible_warnings(request.user, May.RELEASE_WARNINGS)
    found = get_object_or_404(mine, pk=warning_id)
    form = LevelForm(request.POST or None, initial=initial(found))
    if request.method == "POST" and form.is_valid() and _press(request, found, form):
        return redirect("warn:warning", warning_id=found.pk)
    found.refresh_from_db()
    severity = _severity(request, found)
    context = {"warning": found, "form": form, "is_early": found.state in EARLY}
    return render(request, "warn/release.html", context | explained(request.user, found, severity))


@login_required
def told(request: HttpRequest, warning_id: str) -> HttpResponse:
    """Who would be told at the level in the address, and why; a part of the release page."""
    found = get_object_or_404(selectors.visible_warnings(request.user), pk=warning_id)
    context = explained(request.user, found, _severity(request, found))
    return render(request, "warn/_told.html", context | {"warning": found})


def explained(user: Any, found: models.Warning, severity: int) -> dict[str, Any]:
    """Everything that the page says about who, why, by which way, and who must approve."""
    said = authority.verdict(user, found, "issue", severity)
    channels = list(
        Channel.objects.filter(is_active=True, from_severity__lte=severity).exclude(
            kind=Channel.Kind.CAP
        )
    )
    people = recipients.who_is_told(found, timezone.now(), severity)
    return {
        "severity": severity,
        "verdict": said,
        "recipients": [
            (each, [channel for channel in channels if telling.addresses(channel, each)])
            for each in people
        ],
        "public": recipients.tells_public(found, severity),
        "approvers": authority.approvers(found, severity) if said.needs_approval else [],
        "approver_words": authority.words(said.row.approvers) if said.row else "",
        "minutes": found.event_type.receipt_min.get(str(severity), telling.DEFAULT_RECEIPT_MIN),
    }


def _severity(request: HttpRequest, found: models.Warning) -> int:
    given = request.POST.get("severity") or request.GET.get("severity", "")
    is_level = given.isdecimal() and int(given) in Severity.values
    return int(given) if is_level else found.severity


def _press(request: HttpRequest, found: models.Warning, form: LevelForm) -> bool:
    user: Any = request.user
    at, given = timezone.now(), form.cleaned_data
    press = request.POST.get("press", "level")
    anew: list[str] = []
    try:
        if found.state in EARLY:
            anew = differing(form, found) if found.state == State.APPROVED else []
            _level_and_perhaps_release(found, form, user, at, press, anew)
        else:
            releasing.amend(
                warning=found, texts=form.texts(), by=user, at=at, reason=given["reason"],
                seen=given["seen"],
            )  # fmt: skip
    except errors.WarnError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _done(found, anew))
    return True


def _level_and_perhaps_release(
    found: models.Warning, form: LevelForm, user: Any, at: Any, press: str, anew: list[str]
) -> None:
    """Release what was approved as it was approved; what differs from it is levelled anew."""
    given = form.cleaned_data
    if press == "release" and found.state == State.APPROVED and not anew:
        releasing.release(warning=found, by=user, at=at, reason=given["reason"], seen=given["seen"])
        return
    levelling.level(
        warning=found, severity=given["severity"], event_type=given["event_type"], by=user, at=at,
        reason=given["reason"], seen=given["seen"], texts=form.texts(),
    )  # fmt: skip
    said = authority.verdict(user, found, "issue")
    if press == "release" and not said.needs_approval:
        releasing.release(warning=found, by=user, at=at)


def _done(found: models.Warning, anew: list[str]) -> str:
    if found.state == State.LEVELLED:
        row = authority.in_force(found.event_type, found.severity)
        if row and row.needs_approval and anew:
            text = _("Changed since it was approved: %(what)s. Nothing has gone out; approval is "
                     "asked for again.")  # fmt: skip
            return text % {"what": _(", ").join(anew)}
        if row and row.needs_approval:
            return _("Approval is asked for: a second person must approve.")
        return _("The level is kept; nothing has gone out yet.")
    return _("It is out: everybody named is being told.")


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Begin a warning that no alarm raised."""
    places.require(request.user, May.RELEASE_WARNINGS)
    form = NewForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = _open(request, form)
        except errors.WarnError as error:
            form.add_error(None, str(error))
        else:
            return redirect("warn:release", warning_id=made.pk)
    return render(request, "warn/warning_new.html", {"form": form})


def _open(request: HttpRequest, form: NewForm) -> models.Warning:
    given = dict(form.cleaned_data)
    place, area = given.pop("object_number"), given.pop("area")
    common = {
        "event_type": given["event_type"],
        "severity": given["severity"],
        "by": request.user.get_username(),
        "at": timezone.now(),
        "reason": given["reason"],
        "city_object": place,
        "area": area,
        "responsible": given["responsible"],
        "description": (given["description_zh"], given["description_en"]),
        "is_exercise": given["is_exercise"],
        "geometry": None if place else area.geometry,
    }
    if given["probability"] is None:
        return opening.open_warning(origin=Origin.PERSON, **common)
    shape = common["geometry"] or opening.around(place)
    return opening.open_forecast(
        probability=given["probability"], expected_at=given["expected_at"],
        **(common | {"geometry": shape}),
    )  # fmt: skip
