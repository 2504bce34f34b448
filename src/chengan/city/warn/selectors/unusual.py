"""What an alarm without a limit says of itself: seen, expected, why, since when, how sure."""

from datetime import UTC, datetime
from math import degrees
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn.models import Alarm

CAUSES: Final = ("anomaly", "step", "joint", "release")
TOLD: Final = {"release": ("began", "changed", "ended")}
"""What of an alarm is read: how it began, and of a release how it stands."""
MOST_FACTS: Final = 200
PAST: Final = {
    "value": _("the values it ever had"),
    "jump": _("the steps it usually makes"),
    "hour": _("its usual value at this hour"),
    "level": _("its level, over about sixty readings"),
    "turn": _("its last sixty readings, by the mean of the last twelve"),
    "unrest": _("its usual unrest, over about ten readings"),
    "long_unrest": _("its usual unrest, over about forty readings"),
    "hours": _("its usual values at these hours, over about sixty readings"),
}
OTHERS: Final = {
    "clock": _("the usual values of all of them at this hour"),
    "others": _("what the others let expect"),
    "before": _("what the others and the readings before let expect"),
    "law": _("what it ever did"),
}
CASES: Final = {
    "stays_off": _("while it stays off"),
    "turns_on": _("when it turns on"),
    "turns_off": _("when it turns off"),
    "stays_on": _("while it stays on"),
}
WHO: Final = {
    "alone": _(
        "Only this sensor departs; without it all others agree. A fault of the device, or "
        "something that reaches no other sensor: check the device first."
    ),
    "several": _("Several depart at once: no single device explains it."),
    "together": _("They agree with each other and move together: no device is at fault."),
}


WHY_OVER: Final = {
    "regrouped": _(
        "Over because it is no longer followed: those judged together are others now (one was "
        "added, retired, brought in another way or at another pace). Whether it went on is not "
        "known: look at the place. The new group learns first."
    ),
    "withdrawn": _(
        "Over because it is no longer followed: its rule asks for this no more, or the sensor is "
        "retired. Whether it went on is not known."
    ),
    "renewed": _(
        "Over because it is no longer followed: a new version of the program judges otherwise and "
        "learns first. Whether it went on is not known: look at the place."
    ),
    "retired": _(
        "Over because its sensor is out of use, or brought in another way. Whether it went on is "
        "not known."
    ),
}


def why_over(alarm: Alarm) -> str:
    """Why an alarm is over though no reading came back; empty where one did, or it goes on.

    Of each of its datastreams and causes the last episode counts: where one was given up, nobody
    may say that all is back inside.
    """
    if alarm.is_active:
        return ""
    latest = alarm.episodes.order_by("datastream", "cause", "-onset")
    last = latest.distinct("datastream", "cause").values_list("ended_at", "why_over")
    given_up = [each for each in last if each[1]]
    return str(WHY_OVER.get(max(given_up)[1], "")) if given_up else ""


def why_unusual(alarm: Alarm, user: places.Somebody) -> dict[str, Any] | None:
    """Figures of the runner's newest fact that began it, as shown; None if it passed a limit.

    Of other datastreams only those are named that `user` may see.
    """
    if alarm.cause not in CAUSES:
        return None
    facts = journal.about(f"datastream:{alarm.datastream_id}", most=MOST_FACTS)
    begun = [
        each.data
        for each in facts
        if each.kind.removeprefix("sense.breach.") in TOLD.get(alarm.cause, ("began",))
        and each.data["cause"] == alarm.cause
        and (alarm.cause != "release" or "source" in each.data)
    ]
    if not begun:
        return None
    data = max(begun, key=lambda each: (int(each["onset"]), int(each["time"])))
    more = _seen(alarm, data) | _MORE[alarm.cause](alarm, data)
    if alarm.cause == "joint":
        more["most"] = _most(data.get("most", []), user)
        more["switch"] = _switch(data.get("law") or {}, user)
    if alarm.cause == "release":
        known = places.visible_objects(user, with_retired=True)
        more |= {name: known.filter(pk=data[name] or 0).first() for name in ("source", "second")}
    return more


