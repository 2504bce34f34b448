"""The map of a review as a PNG, drawn from its inputs and result alone: the same every time."""

import io
from pathlib import Path
from typing import Any, Final

import matplotlib
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from chengan.city.papers import api as papers
from chengan.core.geo.local import LocalPlan

LEVELS: Final = {
    "3e-05": "#7F0000",
    "1e-05": "#C62828",
    "3e-06": "#D9600A",
    "1e-06": "#F2C200",
    "3e-07": "#1F6FEB",
}
GROUND: Final = {
    "road": ("#C9CED6", 0.8),
    "water_body": ("#D6E6F5", 0.6),
    "park": ("#E3EFE0", 0.6),
    "building": ("#E4E4E7", 0.5),
}
MARGIN: Final = 500.0


def png(inputs: dict[str, Any], result: dict[str, Any], language: str = "zh") -> bytes:
    """Give the map of a review: ground, contours, installations, targets, scale, north."""
    with matplotlib.rc_context({"font.family": _font(papers.FONT), "axes.unicode_minus": False}):
        figure = Figure(figsize=(8, 6), dpi=150)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.01, 0.01, 0.98, 0.98))
        _ground(axes, inputs["ground"])
        _contours(axes, result.get("contours", {}), inputs["origin"])
        _targets(axes, inputs)
        _plants(axes, inputs["installations"], language)
        _frame(axes, inputs, result)
        _signs(axes, language)
        kept = io.BytesIO()
        figure.savefig(kept, format="png", metadata={"Software": None})
    return kept.getvalue()


def _font(file: Path) -> str:
    font_manager.fontManager.addfont(str(file))
    return font_manager.FontProperties(fname=str(file)).get_name()


def _ground(axes: Axes, ground: list[dict[str, Any]]) -> None:
    for each in ground:
        colour, width = GROUND[each["kind"]]
        line = np.array(each["line"])
        if each["is_area"]:
            axes.fill(line[:, 0], line[:, 1], color=colour, linewidth=0, zorder=1)
        else:
            axes.plot(line[:, 0], line[:, 1], color=colour, linewidth=width, zorder=2)


def _contours(axes: Axes, contours: dict[str, Any], origin: list[float]) -> None:
    plan = LocalPlan(*origin)
    for level, lines in contours.items():
        colour = LEVELS.get(level, "#5F6B7A")
        for n, line in enumerate(lines):
            x, y = plan.to_metres([p[0] for p in line], [p[1] for p in line])
            label = f"{level.replace('e-0', 'e-')} / a" if n == 0 else None
            axes.plot(x, y, color=colour, linewidth=1.6, zorder=4, label=label)


def _targets(axes: Axes, inputs: dict[str, Any]) -> None:
    for each in inputs["targets"]:
        line = np.array(each["outline"])
        if len(line) > 2:
            axes.fill(line[:, 0], line[:, 1], facecolor="none", edgecolor="#1B1B1B", zorder=5)
        else:
            axes.plot(line[:, 0], line[:, 1], "s", color="#1B1B1B", markersize=4, zorder=5)
    own = np.array(inputs["project"]["outline"])
    axes.fill(
        own[:, 0], own[:, 1], facecolor="#7B3FA044", edgecolor="#7B3FA0", linewidth=2, zorder=6
    )


def _plants(axes: Axes, plants: list[dict[str, Any]], language: str) -> None:
    for each in plants:
        axes.plot(each["x"], each["y"], "^", color="#C62828", markersize=8, zorder=7)
        name = each["name"] if language == "zh" else each["name_en"] or each["name"]
        axes.annotate(
            name, (each["x"], each["y"]), xytext=(6, 6), textcoords="offset points", fontsize=8,
            zorder=8,
        )  # fmt: skip


def _frame(axes: Axes, inputs: dict[str, Any], result: dict[str, Any]) -> None:
    plan = LocalPlan(*inputs["origin"])
    spots = [np.array(inputs["project"]["outline"])]
    spots += [np.array([[each["x"], each["y"]]]) for each in inputs["installations"]]
    for lines in result.get("contours", {}).values():
        for line in lines:
            x, y = plan.to_metres([p[0] for p in line], [p[1] for p in line])
            spots.append(np.column_stack([x, y]))
    corners = np.vstack(spots)
    low, high = corners.min(axis=0) - MARGIN, corners.max(axis=0) + MARGIN
    middle, half = (low + high) / 2, float(np.max((high - low) / 2 / (4 / 3, 1)))
    axes.set_xlim(middle[0] - half * 4 / 3, middle[0] + half * 4 / 3)
    axes.set_ylim(middle[1] - half, middle[1] + half)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])


def _signs(axes: Axes, language: str) -> None:
    west, east = axes.get_xlim()
    south, north = axes.get_ylim()
    length = 10 ** np.floor(np.log10((east - west) / 3))
    x, y = west + 0.04 * (east - west), south + 0.05 * (north - south)
    axes.plot([x, x + length], [y, y], color="#1B1B1B", linewidth=3, zorder=9)
    axes.text(x, y + 0.012 * (north - south), f"{length:g} m", fontsize=9, zorder=9)
    top = north - 0.04 * (north - south)
    axes.annotate(
        "N", (x, top), xytext=(x, top - 0.08 * (north - south)), ha="center", fontsize=10,
        arrowprops={"arrowstyle": "-|>"}, zorder=9,
    )  # fmt: skip
    handles, labels = axes.get_legend_handles_labels()
    title = "个人风险" if language == "zh" else "Individual risk"
    if handles:
        axes.legend(handles, labels, title=title, loc="upper right", fontsize=8)
    axes.text(
        east, south, "© OpenStreetMap contributors ", ha="right", va="bottom", fontsize=7, zorder=9
    )
