"""Rows of a table of risks: each becomes a risk and, with the method's figures, an assessment.

A row that is there already is left alone, so that a file can be read again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from chengan.city.assess import errors
from chengan.city.assess.messages import message as _
from chengan.city.assess.models import Assessment, Hazard, Method, Risk
from chengan.city.assess.models.risk import MOST_FIGURE, MOST_PEOPLE
from chengan.city.assess.services import assessing, method_kinds, registering
from chengan.city.assess.services.rating import FACTORS
from chengan.city.assess.services.rows import Line, Refused, named_cells, no_such_object, objects_of
from chengan.city.assess.services.twins import Twins
from chengan.city.places import api as places

STATES: Final = (("", "inherent"), ("_with_controls", "residual"))
PLAIN: Final = ["object", "hazard", "place", "people", "loss", "area_m2", "lon", "lat", "note"]
ANSWERED: Final = ["error_field", "error_reason"]
"""What the file of refused rows has more, so that it can be corrected and sent again."""
NUMBERS: Final = {
    "people": (0, MOST_PEOPLE),
    "loss": (0, MOST_FIGURE),
    "area_m2": (0, MOST_FIGURE),
    "lon": (-180, 180),
    "lat": (-90, 90),
}
MOST_KEPT: Final = 50_000
FIELDS: Final = {"people": "exposed_people", "loss": "loss_per_year"}


@dataclass(frozen=True)
class Found:
    """A row that is good: the risk, and the method's figures if it has any."""

    risk: Risk
    worked: assessing.Worked | None
    note: str


def columns(method: Method) -> list[str]:
    """Give the columns of the template: what a risk needs, then the method's factors twice."""
    codes = [each["code"] for each in method.definition["factors"]]
    return [*PLAIN, *[f"{code}{end}" for end, _state in STATES for code in codes]]


