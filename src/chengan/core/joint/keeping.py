"""A watch as named arrays and back, so that whoever runs it can stop and go on where it was."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from chengan.core.joint.calibration import Calibrated
from chengan.core.joint.chart import Charts
from chengan.core.joint.laws import Laws
from chengan.core.joint.relations import FAMILIES, Relations
from chengan.core.joint.scatter import Scatter
from chengan.core.joint.watch import Watch

Arrays = Mapping[str, npt.NDArray[Any]]
_WHOLE: Final = ("days", "weeks")
_OWN: Final = ("_last", "_last_times", "_before", "_decimals")
_PARTS: Final = ("relations", "laws", "scatter")


def packed(watch: Watch) -> dict[str, npt.NDArray[Any]]:
    """All that `watch` knows, by name; `unpacked` brings it back, to the last digit."""
    values = np.vstack([np.zeros((0, watch.columns)), *watch._values])
    out: dict[str, npt.NDArray[Any]] = {
        "columns": np.array([watch.columns, watch._is_taught, watch._rows, watch._next]),
        "values": values, "times": np.array(watch._times, dtype=np.int64),
        "_last": watch._last, "_last_times": watch._last_times, "_decimals": watch._decimals,
    }  # fmt: skip
    if watch._before is not None:
        out["_before"] = watch._before
    if watch._charts is not None:
        out |= {f"charts.{name}": part for name, part in watch._charts._asdict().items()}
    if watch.learned is not None:
        out |= _parts(watch.learned, "learned.")
        for name in _PARTS:
            out |= _parts(getattr(watch.learned, name), f"{name}.")
    return out


def _parts(of: Calibrated | Relations | Laws | Scatter, prefix: str) -> dict[str, npt.NDArray[Any]]:
    found = {each.name: getattr(of, each.name) for each in fields(of) if each.name not in _PARTS}
    return {f"{prefix}{k}": np.asarray(v) for k, v in found.items()}


def unpacked(arrays: Arrays) -> Watch:
    """The watch that `packed` gave; shares no figures with `arrays`.

    One saved before there were laws goes on without any until it learns anew.
    """
    columns, is_taught, rows, following = arrays["columns"].tolist()
    watch = Watch(
        columns, _learned(arrays, columns), bool(is_taught),
        [arrays["values"].copy()], arrays["times"].tolist(), rows, following,
    )  # fmt: skip
    for name in _OWN:
        if name in arrays:
            setattr(watch, name, arrays[name].copy())
    if "charts.mean" in arrays:
        watch._charts = Charts(**{k: arrays[f"charts.{k}"].copy() for k in Charts._fields})
    return watch


def _learned(arrays: Arrays, columns: int) -> Calibrated | None:
    if "relations.centre" not in arrays:
        return None
    relations = _named(Relations, arrays, "relations.")
    for name in _WHOLE:
        relations[name] = int(relations[name])
    known = {"decimals": np.zeros(columns, np.int64)} | _named(Calibrated, arrays, "learned.")
    known["memory"] = float(known["memory"])
    laws, scatter = Laws.none(columns), Scatter.even(FAMILIES * columns)
    if "laws.low" in arrays:
        laws = Laws(**_named(Laws, arrays, "laws."))
        laws = replace(laws, step=float(laws.step))
        scatter = Scatter(**_named(Scatter, arrays, "scatter."))
    return Calibrated(relations=Relations(**relations), laws=laws, scatter=scatter, **known)


def _named(
    kind: type[Relations | Laws | Scatter | Calibrated], arrays: Arrays, prefix: str
) -> dict[str, Any]:
    names = [each.name for each in fields(kind)]
    return {k: arrays[f"{prefix}{k}"].copy() for k in names if f"{prefix}{k}" in arrays}
