"""A watch as named arrays and back, so that whoever runs it can stop and go on where it was."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from chengan.core.joint.calibration import Calibrated
from chengan.core.joint.chart import Charts
from chengan.core.joint.relations import Relations
from chengan.core.joint.watch import Watch

Arrays = Mapping[str, npt.NDArray[Any]]
_WHOLE: Final = ("days", "weeks")
_OWN: Final = ("_last", "_last_times", "_before")


def packed(watch: Watch) -> dict[str, npt.NDArray[Any]]:
    """All that `watch` knows, by name; `unpacked` brings it back, to the last digit."""
    values = np.vstack([np.zeros((0, watch.columns)), *watch._values])
    out: dict[str, npt.NDArray[Any]] = {
        "columns": np.array([watch.columns, watch._is_taught, watch._rows, watch._next]),
        "values": values, "times": np.array(watch._times, dtype=np.int64),
        "_last": watch._last, "_last_times": watch._last_times,
    }  # fmt: skip
    if watch._before is not None:
        out["_before"] = watch._before
    if watch._charts is not None:
        out |= {f"charts.{name}": part for name, part in watch._charts._asdict().items()}
    if watch.learned is not None:
        out |= _parts(watch.learned, "learned.") | _parts(watch.learned.relations, "relations.")
    return out


def _parts(of: Calibrated | Relations, prefix: str) -> dict[str, npt.NDArray[Any]]:
    found = {each.name: getattr(of, each.name) for each in fields(of)}
    return {f"{prefix}{k}": np.asarray(v) for k, v in found.items() if not isinstance(v, Relations)}


def unpacked(arrays: Arrays) -> Watch:
    """The watch that `packed` gave; shares no figures with `arrays`."""
    columns, is_taught, rows, following = arrays["columns"].tolist()
    watch = Watch(
        columns, _learned(arrays), bool(is_taught),
        [arrays["values"].copy()], arrays["times"].tolist(), rows, following,
    )  # fmt: skip
    for name in _OWN:
        if name in arrays:
            setattr(watch, name, arrays[name].copy())
    if "charts.mean" in arrays:
        watch._charts = Charts(**{k: arrays[f"charts.{k}"].copy() for k in Charts._fields})
    return watch


def _learned(arrays: Arrays) -> Calibrated | None:
    if "relations.centre" not in arrays:
        return None
    relations: dict[str, Any] = {
        each.name: arrays[f"relations.{each.name}"].copy() for each in fields(Relations)
    }
    for name in _WHOLE:
        relations[name] = int(relations[name])
    rest = [each.name for each in fields(Calibrated) if each.name != "relations"]
    known: dict[str, Any] = {name: arrays[f"learned.{name}"].copy() for name in rest}
    known["memory"] = float(known["memory"])
    return Calibrated(relations=Relations(**relations), **known)
