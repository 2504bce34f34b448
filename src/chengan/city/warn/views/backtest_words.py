"""Words and figures of a trial: what a step moves, what would have been raised, and why."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.warn.models import Alarm, Backtest, LimitSet
from chengan.city.warn.selectors.unusual import OTHERS, PAST
from chengan.city.warn.services import backtested
from chengan.city.warn.views.alarms import local

CAUSES: Final = {
    "high": gettext_lazy("Above"),
    "low": gettext_lazy("Below"),
    "rate": gettext_lazy("Rate of change"),
    "anomaly": gettext_lazy("Unlike its past"),
    "step": gettext_lazy("A step of the level"),
    "joint": gettext_lazy("Leaves those it moves with"),
    "release": gettext_lazy("A release of gas"),
    "stuck": gettext_lazy("Device: stuck"),
    "silent": gettext_lazy("Device: silent"),
}
UNTRIED: Final = {
    "alone": gettext_lazy(
        "Nothing to judge them with: a group needs two datastreams whose sources come by the same "
        "partition. Ask for it at the others, or bring them in by one source."
    ),
    "no_site": gettext_lazy(
        "No site of gas: it needs a second methane sensor within 100 m that reads at least every "
        "five minutes, and something within 100 m that may leak."
    ),
}
Row = dict[str, Any]


def moved(point: Row) -> str:
    """By how much a step moves, in percent."""
    percent = round(100 * (float(point["factor"]) - 1))
    return f"{percent:+d} %" if percent else "0 %"


def limit(point: Row, limit_set: LimitSet, cause: str = "") -> str:
    """What is passed first at a step, of one cause or of all."""
    told = {
        "high": _high(point, limit_set.unit), "low": _low(point, limit_set.unit),
        "rate": _rate(point, limit_set.unit),
        "anomaly": _each(_("unusual %s a year"), point["a_year"]),
        "step": _step(point, limit_set),
        "joint": _each(_("score %s"), point["score"]),
        "release": _each(_("gas from %s ppm above clean air"), point["excess"]),
    }  # fmt: skip
    of_device = {
        "stuck": _each(_("the same for %s s"), point["stuck_s"]),
        "silent": _each(_("nothing for %s intervals"), point["silent"]),
    }
    if cause:
        return (told | of_device)[cause] or "–"
    if told["high"] or told["low"]:
        told["rate"] = ""
    return " · ".join(filter(None, told.values())) or "–"


def _high(point: Row, unit: str) -> str:
    return f"> {min(point['high'].values()):.4g} {unit}" if point["high"] else ""


def _low(point: Row, unit: str) -> str:
    return f"< {max(point['low'].values()):.4g} {unit}" if point["low"] else ""


def _rate(point: Row, unit: str) -> str:
    return "" if point["rate"] is None else f"± {point['rate']:.4g} {unit}/s"


def _each(words: str, figure: float | None) -> str:
    return "" if figure is None else words % f"{figure:.3g}"


def _step(point: Row, limit_set: LimitSet) -> str:
    if point["usual"] is None:
        return ""
    if not point["usual"]:
        return _("steps: no limit to move")
    return _("steps: loads move it by %s") % f"{point['usual']:.3g} {limit_set.unit}"


def shown(found: Backtest, user: places.Somebody, cause: str = "") -> list[Row]:
    """The breaches on datastreams that the user may see now, with words and figures to show."""
    told = [
        each
        for each in found.result.get("breaches", [])
        if not cause or each["cause"] == cause
    ]  # fmt: skip
    streams = sense.visible_datastreams(user).in_bulk({each["datastream"] for each in told})
    told.sort(key=lambda each: each["onset"])
    objects = _objects(told, user)
    return [
        _shown(each, streams[each["datastream"]], objects)
        for each in told
        if each["datastream"] in streams
    ]


def _objects(told: Iterable[Row], user: places.Somebody) -> dict[int, places.CityObject]:
    """The likely sources that the user may see."""
    keys = {each["about"].get("source") for each in told if each.get("about")} - {None}
    return places.visible_objects(user, with_retired=True).in_bulk(keys) if keys else {}


def _shown(each: Row, stream: sense.Datastream, objects: dict[int, places.CityObject]) -> Row:
    is_rate = each["cause"] == "rate"
    value = None if is_rate else sense.shown(stream, each["value"])
    is_level = not is_rate and each["cause"] not in backtested.DEVICE
    asked = sense.shown(stream, each["limit"]) if is_level else None
    verdicts = dict(Alarm.Status.choices)
    more = {
        "stream": stream,
        "cause_word": CAUSES.get(each["cause"], each["cause"]),
        "from": datetime.fromtimestamp(each["onset"] / 1e6, UTC),
        "to": datetime.fromtimestamp(each["end"] / 1e6, UTC) if each["end"] else None,
        "shown": value,
        "shown_limit": asked,
        "unit": "" if is_rate else stream.observed_property.shown_unit,
        "verdict": verdicts.get(each["status"], _("nobody saw it")),
    }
    return each | more | {"why": _why(each | more, objects)}


def _why(each: Row, objects: dict[int, places.CityObject]) -> str:
    """Why it would have been raised, in a line."""
    if each["cause"] in backtested.DEVICE:
        return _("for more than %s s") % f"{each['limit']:.4g}"
    explained = WHY.get(each["cause"])
    about = each.get("about") or {}
    return explained(each, about, objects) if explained and about else _of_limit(each)


def _of_limit(each: Row) -> str:
    if each["shown_limit"] is None:
        return ""
    figure = f"{each['shown_limit']:.4g} {each['unit']}"
    return _("expected %s") % figure if each["cause"] in WHY else _("limit %s") % figure


def _past(each: Row, about: Row, _objects: Any) -> str:
    against = PAST.get(about.get("reason", ""), "")
    return " · ".join(filter(None, [_of_limit(each), str(against)]))


def _moved_level(each: Row, _about: Row, _objects: Any) -> str:
    if each["shown"] is None or each["shown_limit"] is None:
        return ""
    return _("from %(before)s to %(after)s %(unit)s") % {
        "before": f"{each['shown_limit']:.4g}", "after": f"{each['shown']:.4g}",
        "unit": each["unit"],
    }  # fmt: skip


def _left(each: Row, about: Row, _objects: Any) -> str:
    against = str(OTHERS.get(about.get("against", ""), ""))
    group = _("%s judged together") % about.get("of", "")
    who = _("only this one departs") if about.get("who") == "alone" else ""
    return " · ".join(filter(None, [_of_limit(each), against, group, who]))


def _released(_each: Row, about: Row, objects: dict[int, places.CityObject]) -> str:
    source = objects.get(about.get("source") or 0)
    name = local(source) if source else _("a source that you may not see")
    share = f"{100 * (about.get('share') or 0.0):.0f} %"
    rate = about.get("rate_kg_s")
    told = _("likely source %(name)s, explains %(share)s") % {"name": name, "share": share}
    kg_h = "" if rate is None else f"{'≥ ' if about.get('is_least') else ''}{rate * 3600:.3g} kg/h"
    return " · ".join(filter(None, [told, kg_h]))


WHY: Final[dict[str, Callable[[Row, Row, Any], str]]] = {
    "anomaly": _past, "step": _moved_level, "joint": _left, "release": _released,
}  # fmt: skip


def untold(found: Backtest, user: places.Somebody) -> list[str]:
    """What could not be tried, or only in part, and why: one sentence each kind."""
    result = found.result
    said = []
    for why, reason in UNTRIED.items():
        of = [each for each in result.get("untried", []) if each["why"] == why]
        said += [_of_some(of, user, str(reason))] if of else []
    for cause in CAUSES:
        of = [each for each in result.get("short", []) if each["cause"] == cause]
        if of:
            least, most = of[0]["least"], max(each["rows"] for each in of)
            about = {"cause": CAUSES[cause], "least": least, "most": most}
            words = _(
                "Too little history for “%(cause)s”: nothing is said before %(least)s rows of "
                "readings, there are %(most)s at most. Take a longer span."
            )
            said.append(_of_some(of, user, words % about))
    if newest := result.get("newest", []):
        since = datetime.fromtimestamp(max(each["since"] for each in newest) / 1e6, UTC)
        words = _("A long span: of some groups only what came since %s was tried.")
        said.append(words % f"{since:%Y-%m-%d}")
    return said


def _of_some(of: list[Row], user: places.Somebody, words: str) -> str:
    """A sentence with the first datastreams that it is about."""
    keys = [pk for each in of for pk in each["datastreams"]]
    known = sense.visible_datastreams(user).filter(pk__in=keys).order_by("pk")
    names = _(", ").join(local(each) for each in known[:3])
    more = "" if len(keys) <= 3 else _(" and %s more") % (len(keys) - 3)
    return f"{names}{more}: {words}" if names else words
