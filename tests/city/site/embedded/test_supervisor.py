import json
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from chengan.city.site.embedded import errors, process, supervisor

SLEEP = shutil.which("sleep")


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def boss(tmp_path, clock):
    made = supervisor.Supervisor(tmp_path / "status.json", clock=clock, wall=lambda: 1.8e9)
    yield made
    made.strike()
    made.stop()


def toy(tmp_path, name="toy", argv=(SLEEP, "600"), **more):
    return process.Program(name, argv, tmp_path / f"{name}.log", **more)


def crash(boss, name="toy"):
    """Kill a child and wait until it is dead."""
    running = boss.charges[name].child.process
    running.kill()
    running.wait()


def is_alive(pid):
    """Say whether a process runs; one that nobody has waited for yet counts as dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(true, patience_s=10.0):
    end = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def state(boss, name="toy"):
    return boss.charges[name].state


def test_a_dead_child_is_restarted_at_once_the_first_time(boss, tmp_path):
    boss.start(toy(tmp_path))
    first = boss.charges["toy"].child.pid
    crash(boss)
    boss.tick()
    assert boss.charges["toy"].child.pid not in (None, first)
    boss.tick()
    assert state(boss) == "running"
    assert boss.charges["toy"].restarts == 1


def test_one_that_keeps_dying_waits_longer_each_time(boss, clock, tmp_path):
    boss.start(toy(tmp_path))
    waits = []
    for _ in range(8):
        crash(boss)
        boss.tick()
        waits.append(boss.charges["toy"].due - clock.now)
        clock.now = boss.charges["toy"].due
        boss.tick()
    assert waits == [0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 30.0]


def test_it_is_not_restarted_before_its_time(boss, clock, tmp_path):
    boss.start(toy(tmp_path))
    crash(boss)
    boss.tick()
    crash(boss)
    boss.tick()
    clock.now += 0.49
    boss.tick()
    assert state(boss) == "waiting"
    clock.now += 0.02
    boss.tick()
    assert state(boss) in ("starting", "running")


def test_steady_work_makes_good_for_earlier_deaths(boss, clock, tmp_path):
    boss.start(toy(tmp_path))
    for _ in range(4):
        crash(boss)
        boss.tick()
        clock.now = boss.charges["toy"].due
        boss.tick()
    clock.now += supervisor.STEADY
    crash(boss)
    boss.tick()
    assert boss.charges["toy"].failures == 1
    assert boss.charges["toy"].child.pid is not None


def test_what_a_dead_child_left_in_its_group_dies_before_the_next_start(boss, tmp_path):
    note = tmp_path / "pid"
    script = f"sleep 600 & echo $! > {note}.new; mv {note}.new {note}; wait"
    boss.start(toy(tmp_path, argv=("/bin/sh", "-c", script), ready=note.exists))
    orphan = int(note.read_text())
    crash(boss)
    assert is_alive(orphan)
    boss.tick()
    wait_until(lambda: not is_alive(orphan))


def test_a_restarted_child_is_running_only_when_it_is_ready(boss, tmp_path):
    ready = tmp_path / "ready"
    ready.touch()
    boss.start(toy(tmp_path, ready=ready.exists))
    ready.unlink()
    crash(boss)
    boss.tick()
    boss.tick()
    assert state(boss) == "starting"
    ready.touch()
    boss.tick()
    assert state(boss) == "running"


def test_what_must_be_cleared_is_cleared_before_each_start(boss, tmp_path):
    cleared = []
    boss.start(toy(tmp_path, before=lambda: cleared.append(1)))
    crash(boss)
    boss.tick()
    assert cleared == [1, 1]


def test_a_restart_that_cannot_be_made_is_tried_again_later(boss, clock, tmp_path):
    trouble = []

    def before() -> None:
        if trouble:
            raise errors.ProgramMissing("gone")

    boss.start(toy(tmp_path, before=before))
    trouble.append(1)
    crash(boss)
    boss.tick()
    assert state(boss) == "waiting"
    trouble.clear()
    clock.now = boss.charges["toy"].due
    boss.tick()
    assert state(boss) in ("starting", "running")


def test_a_dead_child_can_be_revived_out_of_its_turn(boss, tmp_path):
    boss.start(toy(tmp_path))
    for _ in range(2):
        crash(boss)
        boss.tick()
    crash(boss)
    boss.tick()
    assert state(boss) == "waiting"
    boss.revive("toy")
    assert (state(boss), boss.charges["toy"].restarts) == ("running", 2)


def test_one_childs_death_leaves_the_others_alone(boss, tmp_path):
    boss.start(toy(tmp_path, "a"))
    boss.start(toy(tmp_path, "b"))
    other = boss.charges["b"].child.pid
    crash(boss, "a")
    boss.tick()
    assert boss.charges["b"].child.pid == other


def test_children_end_in_the_reverse_order_of_their_start(tmp_path):
    ended = []
    boss = supervisor.Supervisor(
        tmp_path / "status.json",
        on_change=lambda name, state, _: ended.append(name) if state == "stopped" else None,
    )
    for name in ("postgres", "nats", "web"):
        boss.start(toy(tmp_path, name))
    assert boss.stop() == []
    assert ended == ["web", "nats", "postgres"]


def test_those_that_started_together_are_told_to_end_together(boss, tmp_path):
    told, script = (
        tmp_path / "told",
        "trap 'touch {0}; exit' TERM; touch {1}; while :; do sleep 0.01; done",
    )
    first = ("/bin/sh", "-c", script.format(told, tmp_path / "first-runs"))
    wait = f"trap 'while [ ! -e {told} ]; do sleep 0.01; done; exit' TERM; touch {{0}}; while :; do sleep 0.01; done"
    second = ("/bin/sh", "-c", wait.format(tmp_path / "second-runs"))
    boss.start_together([
        toy(tmp_path, "first", argv=first, ready=(tmp_path / "first-runs").exists),
        toy(tmp_path, "second", argv=second, ready=(tmp_path / "second-runs").exists),
    ])  # fmt: skip
    assert boss.stop() == []


def test_one_that_will_not_end_is_killed_and_named(boss, tmp_path):
    deaf = tmp_path / "deaf"
    script = f"trap '' TERM; touch {deaf}; while :; do sleep 600; done"
    argv = ("/bin/sh", "-c", script)
    boss.start(toy(tmp_path, argv=argv, ready=deaf.exists, stop_within=0.05))
    assert boss.stop() == ["toy"]


def test_a_child_that_fails_to_start_leaves_nothing_running(boss, tmp_path):
    with pytest.raises(errors.StartFailed):
        boss.start(toy(tmp_path, ready=lambda: False, ready_within=0.01))
    assert state(boss) == "failed"
    assert boss.charges["toy"].child.pid is None
    boss.tick()
    assert state(boss) == "failed"


def test_children_that_start_together_do_not_wait_for_each_other(boss, tmp_path):
    mark, told = tmp_path / "second-runs", []
    second = ("/bin/sh", "-c", f"touch {mark}; exec sleep 600")
    programs = [toy(tmp_path, "first", ready=mark.exists), toy(tmp_path, "second", argv=second)]
    boss.start_together(programs, lambda *step: told.append(step))
    assert (state(boss, "first"), state(boss, "second")) == ("running", "running")
    assert told == [
        ("first", "begun"), ("first", "done"), ("second", "begun"), ("second", "done"),
    ]  # fmt: skip


def test_where_one_of_several_fails_to_start_none_runs(boss, tmp_path):
    broken = toy(tmp_path, "broken", ready=lambda: False, ready_within=0.01)
    with pytest.raises(errors.StartFailed):
        boss.start_together([toy(tmp_path), broken, toy(tmp_path, "third")])
    assert {state(boss, name) for name in ("toy", "broken", "third")} == {"failed"}
    assert all(charge.child.pid is None for charge in boss.charges.values())


def test_the_status_file_says_what_each_child_does(boss, tmp_path):
    boss.start(toy(tmp_path))
    line = json.loads((tmp_path / "status.json").read_text())["toy"]
    assert line["pid"] == boss.charges["toy"].child.pid
    assert (line["state"], line["restarts"]) == ("running", 0)
    assert line["since"] == "2027-01-15T08:00:00+00:00"
    assert supervisor.read_status(tmp_path / "status.json")["toy"]["alive"]


def test_a_noted_number_that_another_process_has_is_not_alive(boss, tmp_path):
    boss.start(toy(tmp_path))
    status = tmp_path / "status.json"
    status.write_text(json.dumps({"toy": {"pid": os.getpid(), "ticks": 1}}))
    assert not supervisor.read_status(status)["toy"]["alive"]
    assert supervisor.end_leftovers(status) == []


def test_what_a_killed_supervisor_left_is_ended(boss, tmp_path):
    boss.start(toy(tmp_path, "a"))
    boss.start(toy(tmp_path, "b"))
    boss.start(toy(tmp_path, "c"))
    assert supervisor.end_leftovers(tmp_path / "status.json", but=["b"]) == ["c", "a"]
    assert boss.charges["a"].child.process.wait() == -signal.SIGTERM
    assert boss.charges["b"].child.pid is not None


def test_no_status_file_is_no_status(tmp_path):
    assert supervisor.read_status(tmp_path / "none.json") == {}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_watch_and_the_children(boss, tmp_path, number):
    before = signal.getsignal(number)
    boss.start(toy(tmp_path, ready=lambda: True))
    boss.on_change = None
    tick, ticks = boss.tick, []

    def tick_and_signal() -> None:
        tick()
        ticks.append(1)
        os.kill(os.getpid(), number)

    boss.tick = tick_and_signal
    told = []
    boss.run(every=0.001, on_stop=lambda: told.append(state(boss)))
    assert (told, state(boss)) == (["running"], "stopped")
    assert signal.getsignal(number) is before


def test_a_second_signal_kills_without_waiting(boss, tmp_path):
    deaf = tmp_path / "deaf"
    script = f"trap '' TERM; touch {deaf}; while :; do sleep 600; done"
    boss.start(toy(tmp_path, argv=("/bin/sh", "-c", script), ready=deaf.exists, stop_within=600))
    with boss.stopping_on_signals():
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
    boss.stop()
    assert boss.charges["toy"].child.exit_code == -signal.SIGKILL
