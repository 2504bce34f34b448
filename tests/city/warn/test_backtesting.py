"""Limits tried on stored history: what they would have raised, and what of it was real."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.utils import translation
from typer.testing import CliRunner

from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.sense.lake import history
from chengan.city.site.cli import running
from chengan.city.site.cli.main import app
from chengan.city.warn import api as warn
from chengan.city.warn import errors
from chengan.city.warn.models import Alarm, Backtest
from chengan.city.warn.selectors.unusual import why_unusual
from chengan.city.warn.services import backtested, backtesting, overriding
from chengan.city.warn.views.curve import drawn
from tests.city.warn.conftest import START, officer
from tests.core.joint.test_watch import rig

SECOND = 1_000_000
MINUTE = 60 * SECOND
AT = datetime(2026, 3, 3, tzinfo=UTC)
SPAN = {"start": AT - timedelta(days=1), "end": AT}


def figures(**more):
    base = overriding.Figures(
        high={"3": 1.0, "4": 2.5}, low={}, hysteresis=0.0, hold_s=0.0, clear_hold_s=0.0,
        rate_per_s=None, rate_severity=0, stuck_s=0.0, stuck_epsilon=0.0, silent_factor=3.0,
        source="", mark="R",
    )  # fmt: skip
    return replace(base, **more)


@pytest.fixture
def stored(monkeypatch):
    """A lake of one hour of minutes: quiet, at minutes 10 to 19 and 40 to 44 beyond 1 %vol."""
    value = np.full(60, 0.002)
    value[10:20], value[40:45] = 0.012, 0.018
    time = START + MINUTE * np.arange(60)

    def readings(datastream, start, end):
        mine = (time >= start) & (time <= end) & (datastream in readings.filled)
        none = np.zeros(mine.sum())
        return history.Readings(time[mine], value[mine], none, none, time[mine], none > 0)

    readings.filled = set()
    monkeypatch.setattr(history, "readings", readings)
    return readings


@pytest.fixture
def ask(wells, stored):
    """Ask for a trial of the bench limits on w0 and w2."""

    def made(**more):
        stored.filled = {wells["w0"].pk, wells["w2"].pk}
        fields = {
            "limit_set": overriding.current("bench"), "figures": None, **SPAN, "by": "analyst",
            "datastreams": sorted(stored.filled), "at": AT, "is_queued": False,
        }  # fmt: skip
        return backtesting.ask(**fields | more)

    return made


def run(test):
    found = backtesting.run_part(backtest_id=test.pk, at=AT, is_queued=False)
    assert found.status == Backtest.Status.DONE
    return found


def at_factor(found, factor):
    return next(each for each in backtested.curve(found) if each["factor"] == factor)


def test_limits_move_outwards_together_and_keep_their_distance():
    # The mildest above is 1.0, the mildest below 0.2: a factor of 1.5 moves them by 0.5 and 0.1.
    moved = backtesting.moved(figures(low={"3": 0.2, "5": -0.4}), 1.5)
    assert moved.high == {"3": pytest.approx(1.5), "4": pytest.approx(3.0)}
    assert moved.low == {"3": pytest.approx(0.1), "5": pytest.approx(-0.5)}
    assert backtesting.moved(figures(rate_per_s=2.0), 0.5).rate_per_s == 1.0


@pytest.mark.django_db
def test_what_people_judged_tells_real_from_false(ask, say, wells):
    say("breach.began", "w0", onset=600, value=0.012)
    say("breach.ended", "w0", onset=600, at=1200, value=0.002)
    say("breach.began", "w2", onset=600, value=0.012)
    say("breach.ended", "w2", onset=600, at=1200, value=0.002)
    Alarm.objects.filter(datastream=wells["w0"]).update(status="confirmed")
    Alarm.objects.filter(datastream=wells["w2"]).update(status="dismissed")
    found = run(ask())
    # Two streams with two stretches each; at minute 40 nobody judged anything.
    now = at_factor(found, 1.0)
    assert (now["raised"], now["real"], now["false"], now["unjudged"]) == (4, 1, 1, 2)
    assert (now["missed"], now["precision"], now["recall"]) == (0, 0.5, 1.0)
    # 25 % looser, the first stretch (1.2 %vol) is below 1.25, the second (1.8 %vol) is not.
    looser = at_factor(found, 1.25)
    assert (looser["raised"], looser["real"], looser["missed"]) == (2, 0, 1)
    assert at_factor(found, 2.0)["raised"] == 0
    assert found.result["breaches"][0]["status"] == "confirmed"
    assert found.result["readings"] == 120


@pytest.fixture
def moving(monkeypatch):
    """700 minutes of the wells w0 to w2, which move together; w1 leaves them for 40 minutes."""
    seen = rig(700, 6) * 1e-4
    seen[600:640, 1] += 3e-4
    time = START + MINUTE * np.arange(700)

    def readings(datastream, start, end):
        place = readings.filled.index(datastream) if datastream in readings.filled else None
        mine = (time >= start) & (time <= end) & (place is not None)
        none = np.zeros(mine.sum())
        value = seen[mine, place or 0]
        return history.Readings(time[mine], value, none, none, time[mine], none > 0)

    readings.filled = []
    monkeypatch.setattr(history, "readings", readings)
    return readings


@pytest.mark.django_db
def test_what_is_judged_together_is_tried_as_the_runner_would_judge_it(
    wells, moving, say, client, monkeypatch
):
    monkeypatch.setattr(backtesting, "FACTORS", (1.0, 1.25, 2.0))
    monkeypatch.setattr(backtesting, "AS_IT_IS", 0)
    moving.filled = [wells[key].pk for key in ("w0", "w1", "w2")]
    say("breach.began", "w2", onset=36_000, value=0.012)
    say("breach.ended", "w2", onset=36_000, at=38_000, value=0.002)
    Alarm.objects.filter(datastream=wells["w2"]).update(status="confirmed")
    sense.Datastream.objects.update(expected_interval_s=60)
    asked = figures(high={}, joint_severity=3, joint_scope="owner", release_severity=2)
    test = backtesting.ask(
        limit_set=overriding.current("bench"), figures=asked, **SPAN, by="analyst",
        datastreams=sorted(moving.filled), at=AT, is_queued=False,
    )  # fmt: skip
    owner = wells["w0"].thing.city_object.owner_id
    assert test.units[0].rsplit("/", 1)[0] == f"joint/owner:{owner}"
    assert test.steps == 3 + len(test.units)
    found = run(test)
    now = at_factor(found, 1.0)
    assert (now["score"], now["excess"]) == (0.5, 1.0)
    # w1's departure at minute 600 overlaps what was confirmed at w2, of the same group.
    at_600 = {START + n * MINUTE for n in (600, 601, 602)}
    (told,) = [each for each in found.result["breaches"] if each["onset"] in at_600]
    assert told["datastream"] == wells["w1"].pk
    assert (told["status"], told["about"]["of"], told["about"]["who"]) == ("confirmed", 4, "alone")
    assert (now["real"], now["missed"]) == (1, 0)
    # Its score came to more than twice the limit, that of another alarm to 1.13 times.
    joint = {each["factor"]: each["raised"] for each in backtested.curve(found, "joint")}
    assert (joint[1.0], joint[1.25], joint[2.0]) == (2, 1, 1)
    client.force_login(officer())
    page = client.get(f"/warn/backtests/{found.pk}/?cause=joint").content.decode()
    assert "4 条一起判断" in page
    gas = client.get(f"/warn/backtests/{found.pk}/?cause=release").content.decode()
    assert "可能来源：well-" in gas


@pytest.mark.django_db
def test_history_too_short_to_learn_from_is_said(ask, client):
    sense.Datastream.objects.update(expected_interval_s=60)
    asked = figures(high={}, joint_severity=3, joint_scope="owner", anomaly_severity=2)
    found = run(ask(figures=asked))
    short = {each["cause"]: (each["rows"], each["least"]) for each in found.result["short"]}
    # Two of the four have readings; the last two rows still wait for those of the others.
    assert short == {"anomaly": (60, 150), "joint": (58, 400)}
    # Both fell silent after an hour. That is a device's fault, and no part of the sums.
    (silent,) = [each for each in backtested.curve(found, "silent") if each["is_asked"]]
    assert (silent["raised"], silent["silent"], at_factor(found, 1.0)["raised"]) == (2, 3.0, 0)
    client.force_login(officer())
    assert "失联" in client.get(f"/warn/backtests/{found.pk}/?cause=silent").content.decode()
    assert "400" in client.get(f"/warn/backtests/{found.pk}/").content.decode()


@pytest.mark.django_db
def test_a_step_that_means_nothing_is_a_gap_and_ends_no_trial(ask, client):
    # 19 to 23 %vol of oxygen, moved outwards by half: 9.5 to 34.5; inwards: 28.5 lies above 11.5.
    two_sided = figures(high={"3": 23.0}, low={"3": 19.0})
    found = run(ask(figures=two_sided))
    inwards, now = at_factor(found, 0.5), at_factor(found, 1.0)
    assert (inwards["raised"], inwards["precision"]) == (None, None)
    assert "must lie below high" in inwards["wrong"]
    assert (now["wrong"], now["raised"]) == ("", 2)  # 0 %vol all the time, on two datastreams
    client.force_login(officer())
    page = client.get(f"/warn/backtests/{found.pk}/").content
    assert page.count("在此无意义".encode()) == len(
        [p for p in backtested.curve(found) if p["wrong"]]
    )
    assert client.get(f"/warn/backtests/{found.pk}/curve.csv").status_code == 200


@pytest.mark.django_db
def test_a_trial_goes_on_where_it_was_left_and_can_be_stopped(ask, monkeypatch):
    monkeypatch.setattr(backtesting, "PART", 1)
    test = ask()
    first = backtesting.run_part(backtest_id=test.pk, at=AT, is_queued=False)
    assert (first.status, first.done) == ("running", 1)
    with pytest.raises(errors.BadLimits):
        ask()
    backtesting.stop(backtest=first, by="a", at=AT)
    assert backtesting.run_part(backtest_id=test.pk, at=AT, is_queued=False) is None
    with pytest.raises(errors.WrongState):
        backtesting.stop(backtest=first, by="a", at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"end": SPAN["start"]}, "after"),
        ({"start": AT + timedelta(days=1), "end": AT + timedelta(days=2)}, "future"),
        ({"start": AT - timedelta(days=500)}, "400"),
        ({"datastreams": []}, "nothing to try"),
        ({"figures": figures(high={"3": 2.0, "4": 1.0})}, "contradict"),
    ],
)
def test_a_trial_that_can_say_nothing_is_refused(ask, wrong, said):
    with translation.override("en"), pytest.raises(errors.BadLimits, match=said):
        ask(**wrong)
    assert not Backtest.objects.exists()


@pytest.mark.django_db
def test_the_page_the_tables_and_who_may_see_them(ask, client):
    client.force_login(officer())
    found = run(ask())
    page = client.get(f"/warn/backtests/{found.pk}/?lang=en")
    assert page.status_code == 200
    assert page.content.count(b"<polyline") == 3
    table = client.get(f"/warn/backtests/{found.pk}/curve.csv")
    assert len(b"".join(table.streaming_content).splitlines()) == 1 + len(backtesting.FACTORS)
    rows = b"".join(client.get(f"/warn/backtests/{found.pk}/raised.csv").streaming_content)
    assert len(rows.splitlines()) == 5
    assert client.get("/warn/rules/bench/").content.count(b"/warn/backtests/") == 1
    places.put_organisation(
        code="gas", kind="enterprise", name_zh="燃气", parent=places.organisation_by_code("city")
    )
    client.force_login(officer("enterprise_manager", "gas"))
    assert client.get(f"/warn/backtests/{found.pk}/").status_code == 404
    assert client.post(f"/warn/backtests/{found.pk}/stop/").status_code == 404
    client.logout()
    assert client.get(f"/warn/backtests/{found.pk}/").status_code == 302


@pytest.mark.django_db
def test_asked_from_the_page_it_waits_for_the_worker(wells, client):
    client.force_login(officer())
    bad = client.post("/warn/rules/bench/backtest/", {"from": "soon", "to": ""}, follow=True)
    assert bad.context["messages"]
    made = client.post("/warn/rules/bench/backtest/", {"from": "2026-03-01", "to": "2026-03-02"})
    test = Backtest.objects.get()
    assert made.url == f"/warn/backtests/{test.pk}/"
    assert (test.status, len(test.datastreams), test.is_bound) == ("queued", 4, True)
    assert client.get(made.url).content.count(b"hx-trigger") >= 1
    client.post(f"/warn/backtests/{test.pk}/stop/")
    test.refresh_from_db()
    assert test.status == "stopped"


def test_a_curve_reaches_from_foot_to_top_and_knows_its_scale():
    drawing = drawn(["a", "b"], [("n", "k", [0.0, 4.0])])
    (line,) = drawing["lines"]
    assert line["points"] == [(60.0, 230.0), (604.0, 12.0)]
    assert [each["label"] for each in drawing["heights"]] == ["0", "1", "2", "3", "4"]
    assert drawn([], [("n", "k", [])])["lines"][0]["paths"] == []
    (gap,) = drawn(["a", "b", "c"], [("n", "k", [4.0, None, 0.0])])["lines"]
    assert (len(gap["paths"]), len(gap["points"])) == (2, 2)


@pytest.mark.django_db
def test_an_alarm_without_a_limit_says_what_was_expected_and_how_sure(wells, client):
    data = {
        "datastream": wells["w0"].pk, "cause": "anomaly", "severity": 2, "onset": START,
        "time": START, "value": 3e-3, "limit": None, "expected": 1e-3, "rule": "bench/1",
        "score": 0.71, "score_limit": 0.66, "reason": "jump", "false_a_year": 1.0,
    }  # fmt: skip
    subject = f"datastream:{wells['w0'].pk}"
    kind = "sense.breach.began"
    journal.append([journal.Fact(kind=kind, subject=subject, at=AT, actor="runner", data=data)])
    warn.take_facts(AT)
    alarm = Alarm.objects.get()
    assert (alarm.cause, alarm.severity, alarm.limit) == ("anomaly", 2, None)
    reader = officer()
    told = why_unusual(alarm, reader)
    assert (told["expected"], told["seen"]) == (pytest.approx(1000.0), pytest.approx(3000.0))
    assert (told["apart"], told["score"]) == (pytest.approx(2000.0), 0.71)
    client.force_login(reader)
    page = client.get(f"/warn/alarms/{alarm.pk}/").content.decode()
    assert "0.71" in page
    assert str(told["against"]) in page


@pytest.mark.django_db
def test_the_unusual_is_asked_for_in_the_form_and_reaches_the_runner(wells, client):
    client.force_login(officer("administrator"))
    form = client.get("/warn/rules/bench/edit/").context["form"]
    sent = {name: "" if value is None else value for name, value in form.initial.items()}
    sent |= {"anomaly_severity": "2", "anomaly_a_year": "0.5", "rate_severity": ""}
    assert client.post("/warn/rules/bench/edit/", sent).status_code == 302
    row = sense.StreamLimit.objects.get(datastream=wells["w0"])
    assert (row.anomaly_severity, row.anomaly_a_year, row.rule) == (2, 0.5, "bench/2")


@pytest.mark.django_db
def test_the_command_prints_the_curve_and_names_what_it_does_not_know(
    wells, stored, monkeypatch, tmp_path
):
    monkeypatch.setattr(running, "connect", lambda _data: tmp_path)
    stored.filled = {wells["w0"].pk}
    days = ["--from", "2026-03-02", "--to", "2026-03-02T20:00"]
    made = CliRunner().invoke(app, ["backtest", "bench/1", *days, "--out", str(tmp_path / "c.csv")])
    assert made.exit_code == 0, made.output
    rows = (tmp_path / "c.csv").read_text().splitlines()
    assert len(rows) == 1 + len(backtesting.FACTORS)
    assert rows[6].startswith("0,1.0,,,2,")
    told = CliRunner().invoke(app, ["backtest", "bench", *days, "--json"])
    assert json.loads(told.stdout)["causes"] == {"high": 2}
    assert {each.status for each in Backtest.objects.all()} == {"done"}
    unknown = CliRunner().invoke(app, ["backtest", "nothing", *days])
    assert unknown.exit_code == 2
    assert "bench" in unknown.output
    assert CliRunner().invoke(app, ["backtest", "bench", "--from", "x", "--to", "y"]).exit_code == 2
