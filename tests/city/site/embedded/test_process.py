import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chengan.city.site.embedded import errors, leftovers, process

SHELL = "/bin/sh"


def child(tmp_path, script, **more):
    program = process.Program("toy", [SHELL, "-c", script], tmp_path / "toy.log", **more)
    return process.Child(program)


def test_output_and_errors_are_appended_to_the_log(tmp_path):
    (tmp_path / "toy.log").write_text("before\n")
    one = child(tmp_path, "echo out; echo err >&2")
    one.spawn()
    assert one.process.wait() == 0
    assert (tmp_path / "toy.log").read_text() == "before\nout\nerr\n"


def test_the_child_gets_its_variables_and_its_folder(tmp_path):
    one = child(tmp_path, 'echo "$COLOUR $(pwd)"', env={"COLOUR": "red"}, cwd=tmp_path)
    one.spawn()
    one.process.wait()
    assert (tmp_path / "toy.log").read_text() == f"red {tmp_path}\n"


def test_the_child_leads_a_session_so_that_control_c_is_not_delivered_twice(tmp_path):
    one = child(tmp_path, "sleep 600")
    one.spawn()
    assert os.getsid(one.pid) == one.pid
    assert os.getpgid(one.pid) != os.getpgid(0)
    one.kill()


def test_ready_is_waited_for(tmp_path):
    asked = []

    def third_time() -> bool:
        asked.append(1)
        return len(asked) == 3

    one = child(tmp_path, "sleep 600", ready=third_time)
    one.spawn()
    one.wait_ready()
    assert len(asked) == 3
    assert one.stop()


def test_a_child_that_ends_at_once_is_reported_with_its_log(tmp_path):
    one = child(tmp_path, "echo no licence; exit 3", ready=lambda: False)
    one.spawn()
    with pytest.raises(errors.StartFailed, match=r"toy ended with code 3[\s\S]*no licence"):
        one.wait_ready()


def test_a_child_that_is_never_ready_is_stopped(tmp_path):
    one = child(tmp_path, "sleep 600", ready=lambda: False, ready_within=0.05)
    one.spawn()
    with pytest.raises(errors.StartFailed, match=r"not ready within 0\.05 s"):
        one.wait_ready()
    assert one.pid is None


def test_a_missing_program_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "_dying_with_us", lambda _signal: [])
    program = process.Program("toy", ["/no/such"], tmp_path / "toy.log")
    with pytest.raises(errors.ProgramMissing, match="toy cannot be started: /no/such"):
        process.Child(program).spawn()


def test_stopping_is_kind_first_and_says_when_it_had_to_kill(tmp_path):
    ready = tmp_path / "deaf"
    kind = child(tmp_path, "sleep 600")
    kind.spawn()
    assert kind.stop()
    assert kind.exit_code == -signal.SIGTERM
    deaf = child(
        tmp_path,
        f"trap '' TERM; touch {ready}; while :; do sleep 600; done",
        ready=ready.exists,
        stop_within=0.05,
    )
    deaf.spawn()
    deaf.wait_ready()
    assert not deaf.stop()
    assert deaf.exit_code == -signal.SIGKILL


def test_killing_takes_the_childs_own_children_along(tmp_path):
    one = child(tmp_path, "sleep 600 & echo $!; wait", ready=lambda: _written(tmp_path))
    one.spawn()
    one.wait_ready()
    inner = int((tmp_path / "toy.log").read_text())
    one.kill()
    leftovers._wait([inner], 10.0)
    assert not leftovers.is_alive(inner)


def _written(tmp_path: Path) -> bool:
    return (tmp_path / "toy.log").read_text().endswith("\n")


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux ends orphans")
def test_children_die_with_their_supervisor(tmp_path):
    code = (
        "import sys; from pathlib import Path\n"
        "from chengan.city.site.embedded import process\n"
        "log = Path(sys.argv[1])\n"
        "one = process.Child(process.Program('toy', ['/bin/sleep', '600'], log))\n"
        "one.spawn(); print(one.pid, flush=True); sys.stdin.read()"
    )
    boss = subprocess.Popen(
        [sys.executable, "-c", code, tmp_path / "toy.log"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    orphan = int(boss.stdout.readline())
    assert leftovers.is_alive(orphan)
    boss.kill()
    boss.communicate()
    leftovers._wait([orphan], 10.0)
    assert not leftovers.is_alive(orphan)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux ends orphans")
def test_a_child_whose_parent_died_before_the_tie_never_becomes_the_program(tmp_path, monkeypatch):
    monkeypatch.setattr(process.os, "getpid", lambda: 1 << 22)
    program = process.Program("toy", ["/bin/sh", "-c", "echo ran"], tmp_path / "toy.log")
    child = process.Child(program)
    child.spawn()
    assert child.process.wait(10) == 1
    assert program.log.read_text() == ""


def test_a_large_log_is_moved_aside_and_the_oldest_forgotten(tmp_path):
    log = tmp_path / "a.log"
    for text in ("one", "two", "three", "four"):
        log.write_text(text)
        assert process.rotate(log, largest=3, keep=2)
        assert log.read_text() == ""
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept == {"a.log": "", "a.log.1": "four", "a.log.2": "three"}


def test_a_running_child_goes_on_writing_after_rotation(tmp_path):
    log = tmp_path / "a.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"old")
        process.rotate(log, largest=1)
        writer.write(b"new")
    assert log.read_bytes() == b"new"


def test_a_small_or_missing_log_is_left(tmp_path):
    log = tmp_path / "a.log"
    assert not process.rotate(log)
    log.write_text("x")
    assert not process.rotate(log)
    assert process.log_tail(tmp_path / "none.log") == "(empty)"


def test_the_end_of_a_log_is_its_last_lines(tmp_path):
    log = tmp_path / "a.log"
    log.write_text("\n".join(map(str, range(100))))
    assert process.log_tail(log, lines=2) == "98\n99"
