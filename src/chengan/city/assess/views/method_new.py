"""A method of the city's own: begun from another one or from MES's frame, and taken out of use."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from chengan.city.assess import errors
from chengan.city.assess.forms import word
from chengan.city.assess.models import HazardLibrary, Mark, Method
from chengan.city.assess.services import method_kinds, methods
from chengan.city.assess.views import data, definitions
from chengan.city.places import api as places

May = places.Permission


class MethodForm(forms.Form):
    """What a method is called and stands for; its figures are the definition."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=60,
        help_text=gettext_lazy("Small letters, figures and hyphens; it stands in every receipt."),
    )
    name_zh = forms.CharField(label=gettext_lazy("Chinese name"), max_length=200)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=200, required=False)
    sector = forms.ChoiceField(
        label=gettext_lazy("Sector"),
        required=False,
        help_text=gettext_lazy(
            "Only this sector's risks are assessed by it; its own matrix or checklist takes the"
            " place of the general one there."
        ),
    )
    source = forms.CharField(label=gettext_lazy("Source or reason"), max_length=1000)
    mark = forms.ChoiceField(label=gettext_lazy("How sure"), choices=Mark.choices)
    text = forms.CharField(
        label=gettext_lazy("Definition as YAML"),
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        """Offer the sectors that have a library in force."""
        super().__init__(*args, **more)
        rows = HazardLibrary.objects.filter(retired_at=None).order_by("code")
        sectors = [(each.code, word([each.name_zh, each.name_en])) for each in rows]
        self.fields["sector"].choices = [("", _("every sector")), *sectors]  # type: ignore[attr-defined]
        self.fields["mark"].choices = [  # type: ignore[attr-defined]
            (code, f"[{code}] {label}") for code, label in Mark.choices
        ]


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Choose what to begin with, then check the definition and put it in force."""
    places.require(request.user, May.EDIT_METHODS)
    code = request.GET.get("start", "")
    if not code:
        return render(request, "assess/method_new.html", {"starts": _starts()})
    try:
        begin = method_kinds.start(code)
    except errors.BadInputs as error:
        messages.error(request, str(error))
        return redirect("assess:method_new")
    form = MethodForm(request.POST or None, initial=_initial(request, code, begin))
    context: dict[str, Any] = {"form": form, "kind": begin["kind"], "start": code,
                               "kind_word": Method.Kind(begin["kind"]).label}  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            made = _put(request, form, begin["kind"], context)
        except errors.BadInputs as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except errors.BadDefinition as error:
            form.add_error("text", str(error))
        else:
            if made is not None:
                messages.success(request, _("In force: risks can be assessed by it."))
                return redirect("assess:method", made.code)
    return render(request, "assess/method_new.html", context)


def _put(
    request: HttpRequest, form: MethodForm, kind: str, context: dict[str, Any]
) -> Method | None:
    """Put it in force; asked to check only, show how it reads and write nothing."""
    given = form.cleaned_data
    definition = data.definition_of(given.pop("text"))
    methods.check(kind, definition)
    if "check" in request.POST:
        context["shown"] = definitions.readable(kind, definition)
        return None
    by, at = request.user.get_username(), timezone.now()
    return method_kinds.create(kind=kind, definition=definition, by=by, at=at, **given)


def _initial(request: HttpRequest, code: str, begin: dict[str, Any]) -> dict[str, Any]:
    """A copy has a code of its own; a method out of use comes back under its own."""
    sector = request.GET.get("sector", "") or begin["sector"]
    is_free = not Method.objects.filter(code=code, retired_at=None).exists()
    own = code if is_free else f"{code}-{sector}" if request.GET.get("sector") else ""
    names = {name: begin[name] for name in ("name_zh", "name_en", "source", "mark")}
    text = data.as_text(methods.in_order(begin["kind"], begin["definition"]))
    return names | {"code": own, "sector": sector, "text": text}


def _starts() -> list[dict[str, Any]]:
    """Give what a method can begin with: those in force, those out of use, MES's frame."""
    rows = Method.objects.exclude(kind=Method.Kind.POLICY).order_by("code", "-version")
    found = [
        {
            "code": each.code,
            "name": word([each.name_zh, each.name_en]),
            "kind": each.get_kind_display(),
            "is_retired": each.retired_at is not None,
        }
        for each in rows.distinct("code")
    ]
    if all(each["code"] != method_kinds.MES for each in found):
        begin = method_kinds.start(method_kinds.MES)
        found.append({"code": method_kinds.MES, "name": word([begin["name_zh"], begin["name_en"]]),
                      "kind": Method.Kind.PRODUCT.label, "is_frame": True})  # fmt: skip
    return found


@require_POST
@login_required
def retire(request: HttpRequest, code: str) -> HttpResponse:
    """Take a method out of use."""
    places.require(request.user, May.EDIT_METHODS)
    found = get_object_or_404(Method, code=code, retired_at=None)
    try:
        method_kinds.retire(method=found, at=timezone.now())
    except errors.AssessError as error:
        messages.error(request, str(error))
        return redirect("assess:method", code)
    messages.success(request, _("Out of use; what was rated by it stays. Begin it anew here."))
    return redirect("assess:data")
