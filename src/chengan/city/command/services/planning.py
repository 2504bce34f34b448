"""Plans as data: read from YAML, checked, kept as versions, put in force."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator

from chengan.city.command.errors import BadPlan, CommandError
from chengan.city.command.models import Plan

FOLDER = Path(__file__).resolve().parent.parent / "plans"
SCHEMA = json.loads((FOLDER / "plan.schema.json").read_text(encoding="utf-8"))
MAX_CHARACTERS = 100_000


class _NoAliases(yaml.SafeLoader):
    """YAML without anchors: a small text must not grow into a large plan."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse an alias.

        Raises
        ------
        yaml.YAMLError
            If the text uses one.
        """
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not allowed in a plan")
        return super().compose_node(parent, index)


_NoAliases.yaml_implicit_resolvers = {
    sign: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:bool"]
    for sign, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
"""`yes` and `no` are words in a plan; only the schema's `lead: true` is a truth value."""
_NoAliases.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf")
)


def read(text: str) -> dict[str, Any]:
    """Give a plan's body from YAML.

    Raises
    ------
    BadPlan
        With everything that is wrong: the syntax with its line, each field with its path, roles
        that nobody has, codes given twice, deadlines before the acknowledgement.
    """
    if len(text) > MAX_CHARACTERS:
        text_long = _("A plan has at most %(most)s characters, this one has %(count)s.")
        raise BadPlan([text_long % {"most": MAX_CHARACTERS, "count": len(text)}])
    try:
        body = yaml.load(text, Loader=_NoAliases)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadPlan([_("Not YAML: %(why)s") % {"why": str(error)[:300]}]) from error
    found = [_fault(each) for each in Draft202012Validator(SCHEMA).iter_errors(body)]
    if not found:
        found = _contradictions(body)
    if found:
        raise BadPlan(sorted(found)[:50])
    return dict(body)


def _fault(error: Any) -> str:
    where = ".".join(str(step) for step in error.absolute_path) or _("plan")
    return f"{where}: {error.message[:200]}"


def _contradictions(body: dict[str, Any]) -> list[str]:
    roles = [each["code"] for each in body["roles"]]
    found = []
    for part in ("roles", "tasks", "notices", "decisions"):
        codes = [each["code"] for each in body.get(part, [])]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        found += [_("%(part)s: “%(code)s” stands twice") % {"part": part, "code": c} for c in twice]
    for part in ("tasks", "notices"):
        for number, each in enumerate(body.get(part, [])):
            if each["role"] not in roles:
                text = _("%(part)s.%(number)s.role: there is no role “%(code)s”")
                found.append(text % {"part": part, "number": number, "code": each["role"]})
    for number, each in enumerate(body["tasks"]):
        if each["ack_min"] > each["due_min"]:
            text = _("tasks.%(number)s: to be acknowledged after it is due")
            found.append(text % {"number": number})
    return found


@transaction.atomic
def write(*, text: str, by: str, at: datetime, code: str = "", is_sample: bool = False) -> Plan:
    """Keep a new version of a plan as a draft; the one in force stays in force.

    Raises
    ------
    BadPlan
        As `read`; also if `code` is given and the text is of another plan.
    """
    body = read(text)
    if code and body["code"] != code:
        raise BadPlan([_("code: this is the plan “%(code)s”") % {"code": code}])
    same = Plan.objects.select_for_update().filter(code=body["code"])
    list(same.values_list("pk"))
    newest = same.aggregate(Max("version"))["version__max"] or 0
    return Plan.objects.create(
        code=body["code"],
        version=newest + 1,
        name_zh=body["name"]["zh"],
        name_en=body["name"].get("en", ""),
        kind=body["kind"],
        levels=body["levels"],
        body=body,
        text=text,
        source=body["source"],
        mark=body["mark"],
        written_by=by,
        written_at=at,
        is_sample=is_sample,
    )


@transaction.atomic
def put_in_force(*, plan: Plan, at: datetime) -> None:
    """Put one version in force; the one before it is retired.

    Raises
    ------
    CommandError
        If somebody did so first.
    """
    others = Plan.objects.filter(code=plan.code, retired_at=None).exclude(pk=plan.pk)
    others.exclude(effective_at=None).update(retired_at=at)
    if not Plan.objects.filter(pk=plan.pk, effective_at=None).update(effective_at=at):
        raise CommandError(_("This version is in force, or was, already: write a new one."))


def ensure_samples(at: datetime, *, in_force: bool = False) -> None:
    """Put the plans that come with the product where there is none of that code yet."""
    for file in sorted(FOLDER.glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        code = read(text)["code"]
        plan = Plan.objects.filter(code=code).order_by("version").first()
        plan = plan or write(text=text, by="chengan", at=at, is_sample=True)
        if in_force and plan.effective_at is None:
            put_in_force(plan=plan, at=at)
