"""How the laws of physics agree with published experiments in a folder (`--data FOLDER`).

The folder has `dispersion/*.csv` (arc maxima of tracer releases) and `jets/` (digitised jets and
flames with the limits that another code publishes for itself). Either may be missing.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from chengan.core.validation import jet_concentrations, jet_flames, jet_records, tracer


def run(options: dict[str, str], progress: Callable[..., None]) -> dict[str, Any]:
    """Judge all cases of the folder; names each case that misses its limit."""
    folder = Path(options["data"])
    arcs = [arc for path in sorted(folder.glob("dispersion/*.csv")) for arc in tracer.read(path)]
    found: dict[str, Any] = {}
    if arcs:
        judged = tracer.judge(arcs)
        ours, briggs = judged["similarity"], judged["briggs_rural"]
        found |= {"fac2": round(ours.fac2, 3), "mg": round(ours.mg, 3), "vg": round(ours.vg, 3)}
        found["arcs"] = len(arcs)
        found["briggs"] = [round(each, 3) for each in (briggs.fac2, briggs.mg, briggs.vg)]
    progress(0.2, f"{len(arcs)} arcs")
    jets = folder / "jets"
    return found | (_jets(jets, progress) if jets.is_dir() else {})


def _jets(folder: Path, progress: Callable[..., None]) -> dict[str, Any]:
    cases = jet_concentrations.cases(folder) + jet_flames.cases(folder)
    allowed = jet_records.limits(folder)
    judged = jet_records.within_limits(cases, allowed)
    for case, is_within in judged:
        word = "within" if is_within else "MISSES"
        progress(1, f"{word} {case.error:5.1f} % of {allowed[case.title]:3.0f} % {case.title}")
    inside = sum(is_within for _case, is_within in judged)
    missed = [case.title for case, is_within in judged if not is_within]
    return {
        "jet_cases": len(judged),
        "jet_within": inside,
        "jet_share": round(inside / max(len(judged), 1), 3),
        "jet_missed": missed,
    }
