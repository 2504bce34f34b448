import os
import signal
import subprocess

import pytest

from chengan.city.site.embedded import leftovers

WAIT = ["/bin/sh", "-c", "echo up; read line"]


@pytest.fixture
def sleeper(tmp_path):
    process = subprocess.Popen(WAIT, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"up\n"
    yield process
    process.kill()
    process.communicate()


def zombie(process):
    """Kill a child and leave it unburied."""
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)


def test_a_running_process_is_alive(sleeper):
    assert leftovers.is_alive(sleeper.pid)
    assert leftovers.is_alive(os.getpid())


def test_a_zombie_is_dead(sleeper):
    zombie(sleeper)
    os.kill(sleeper.pid, 0)  # the kernel still knows its number
    assert not leftovers.is_alive(sleeper.pid)


def test_a_process_is_found_by_its_name_and_the_folder_it_works_in(sleeper, tmp_path):
    assert leftovers.working_in(tmp_path, "sh") == [sleeper.pid]
    assert leftovers.working_in(tmp_path, "postgres") == []
    assert leftovers.working_in(tmp_path.parent, "sh") == []


def test_a_zombie_does_not_work_anywhere(sleeper, tmp_path):
    zombie(sleeper)
    assert leftovers.working_in(tmp_path, "sh") == []


def test_a_folder_that_is_not_there_has_no_workers(tmp_path):
    assert leftovers.working_in(tmp_path / "none", "sh") == []


def test_leftovers_are_ended_and_told(sleeper):
    ended = leftovers.end([sleeper.pid], signals=[(signal.SIGTERM, 10.0)])
    assert ended == [sleeper.pid]
    assert sleeper.wait() == -signal.SIGTERM


def test_one_that_ignores_the_kind_signal_gets_the_rough_one():
    code = "trap '' TERM; echo deaf; while :; do sleep 600; done"
    deaf = subprocess.Popen(["/bin/sh", "-c", code], stdout=subprocess.PIPE)
    assert deaf.stdout.readline() == b"deaf\n"
    signals = [(signal.SIGTERM, 0.05), (signal.SIGKILL, 10.0)]
    assert leftovers.end([deaf.pid], signals=signals) == [deaf.pid]
    assert deaf.wait() == -signal.SIGKILL
    deaf.stdout.close()


def test_the_dead_are_not_counted(sleeper):
    zombie(sleeper)
    assert leftovers.end([sleeper.pid], signals=[(signal.SIGTERM, 1.0)]) == []


def test_a_start_time_tells_a_reused_number(sleeper):
    assert leftovers.started_at(sleeper.pid) >= leftovers.started_at(os.getpid())
    assert leftovers.started_at(2**22 + 1) is None
