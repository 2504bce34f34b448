"""Words for what the journal says of an incident."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengan.city.command.models import Incident

FACTS = {
    "incident.opened": gettext_lazy("Incident opened"),
    "incident.levelled": gettext_lazy("Level set"),
    "incident.losses": gettext_lazy("Losses reported"),
    "incident.area": gettext_lazy("Affected area drawn"),
    "incident.plume": gettext_lazy("Cloud reckoned"),
    "incident.plume_off": gettext_lazy("Cloud taken off the map"),
    "cordon.drawn": gettext_lazy("Cordon drawn"),
    "cordon.lifted": gettext_lazy("Cordon lifted"),
    "incident.said": gettext_lazy("Said"),
    "incident.merged": gettext_lazy("Merged into another incident"),
    "incident.took_in": gettext_lazy("Took in another incident"),
    "incident.split": gettext_lazy("A part became an incident of its own"),
    "incident.closed": gettext_lazy("Incident closed"),
    "incident.reopened": gettext_lazy("Incident opened again"),
    "plan.activated": gettext_lazy("Plan activated"),
    "decided": gettext_lazy("Decided"),
    "task.given": gettext_lazy("Task given out"),
    "task.acknowledge": gettext_lazy("Task acknowledged"),
    "task.en_route": gettext_lazy("En route"),
    "task.on_scene": gettext_lazy("On scene"),
    "task.done": gettext_lazy("Task done"),
    "task.verified": gettext_lazy("Task verified"),
    "task.returned": gettext_lazy("Task sent back"),
    "task.refuse": gettext_lazy("Task refused"),
    "task.note": gettext_lazy("Note from the field"),
    "task.handed_over": gettext_lazy("Task handed over"),
    "task.cancelled": gettext_lazy("Task called off"),
    "task.overdue": gettext_lazy("Overdue: supervision"),
    "task.late": gettext_lazy("Reason for the delay"),
    "task.not_taken": gettext_lazy("Sent from the field too late"),
    "resource.sent": gettext_lazy("Resource sent"),
    "resource.released": gettext_lazy("Resource let go"),
    "notice.sent": gettext_lazy("Notice sent"),
    "notice.read": gettext_lazy("Notice read"),
    "warn.notice.receipt": gettext_lazy("Notice read"),
    "warn.notice.escalated": gettext_lazy("Nobody answered: the next in turn is told"),
    "warn.notice.unreachable": gettext_lazy("Nobody answered, and nobody is left to be told"),
    "warn.notice.undelivered": gettext_lazy("Could not be delivered"),
    "reviewed": gettext_lazy("Review finished"),
    "measure.made": gettext_lazy("Measure agreed"),
    "measure.done": gettext_lazy("Measure done"),
    "measure.dropped": gettext_lazy("Measure dropped"),
}
STABILITIES = (
    ("A", gettext_lazy("A: strong sun, light wind")),
    ("B", gettext_lazy("B: moderate sun, light wind")),
    ("C", gettext_lazy("C: slight sun")),
    ("D", gettext_lazy("D: overcast, or wind above 6 m/s")),
    ("E", gettext_lazy("E: night, some wind or cloud")),
    ("F", gettext_lazy("F: clear night, light wind")),
)
STEPS = {
    "ack": gettext_lazy("not acknowledged in time"),
    "due": gettext_lazy("not done in time"),
    "lead": gettext_lazy("still not done"),
}


def fact(kind: str) -> str:
    """Give the word for a kind of fact; the kind itself where there is none."""
    return str(FACTS.get(kind, kind))


def said(data: dict[str, Any], *, is_chinese: bool) -> str:
    """Give what a fact holds as one line in the page's language."""
    title = data.get("title") if is_chinese else data.get("title_en") or data.get("title")
    resource = (
        data.get("resource") if is_chinese else data.get("resource_en") or data.get("resource")
    )
    parts: list[Any] = [title, resource, data.get("answer")]
    if "level" in data:
        parts.append(Incident.Level(data["level"]).label)
    if "deaths" in data:
        parts.append(_losses(data))
    if "step" in data:
        parts.append(STEPS.get(data["step"], data["step"]))
    parts += _rest(data if is_chinese else _english(data))
    return " · ".join(str(each) for each in parts if each).replace(" · → ", " → ")


def _english(data: dict[str, Any]) -> dict[str, Any]:
    """Give the facts with the English words where they have any."""
    found = {name: data[f"{name}_en"] for name in ("to", "note") if data.get(f"{name}_en")}
    return data | found


def _losses(data: dict[str, Any]) -> str:
    text = _("%(deaths)s dead, %(injured)s seriously injured, %(loss)s yuan")
    return text % {
        "deaths": data["deaths"],
        "injured": data["serious_injuries"],
        "loss": f"{data['direct_loss_yuan']:,}",
    }


def _rest(data: dict[str, Any]) -> list[str]:
    found = []
    if data.get("to"):
        found.append(f"→ {data['to']}")
    if data.get("travel_s") is not None:
        found.append(_("%(minutes)s min away") % {"minutes": round(data["travel_s"] / 60)})
    if data.get("other"):
        found.append(f"#{data['other']}")
    if data.get("note"):
        found.append(str(data["note"]))
    if data.get("why"):
        found.append(str(data["why"]))
    if data.get("client_at"):
        found.append(_("the device's clock said %(at)s") % {"at": data["client_at"]})
    return found
