"""`chengan backtest RULE --from --to`: what limits would have raised on stored history."""

import csv
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import Progress

from chengan.city.site.cli import running

CITY = ZoneInfo("Asia/Shanghai")
COLUMNS = (
    "moved_percent", "high", "low", "rate_per_s", "raised", "a_day", "real", "false", "unjudged",
    "missed", "precision", "joint_score", "gas_excess_ppm",
)  # fmt: skip

WHY_NOT = {
    "alone": "无可一起判断者 · nothing to judge them with",
    "no_site": "没有燃气场地 · no site of gas",
}


def backtest(
    rule: str = typer.Argument(help="限值代码，可加 /版本 · code of the limits, or code/version"),
    since: str = typer.Option(..., "--from", help="起：日期或时间 · first day or moment"),
    until: str = typer.Option(..., "--to", help="止：日期或时间 · last day or moment"),
    out: Path | None = typer.Option(None, help="曲线写入 CSV · the curve as CSV"),
    as_json: bool = typer.Option(False, "--json", help="输出 JSON · print JSON"),
    data: Path | None = typer.Option(None, help="数据目录 · data folder"),
) -> None:
    """Try the limits and steps around them on every datastream where they are in force."""
    running.connect(data)
    from chengan.city.sense import api as sense
    from chengan.city.warn import api as warn

    found = _limits(rule)
    try:
        made = warn.ask_backtest(
            limit_set=found, figures=None, start=_moment(since, time.min),
            end=min(_moment(until, time.max), datetime.now(UTC)),
            datastreams=warn.backtest_candidates(found, sense.all_datastreams()),
            by="chengan backtest", at=datetime.now(UTC), is_queued=False,
        )  # fmt: skip
    except warn.WarnError as error:
        typer.echo(f"✗ {error}", err=True)
        raise typer.Exit(1) from error
    made = _run(made)
    points = [_row(each) for each in warn.backtest_curve(made)]
    if out:
        with out.open("w", encoding="utf-8", newline="") as file:
            _write(file, points)
    if as_json:
        about = {"rule": f"{made.code}/{made.version}", "readings": made.result["readings"]}
        tried = {"datastreams": len(made.datastreams), "groups": len(made.units)}
        left = {name: made.result.get(name, []) for name in ("untried", "short")}
        causes = {"causes": _by_cause(made)}
        typer.echo(json.dumps(about | tried | causes | left | {"points": points}))
    else:
        _write(sys.stdout, points)
    _say_what_is_missing(made)
    typer.echo(f"/warn/backtests/{made.pk}/", err=True)


def _by_cause(made: Any) -> dict[str, int]:
    """How many the figures as they are would have raised, by cause."""
    asked = next(each for each in made.result["points"] if each["factor"] == 1.0)
    return {cause: counts["raised"] for cause, counts in asked["causes"].items()}


def _say_what_is_missing(made: Any) -> None:
    """Name those that could not be tried, or whose history is too short, on standard error."""
    for each in made.result.get("untried", []):
        said = f"! {each['cause']}: {WHY_NOT[each['why']]}: {each['datastreams']}"
        typer.echo(said, err=True)
    for each in made.result.get("short", []):
        typer.echo(
            f"! {each['cause']}: 历史太短 · history too short: {each['rows']} < {each['least']}: "
            f"{each['datastreams']}",
            err=True,
        )


def _limits(rule: str) -> Any:
    from chengan.city.warn import api as warn

    code, _slash, version = rule.partition("/")
    which: dict[str, Any] = {"version": int(version)} if version.isdigit() else {"retired_at": None}
    found = warn.LimitSet.objects.filter(code=code, **which).first()
    if found is None:
        known = ", ".join(sorted(set(warn.LimitSet.objects.values_list("code", flat=True))))
        typer.echo(f"✗ 没有限值 {rule} · there are no limits {rule}: {known or '–'}", err=True)
        raise typer.Exit(2)
    return found


def _moment(text: str, of_day: time) -> datetime:
    """A moment; a day alone is its begin or end; without a zone it is Beijing time."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        said = f"{text}: 2026-03-31 或 or 2026-03-31T08:00"
        raise typer.BadParameter(said) from error
    if len(text) <= len("2026-03-31"):
        found = datetime.combine(found.date(), of_day)
    return found if found.tzinfo else found.replace(tzinfo=CITY)


def _run(made: Any) -> Any:
    from chengan.city.warn import api as warn

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(made.code, total=made.steps)
        while made.status not in {"done", "failed", "stopped"}:
            part = warn.run_backtest(backtest_id=made.pk, at=datetime.now(UTC), is_queued=False)
            if part is None:
                made.refresh_from_db()
                break
            made = part
            bar.update(task, completed=made.done)
    return made


def _row(point: Mapping[str, Any]) -> dict[str, Any]:
    same = ("raised", "real", "false", "unjudged", "missed", "precision")
    return {
        "moved_percent": round(100 * (point["factor"] - 1)),
        "high": min(point["high"].values(), default=None),
        "low": max(point["low"].values(), default=None),
        "rate_per_s": point["rate"],
        "a_day": None if point["wrong"] else round(point["a_day"], 4),
        **{name: point[name] for name in same},
        "joint_score": None if point["score"] is None else round(point["score"], 4),
        "gas_excess_ppm": point["excess"],
    }


def _write(file: Any, points: Iterable[Mapping[str, Any]]) -> None:
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(points)