class RiskRows:
    """Reads rows against the register: what the user may edit, hazards and the method in force."""

    def __init__(
        self,
        headers: list[str],
        by: places.User | None,
        at: datetime,
        *,
        leaves_twins: bool = False,
    ) -> None:
        """Refuse a table without the columns that every row needs, or with one nobody reads.

        Raises
        ------
        ReaderError
            Naming the missing or unknown column and the ones there are.
        """
        self.headers = [str(each or "").strip() for each in headers]
        missing = [name for name in ("object", "hazard") if name not in self.headers]
        if missing:
            text = _("No column “%(missing)s”; needed are object and hazard, found: %(found)s")
            given = {"missing": missing[0], "found": ", ".join(self.headers)}
            raise places.ReaderError(text % given)
        self.by, self.at, self.leaves_twins = by, at, leaves_twins
        self.twins = Twins(by)
        self.pointed: list[Refused] = []
        """Rows of the last batch that look like a registered risk, and are taken all the same."""
        self.there: set[int] = set()
        """Rows of the last batch that are in the register, or stand in the file, already."""
        self.hazards = {
            each.code: each
            for each in Hazard.objects.filter(library__retired_at=None).select_related("library")
        }
        self.method = method_of_table(self.headers)
        _only_known(self.headers, self.method)
        self.objects: dict[str, places.CityObject] = {}
        self.known: dict[tuple[Any, ...], assessing.Worked] = {}
        self.own: dict[str, Method | None] = {}

    def read(self, batch: list[Line]) -> tuple[list[Found], int, list[Refused]]:
        """Give the good rows of a batch, how many are there already, and the refused ones."""
        lines, refused = named_cells(self.headers, batch)
        objects = self._objects({cells.get("object", "") for _number, cells in lines})
        taken: list[tuple[int, Found]] = []
        seen = self._registered(objects)
        self.there = set()
        for number, cells in lines:
            try:
                found = self._row(number, cells, objects)
            except Refused as error:
                refused.append(error)
                continue
            key = (found.risk.city_object_id, found.risk.hazard_code, found.risk.place_note)
            if key in seen:
                self.there.add(number)
            else:
                seen.add(key)
                taken.append((number, found))
        kept = self._pointed_out(taken, refused)
        return kept, len(self.there), sorted(refused, key=lambda each: each.row)

    def _pointed_out(self, taken: list[tuple[int, Found]], refused: list[Refused]) -> list[Found]:
        """Point out rows that look like a registered risk or an earlier row; or leave them out."""
        risks, rows = [each.risk for _n, each in taken], [number for number, _found in taken]
        self.pointed = [
            Refused(number, "hazard", risk.hazard_code, twin.said)
            for number, risk, twin in zip(rows, risks, self.twins.of(risks, rows), strict=True)
            if twin is not None
        ]
        if not self.leaves_twins:
            return [found for _number, found in taken]
        left = {each.row for each in self.pointed}
        refused += self.pointed
        self.pointed = []
        return [found for number, found in taken if number not in left]

    @transaction.atomic
    def write(self, taken: list[Found]) -> None:
        """Put good rows into the register, with the assessments that wait for review."""
        if not taken:
            return
        registering.register_many([each.risk for each in taken])
        self.twins.written()
        author = self.by.get_username() if self.by else ""
        Assessment.objects.bulk_create(
            [
                assessing.written(
                    risk=each.risk, worked=each.worked, by=author, at=self.at, note=each.note
                )
                for each in taken
                if each.worked is not None
            ]
        )

    def close(self) -> list[Refused]:
        """Give what only the end of the file shows: nothing here."""
        return []

    def _objects(self, names: set[str]) -> dict[str, places.CityObject]:
        """Objects that the batch names; most files name the same ones again and again."""
        if len(self.objects) > MOST_KEPT:
            self.objects.clear()
        self.objects |= objects_of(self.by, names - self.objects.keys())
        return {name: self.objects[name] for name in names & self.objects.keys()}

    def _registered(self, objects: dict[str, places.CityObject]) -> set[tuple[int, str, str]]:
        rows = Risk.objects.exclude(status=Risk.Status.CLOSED).filter(
            city_object_id__in=[each.pk for each in objects.values()]
        )
        return set(rows.values_list("city_object_id", "hazard_code", "place_note"))

    def _row(
        self, number: int, cells: dict[str, str], objects: dict[str, places.CityObject]
    ) -> Found:
        city_object = objects.get(cells.get("object", ""))
        if city_object is None:
            raise no_such_object(number, "object", cells.get("object", ""))
        hazard = self.hazards.get(cells.get("hazard", ""))
        if hazard is None:
            text = _("No hazard of this code in the libraries in force.")
            raise Refused(number, "hazard", cells.get("hazard", ""), text)
        risk = registering.prepared(
            city_object=city_object,
            hazard=hazard,
            at=self.at,
            by=self.by.get_username() if self.by else "",
            place_note=cells.get("place", "")[:200],
            **self._numbers(number, cells),
        )
        return Found(risk, self._worked(number, cells, risk.sector), cells.get("note", ""))

    def _numbers(self, number: int, cells: dict[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, (low, high) in NUMBERS.items():
            if not (text := cells.get(name, "")):
                continue
            try:
                value = float(text)
            except ValueError:
                raise Refused(number, name, text, _("A number, please.")) from None
            if not low <= value <= high:
                text_ = _("Between %(low)g and %(high)g, please.") % {"low": low, "high": high}
                raise Refused(number, name, text, text_)
            if name == "people" and not value.is_integer():
                raise Refused(number, name, text, _("A whole number, please."))
            found[FIELDS.get(name, name)] = int(value) if name == "people" else value
        return found

    def _worked(self, number: int, cells: dict[str, str], sector: str) -> assessing.Worked | None:
        if self.method is None:
            return None
        codes = [each["code"] for each in self.method.definition["factors"]]
        names = [f"{code}{end}" for end, _state in STATES for code in codes]
        if not any(cells.get(name) for name in names):
            return None
        inputs: dict[str, Any] = {}
        for end, state in STATES:
            inputs[state] = {}
            for code in codes:
                text = cells.get(f"{code}{end}", "")
                try:
                    inputs[state][code] = float(text)
                except ValueError:
                    raise Refused(number, f"{code}{end}", text, _("A number, please.")) from None
        method = self._method(self.method, number, sector)
        figures = (inputs[state][code] for _end, state in STATES for code in codes)
        key = (method.code, *figures)
        if key in self.known:
            return self.known[key]
        try:
            self.known[key] = assessing.worked(method, inputs)
        except errors.BadInputs as error:
            state, _dot, code = error.field.partition(".")
            end = "_with_controls" if state == "residual" else ""
            field = f"{code}{end}" if code else ""
            raise Refused(number, field, cells.get(field, ""), error.args[-1]) from error
        return self.known[key]

    def _method(self, method: Method, number: int, sector: str) -> Method:
        """Give the row's method: a sector's own of the same factors stands in for a general one."""
        if method.sector not in {"", sector}:
            text = _("The table's figures are of another sector's method: %s.")
            raise Refused(number, "hazard", sector, text % method.code)
        if sector not in self.own:
            self.own[sector] = method_kinds.own_of(method, sector)
        own = self.own[sector]
        return own if own and _codes(own) == _codes(method) else method


def tables() -> list[Method]:
    """Give the methods that a table may hold, without those that stand in for one by sector."""
    found = Method.objects.filter(retired_at=None, kind__in=list(FACTORS)).order_by("code")
    general = [_codes(each) for each in found if not each.sector]
    return [each for each in found if not each.sector or _codes(each) not in general]


def _codes(method: Method) -> list[str]:
    return [each["code"] for each in method.definition["factors"]]


def method_of_table(headers: Iterable[str]) -> Method | None:
    """Give the method in force whose factors the table has columns for; None for a plain list."""
    names = set(headers)
    for method in Method.objects.filter(retired_at=None, kind__in=list(FACTORS)).order_by(
        "sector", "code"
    ):
        if {each["code"] for each in method.definition["factors"]} <= names:
            return method
    return None


def _only_known(headers: list[str], method: Method | None) -> None:
    """A column that nobody reads would be lost in silence: a misspelt factor, its assessments."""
    known = [*(columns(method) if method else PLAIN), *ANSWERED]
    nameless = {f"column {place}" for place in range(1, len(headers) + 1)}
    unknown = [each for each in headers if each not in known and each not in nameless]
    if unknown:
        text = _("Column “%(name)s” is unknown; known here are %(known)s")
        raise places.ReaderError(text % {"name": unknown[0], "known": ", ".join(known)})