def _seen(alarm: Alarm, data: dict[str, Any]) -> dict[str, Any]:
    """What was seen and expected, in the unit shown, and what makes it an alarm."""
    seen, expected = (
        sense.shown(alarm.datastream, data.get(mean, data[name]))
        for mean, name in (("mean", "value"), ("mean_expected", "expected"))
    )
    return {
        "cause": alarm.cause,
        "seen": seen,
        "expected": expected,
        "apart": None if seen is None or expected is None else seen - expected,
        "score": data.get("score"),
        "score_limit": data.get("score_limit"),
        "since": _moment(data["onset"]),
    }


def _past(_alarm: Alarm, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "against": PAST.get(data.get("reason", ""), ""),
        "false_a_year": data.get("false_a_year"),
    }


def _step(alarm: Alarm, data: dict[str, Any]) -> dict[str, Any]:
    spread = data["spread"] or 0.0
    return {
        "settled": _moment(data["settled"]),
        "least": _size(alarm.datastream, data["least"]),
        "spread": _size(alarm.datastream, spread),
        "usual": _size(alarm.datastream, data["usual"]),
        "spreads": round(abs(data["size"]) / spread) if spread > 0 else None,
    }


def _joint(_alarm: Alarm, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "against": OTHERS.get(data.get("against", ""), ""),
        "who": WHO.get(data.get("who", ""), ""),
        "is_device": data.get("who") == "alone",
        "others": int(data.get("of", 1)) - 1,
        "rows": data.get("rows"),
        "case": CASES.get((data.get("law") or {}).get("case", ""), ""),
        "times": data.get("times_limit"),
    }


def _switch(law: dict[str, Any], user: places.Somebody) -> sense.Datastream | None:
    """The switch whose state forbids what was seen; None if there is none, or not for `user`."""
    known: sense.Datastream | None = (
        sense.visible_datastreams(user).filter(pk=law.get("switch") or 0).first()
    )
    return known


def _most(told: list[tuple[int, float]], user: places.Somebody) -> list[dict[str, Any]]:
    """The datastreams that depart most, each with how far in the unit shown."""
    known = sense.visible_datastreams(user).in_bulk([key for key, _apart in told])
    return [
        {
            "stream": known[key],
            "place": known[key].thing.city_object,
            "apart": _size(known[key], apart),
            "unit": known[key].observed_property.shown_unit,
        }
        for key, apart in told
        if key in known
    ]


def _release(_alarm: Alarm, data: dict[str, Any]) -> dict[str, Any]:
    """Rate in g/s and kg/h, shares in %, the wind in degrees whence it blows."""
    return {
        "is_by_rise": data.get("by") == "rise",
        "rate_g_s": None if data["rate_kg_s"] is None else data["rate_kg_s"] * 1000.0,
        "rate_kg_h": None if data["rate_kg_s"] is None else data["rate_kg_s"] * 3600.0,
        "is_least": data["is_least"],
        "share": 100.0 * data["share"],
        "second_share": 100.0 * data["second_share"],
        "has_second": data["second"] is not None,
        "sensors": data["of"],
        "candidates": data["candidates"],
        "wind_from": None if data["wind_from"] is None else degrees(data["wind_from"]) % 360.0,
        "wind_speed": data["wind_speed"],
        "as_of": _moment(data["time"]),
    }


_MORE: Final = {"anomaly": _past, "step": _step, "joint": _joint, "release": _release}


def _size(stream: sense.Datastream, figure: float) -> float | None:
    """A difference in the unit shown: a temperature's has no zero to move."""
    at, nothing = (sense.shown(stream, each) for each in (figure, 0.0))
    return None if at is None or nothing is None else at - nothing


def _moment(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1e6, UTC)
