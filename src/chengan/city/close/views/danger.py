"""One hidden danger: what it is, how far it is, what this user may do about it now."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from chengan.city.assess import api as assess
from chengan.city.close import codes, forms
from chengan.city.close.errors import BadDanger, CloseError
from chengan.city.close.models import DangerPhoto, Extension, HiddenDanger
from chengan.city.close.models.danger import ON_THE_SPOT
from chengan.city.close.selectors import acting
from chengan.city.close.selectors.dangers import visible_dangers
from chengan.city.close.services import judging, rectifying, reporting, supervising
from chengan.city.command import api as command
from chengan.city.places import api as places
from chengan.city.warn import api as warn

Form = type[django_forms.Form]
Do = Callable[..., Any]
WORDS: dict[str, tuple[str | Promise, Form, str]] = {
    "judge": (gettext_lazy("Judge it"), forms.JudgeForm, "main"),
    "plan": (gettext_lazy("Write the report of a major danger"), forms.PlanForm, "main"),
    "order": (gettext_lazy("Order its rectification"), forms.OrderForm, "main"),
    "start": (gettext_lazy("Begin rectification"), forms.NoteForm, "main"),
    "rectify": (gettext_lazy("Say it is rectified"), forms.RectifiedForm, "main"),
    "verify": (gettext_lazy("Verify: it is gone"), forms.VerifiedForm, "main"),
    "send_back": (gettext_lazy("Send it back"), forms.BackForm, ""),
    "close": (gettext_lazy("Take it off the list"), forms.NoteForm, "main"),
    "answer": (gettext_lazy("Answer the extension"), forms.AnswerForm, "main"),
    "ask": (gettext_lazy("Ask for an extension"), forms.AskForm, ""),
    "list": (gettext_lazy("List it for supervision"), forms.ListForm, "danger"),
    "file": (gettext_lazy("Say it is filed"), forms.PaperForm, ""),
    "publish": (gettext_lazy("Say the order is published"), forms.PaperForm, ""),
    "end": (gettext_lazy("Say the end is published"), forms.PaperForm, ""),
    "note": (gettext_lazy("Add a note or photo"), forms.PhotoForm, ""),
    "dismiss": (gettext_lazy("It is no hidden danger"), forms.WhyForm, "danger"),
}
HELP = {
    "order": gettext_lazy("The responsible organisation is told at once."),
    "list": gettext_lazy("The responsible organisation is told; filing and publishing get dates."),
    "dismiss": gettext_lazy("It ends here; whoever reported it sees the reason."),
    "send_back": gettext_lazy("The responsible organisation is told and has until the new day."),
    "verify": gettext_lazy("What it raised comes down again."),
    "close": gettext_lazy("It leaves the list of open dangers; its record stays."),
}
DO: dict[str, Do] = {
    "judge": judging.judge,
    "plan": judging.plan,
    "order": judging.order,
    "start": rectifying.start,
    "rectify": rectifying.rectify,
    "verify": rectifying.verify,
    "send_back": rectifying.send_back,
    "close": rectifying.close,
    "answer": supervising.answer,
    "ask": supervising.ask,
    "list": supervising.list_for_supervision,
    "note": reporting.note,
}


@require_GET
@login_required
def danger(request: HttpRequest, danger_id: int) -> HttpResponse:
    """Show a danger, its timeline and what may be done now: its permanent address."""
    return _page(request, get_object_or_404(visible_dangers(request.user), pk=danger_id))


def _page(
    request: HttpRequest, found: HiddenDanger, tried: tuple[str, django_forms.Form] | None = None
) -> HttpResponse:
    now = timezone.now()
    offered = acting.acts(request.user, found)
    cause = warn.EventType.objects.filter(code=found.cause).first() if found.cause else None
    context = {
        "danger": found,
        "words": {name: codes.word(name, getattr(found, name)) for name in
                  ("level", "kind", "source", "manage")},
        "code_source": codes.table(),
        "cause": cause or found.cause,
        "acts": [_offer(request, found, act, now, tried) for act in offered],
        "steps": found.steps.prefetch_related("photos").order_by("-id"),
        "deadlines": found.deadlines.filter(settled_at=None).order_by("due_at"),
        "extension": found.extensions.filter(status=Extension.Status.WAITING).first(),
        "lacks": judging.words_of(judging.missing(found)),
        "risk": found.risk if _sees(request, found) else None,
        "now": now,
    }  # fmt: skip
    return render(request, "close/danger.html", context)


def _sees(request: HttpRequest, found: HiddenDanger) -> bool:
    return assess.visible_risks(request.user).filter(pk=found.risk_id or 0).exists()


def _offer(
    request: HttpRequest,
    found: HiddenDanger,
    act: str,
    now: datetime,
    tried: tuple[str, django_forms.Form] | None,
) -> dict[str, Any]:
    word, _form, look = WORDS[act]
    is_tried = tried is not None and tried[0] == act
    form = tried[1] if tried and is_tried else _form_of(request, found, act, now)
    return {"code": act, "word": word, "look": look, "form": form, "is_open": is_tried,
            "help": HELP.get(act, "")}  # fmt: skip


def _form_of(
    request: HttpRequest, found: HiddenDanger, act: str, now: datetime, *given: Any
) -> django_forms.Form:
    made = WORDS[act][1]
    named: dict[str, Any] = {"auto_id": f"{act}-%s", "initial": _initial(found, act, now)}
    if made is forms.JudgeForm:
        return forms.JudgeForm(*given, by=request.user, danger=found, **named)  # type: ignore[arg-type]
    return made(*given, **named)


def _initial(found: HiddenDanger, act: str, now: datetime) -> dict[str, Any]:
    if act == "order":
        today = timezone.localdate(now) if found.manage == ON_THE_SPOT else None
        return {"due_date": found.plan_date or today}
    if act == "plan":
        return {name: getattr(found, name) for name in (*judging.REPORT, "plan_date")}
    return {}


@require_POST
@login_required
def act(request: HttpRequest, danger_id: int, act: str) -> HttpResponse:
    """Do one step; what is refused comes back with everything that was typed."""
    found = get_object_or_404(visible_dangers(request.user), pk=danger_id)
    if act not in WORDS:
        raise Http404
    if act not in acting.acts(request.user, found):
        if not any(acting.reaches(request.user, each, found) for each in acting.ACTS[act][0]):
            raise PermissionDenied(_("Ask whoever answers for this danger."))
        text = _("“%(act)s” is not possible now: look at what was done meanwhile.")
        messages.error(request, text % {"act": WORDS[act][0]})
        return redirect("close:danger", found.pk)
    now = timezone.now()
    form = _form_of(request, found, act, now, request.POST, request.FILES)
    if form.is_valid():
        try:
            _do(request, found, act, dict(form.cleaned_data), now)
        except (BadDanger, places.BadPicture) as error:
            field = getattr(error, "field", "photo")
            form.add_error(field if field in form.fields else None, str(error))
        except CloseError as error:
            messages.error(request, str(error))
            return redirect("close:danger", found.pk)
        else:
            return redirect("close:danger", found.pk)
    return _page(request, found, (act, form))


def _do(
    request: HttpRequest, found: HiddenDanger, act: str, given: dict[str, Any], at: datetime
) -> None:
    by: Any = {"by": request.user.get_username(), "at": at}
    if "photo" in given:
        given["photo"] = forms.picture(given["photo"])
    if act in {"file", "publish", "end"}:
        supervising.keep(danger=found, step=act, note=given["note"], **by)
    elif act == "dismiss":
        judging.dismiss(danger=found, reason=given["note"], **by)
    else:
        DO[act](danger=found, **given, **by)


@require_GET
@login_required
def photo(request: HttpRequest, photo_id: Any) -> HttpResponse:
    """Give a photo to whoever sees its danger."""
    seen = visible_dangers(request.user).select_related(None).values("pk")
    found = get_object_or_404(DangerPhoto.objects.filter(step__danger__in=seen), pk=photo_id)
    path = command.photo_place(found.file)
    if not path.is_file():
        raise Http404
    answer = HttpResponse(path.read_bytes(), content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=86400"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
