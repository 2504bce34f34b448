"""Foreign engines in their own process: what they find, what is refused, what stops them."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from chengan.city.assess import errors
from chengan.city.assess.engines import drainage as engine
from chengan.city.assess.engines import process

DATA = Path(__file__).parent.parent / "data"
WATER = {"kind": "close", "hours": 24, "needed_m": 14, "opening": 0.2}


def water(name, **question):
    return process.ask("water", {**WATER, "text": (DATA / name).read_text(), **question})


def drainage(name, **question):
    given = {"kind": "storm", "mm_per_h": 60, "storm_h": 1, "hours": 3}
    return process.ask(
        "drainage", {**given, "text": (DATA / name).read_text("utf-8", "replace"), **question}
    )


def test_a_closed_dead_end_cuts_off_who_lives_there():
    """Net1's node 32 has two pipes; with both closed it would be cut; one closed harms nobody."""
    found = water("Net1.inp", link="122", hours=6)
    assert found["faults"] == []
    assert found["customers"] == 8
    assert found["hits"] == []


def test_a_burst_main_loses_water_and_starves_the_high_quarters():
    found = water("ky4.inp", kind="burst", link="P-100", opening=1.0, hours=4)
    assert found["nodes"] == 964
    assert found["faults"] == []
    assert found["lost_m3"] > 0
    assert all(0 <= each["least_share"] < 0.95 for each in found["hits"])


def test_a_link_that_is_not_there_is_told():
    with pytest.raises(errors.EngineFailed, match="没有管段“nowhere”"):
        drainage("model_pump_setting.inp", kind="close", link="nowhere")


def test_a_storm_floods_nodes_and_the_books_are_balanced():
    found = drainage("model_pump_setting.inp")
    assert found["faults"] == []
    assert found["flooded_m3"] > 0
    assert found["hits"] == sorted(found["hits"], key=lambda each: each["first_h"])
    assert all(abs(each["runoff"]) < 10 for each in found["checks"].values())


def test_no_rain_floods_less():
    storm, drizzle = (
        drainage("model_pump_setting.inp"),
        drainage("model_pump_setting.inp", mm_per_h=1),
    )
    assert drizzle["flooded_m3"] < storm["flooded_m3"]


def test_a_broken_model_is_refused_with_the_engines_own_words():
    with pytest.raises(errors.EngineFailed, match="ERROR"):
        drainage("model_bad_input_1.inp")


def test_a_run_that_takes_too_long_is_stopped():
    limits = process.Limits(seconds=0.2)
    with pytest.raises(errors.EngineFailed, match="已停止"):
        process.ask(
            "water", {**WATER, "text": (DATA / "Net1.inp").read_text(), "link": "122"}, limits
        )


def test_a_run_that_wants_too_much_memory_is_stopped():
    limits = process.Limits(megabytes=64)
    with pytest.raises(errors.EngineFailed):
        process.ask(
            "water", {**WATER, "text": (DATA / "Net1.inp").read_text(), "link": "122"}, limits
        )


def test_an_engine_that_is_none_is_refused():
    with pytest.raises(errors.EngineFailed):
        process.ask("../../bin/sh", {})


def test_what_floods_anyway_is_not_hit_and_what_floods_more_only_from_then_on():
    """By hand: a floods as without it, b 3 m3 more from hour 2 on, c only by the event."""
    calm = {"a": [(1.0, 5.0), (2.0, 9.0)], "b": [(1.0, 4.0), (2.0, 5.0)]}
    event = {"a": [(1.0, 5.01), (2.0, 9.05)], "b": [(1.0, 4.0), (2.0, 8.0)], "c": [(1.5, 2.0)]}
    assert engine._hits(calm, event) == [
        {"node": "c", "first_h": 1.5, "volume_m3": 2.0},
        {"node": "b", "first_h": 2.0, "volume_m3": 3.0},
    ]


def test_a_blocked_link_floods_what_lies_above_it_and_not_what_floods_anyway():
    """J1 and J2 lie above C2; J3 below it floods in the model's own weather already."""
    blocked = drainage("model_pump_setting.inp", kind="close", link="C2")
    assert blocked["faults"] == []
    assert {each["node"] for each in blocked["hits"]} == {"J1", "J2"}
    assert blocked["flooded_without_m3"] > 1000
    assert drainage("model_pump_setting.inp", kind="close", link="C3")["hits"] == []


PATIENT = """
import json, os, sys
question = json.load(sys.stdin)
print("@x", "@", "@0.25", "@0.5 of it", sep="\\n", file=sys.stderr, flush=True)
while not os.path.exists(question["until"]):
    pass
print(json.dumps({"letters": len(question["text"])}))
"""
HANGS = "import signal; signal.pause()"


@pytest.fixture
def started(monkeypatch):
    """Let `process` start a program of ours, and give the children that it started."""
    children = []

    class Child(subprocess.Popen):
        def __init__(self, *args, **more):
            super().__init__(*args, **more)
            children.append(self)

    def let(program):
        monkeypatch.setattr(process, "_command", lambda _engine: [sys.executable, "-c", program])
        monkeypatch.setattr(process.subprocess, "Popen", Child)
        monkeypatch.setattr(process, "LOOK_S", 0.005)
        return children

    return let


def test_a_long_question_reaches_an_engine_that_is_slow_to_start(started, tmp_path):
    """The question is above what a pipe holds, and looked after before the engine can read it."""
    started(PATIENT)
    until, heard = tmp_path / "heard", []

    def hear(share):
        heard.append(share)
        until.touch()

    question = {"text": "x" * 300_000, "until": str(until)}
    assert process.ask("leak", question, process.Limits(seconds=60), hear) == {"letters": 300_000}
    assert set(heard) == {0.25}  # what else begins with @ is no share


@pytest.mark.parametrize("heard", [None, print])
def test_an_engine_that_hangs_is_ended_at_its_limit(started, heard):
    children = started(HANGS)
    with pytest.raises(errors.EngineFailed, match="已停止"):
        process.ask("leak", {"text": "x" * 300_000}, process.Limits(seconds=0.2), heard)
    assert [child.returncode for child in children] == [-signal.SIGKILL]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's tie is Linux'")
def test_an_engine_ends_with_the_one_who_asked(started):
    """Here a thread that ends stands for a worker that is killed: the kernel treats them alike."""
    children, worker = started(HANGS), process.os.getpid()

    def ask_and_die():
        process.subprocess.Popen(
            process._command("leak"), preexec_fn=lambda: process._limit(process.Limits(), worker)
        )

    asking = threading.Thread(target=ask_and_die)
    asking.start()
    asking.join()
    assert children[0].wait(60) == -signal.SIGKILL
