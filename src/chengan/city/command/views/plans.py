"""Plans: the list, one plan as a timeline, its text with everything that is wrong, rehearsal."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengan.city.command.errors import BadPlan, CommandError
from chengan.city.command.forms import IncidentForm
from chengan.city.command.models import Incident, Plan
from chengan.city.command.services import planning, rehearsing
from chengan.city.places import api as places

May = places.Permission


def may_see(request: HttpRequest) -> None:
    """Refuse whoever takes no part in command."""
    if not places.may(request.user, May.EDIT_PLANS):
        places.require(request.user, May.VIEW_INCIDENTS)


@require_GET
@login_required
def plans(request: HttpRequest) -> HttpResponse:
    """Show the newest version of every plan, and which is in force."""
    may_see(request)
    rows: dict[str, dict[str, Any]] = {}
    for plan in Plan.objects.order_by("code", "-version"):
        row = rows.setdefault(plan.code, {"plan": plan, "in_force": None, "versions": 0})
        row["versions"] += 1
        if plan.is_in_force:
            row["in_force"] = plan
    context = {"rows": rows.values(), "may_edit": places.may(request.user, May.EDIT_PLANS)}
    return render(request, "command/plans.html", context)


@require_GET
@login_required
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """Show one version of a plan (`?version=`, else the one in force, else the newest)."""
    may_see(request)
    versions = list(Plan.objects.filter(code=code).order_by("-version"))
    number = request.GET.get("version", "")
    chosen = next((each for each in versions if str(each.version) == number), None)
    chosen = chosen or next((each for each in versions if each.is_in_force), None)
    shown = chosen or get_object_or_404(Plan, pk=versions[0].pk if versions else 0)
    may_lead = places.may(request.user, May.COMMAND_INCIDENTS)
    user: Any = request.user
    context = {
        "plan": shown,
        "versions": versions,
        "rows": timeline(shown.body),
        "roles": [(named(each["name"]), by_word(each["by"])) for each in shown.body["roles"]],
        "may_edit": places.may(request.user, May.EDIT_PLANS),
        "form": IncidentForm(by=user) if may_lead else None,
        "levels": [pair for pair in Incident.Level.choices if pair[0] in shown.levels],
    }
    return render(request, "command/plan.html", context)


def named(words: dict[str, str]) -> str:
    """Give a plan's words in the page's language."""
    is_chinese = (get_language() or "zh").startswith("zh")
    return words["zh"] if is_chinese else words.get("en") or words["zh"]


def by_word(by: dict[str, Any]) -> str:
    """Say how a role finds whoever carries it out."""
    way, value = next(iter(by.items()))
    word = {
        "duty": _("whoever answers for the object: %(value)s"),
        "post": _("post %(value)s"),
        "organisation": _("organisation %(value)s"),
        "ground": _("whose ground it is: %(value)s"),
        "lead": _("whoever leads the incident"),
    }[way]
    return word % {"value": value} if way != "lead" else word


def timeline(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the plan's steps in order of time, with their place on a line of 0–100 %."""
    roles = {each["code"]: named(each["name"]) for each in body["roles"]}
    rows = [
        {"kind": "task", "at": 0, "until": each["due_min"], "mark": each["ack_min"], "each": each}
        for each in body["tasks"]
    ]
    rows += [
        {"kind": kind, "at": each["at_min"], "until": each["at_min"], "mark": None, "each": each}
        for kind, part in (("notice", "notices"), ("decision", "decisions"))
        for each in body.get(part, [])
    ]
    longest = max([row["until"] for row in rows] + [1])
    for row in rows:
        each = row["each"]
        row["name"] = named(each.get("name") or each.get("question") or each["text"])
        row["role"] = roles.get(each.get("role", ""), "")
        row["text"] = named(each["text"]) if row["kind"] == "task" and each.get("text") else ""
        row["begin"] = round(1000 * row["at"] / longest)
        row["width"] = max(8, round(1000 * (row["until"] - row["at"]) / longest))
        row["needs"] = each.get("resources", [])
        row["options"] = [named(option["name"]) for option in each.get("options", [])]
    return sorted(rows, key=lambda row: (row["until"], row["kind"]))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, code: str = "") -> HttpResponse:
    """Change a plan's text: looked at, with everything that is wrong, then kept as a draft."""
    places.require(request.user, May.EDIT_PLANS)
    newest = Plan.objects.filter(code=code).order_by("-version").first() if code else None
    if code and newest is None:
        get_object_or_404(Plan, code=code)
    text = request.POST.get("text") or (newest.text if newest else _start())
    context: dict[str, Any] = {"plan": newest, "text": text}
    if request.method == "POST":
        try:
            body = planning.read(text)
            context |= {"rows": timeline(body), "body": body}
            if request.POST.get("keep"):
                made = planning.write(
                    text=text, by=request.user.get_username(), at=timezone.now(), code=code
                )
                messages.success(request, _("Kept as a draft: put it in force when it is agreed."))
                return redirect(_address(made))
        except BadPlan as error:
            context["faults"] = error.faults
    return render(request, "command/plan_edit.html", context)


def _address(made: Plan) -> str:
    return f"/command/plans/{made.code}/?version={made.version}"


def _start() -> str:
    file = planning.FOLDER / "gas-leak.yaml"
    text = file.read_text(encoding="utf-8").split("\n", 1)[1]
    return text.replace("code: gas-leak", "code: new-plan", 1)


@require_POST
@login_required
def put_in_force(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Put a version in force."""
    places.require(request.user, May.EDIT_PLANS)
    found = get_object_or_404(Plan, code=code, version=version)
    try:
        planning.put_in_force(plan=found, at=timezone.now())
        messages.success(request, _("In force from now on."))
    except CommandError as error:
        messages.error(request, str(error))
    return redirect(_address(found))


@require_POST
@login_required
def rehearse(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Begin a rehearsal of a version: a drill on a clock of its own."""
    places.require(request.user, May.COMMAND_INCIDENTS)
    user: Any = request.user
    found = get_object_or_404(Plan, code=code, version=version)
    lead = places.visible_organisations(user, May.COMMAND_INCIDENTS).first()
    form = IncidentForm({"object": request.POST.get("object", "")}, by=user)
    form.is_valid()
    level = request.POST.get("level", "")
    try:
        if "object" in form.errors:
            raise CommandError(str(form.errors["object"][0]))
        if lead is None:
            raise CommandError(_("Nobody leads: ask whoever manages your account."))
        made = rehearsing.begin(
            plan=found,
            lead=lead,
            city_object=form.cleaned_data.get("object"),
            level=int(level) if level.isdecimal() else found.levels[0],
            by=user.get_username(),
            at=timezone.now(),
        )
    except CommandError as error:
        messages.error(request, str(error))
        return redirect(_address(found))
    return redirect("command:incident", made.pk)
