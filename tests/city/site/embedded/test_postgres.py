import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from chengan.city.site.embedded import errors, folders, leftovers, ports, postgres, process

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture
def cluster(tmp_path):
    data = folders.prepare(tmp_path / "city")
    return postgres.Cluster(
        folder=data.pg,
        log=data.log / "postgres.log",
        copies=data.bin,
        port=ports.any_free(),
        password="a'b\\c %40/é",
        fast=True,
    )


@pytest.fixture
def running(cluster):
    postgres.prepare(cluster)
    child = process.Child(postgres.program(cluster))
    child.spawn()
    child.wait_ready()
    yield child
    child.stop()


def asked(cluster, query, database="postgres"):
    with psycopg.connect(cluster.url(database)) as connection:
        return connection.execute(query).fetchone()


@pytest.mark.usefixtures("running")
def test_the_cluster_is_utf8_with_checksums_in_utc(cluster):
    query = """SELECT current_setting('server_encoding'), current_setting('data_checksums'),
                      current_setting('TimeZone'), current_setting('max_connections'),
                      upper('é'), '城' < '安'"""
    assert asked(cluster, query) == ("UTF8", "on", "UTC", "200", "É", True)


@pytest.mark.usefixtures("running")
def test_who_has_no_password_is_refused_even_here(cluster):
    url = f"postgresql://chengan@{ports.LOOPBACK}:{cluster.port}/postgres"
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(url)
    rules = "SELECT bool_and(auth_method = 'scram-sha-256') FROM pg_hba_file_rules"
    assert asked(cluster, rules) == (True,)


@pytest.mark.usefixtures("running")
def test_it_listens_on_loopback_only_and_has_no_socket(cluster):
    query = "SELECT current_setting('listen_addresses'), current_setting('unix_socket_directories')"
    assert asked(cluster, query) == (ports.LOOPBACK, "")


@pytest.mark.usefixtures("running")
def test_a_database_is_made_once(cluster):
    assert postgres.ensure_database(cluster)
    assert not postgres.ensure_database(cluster)
    assert asked(cluster, "SELECT current_database()", "chengan") == ("chengan",)


def test_stopping_is_clean_though_somebody_is_connected(cluster, running):
    with psycopg.connect(cluster.url("postgres")):
        assert running.stop()
    assert running.exit_code == 0
    assert "database system is shut down" in cluster.log.read_text()


def test_what_was_committed_survives_kill_9_and_restart(cluster, running):
    with psycopg.connect(cluster.url("postgres")) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    os.kill(running.pid, signal.SIGKILL)
    running.process.wait()
    running.spawn()
    running.wait_ready()
    assert asked(cluster, "SELECT n FROM kept") == (7,)


def test_a_zombie_postmaster_does_not_block_the_next_start(cluster, running):
    dead = running.process
    os.kill(dead.pid, signal.SIGKILL)
    os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)
    assert (cluster.folder / "postmaster.pid").exists()
    running.spawn()
    running.wait_ready()
    assert asked(cluster, "SELECT 1") == (1,)
    dead.wait()


def test_a_server_that_still_runs_is_ended_cleanly_before_the_next_start(cluster, running):
    old = running.pid
    assert postgres.clear_leftovers(cluster.folder) == [old]
    assert leftovers.working_in(cluster.folder, "postgres") == []
    assert running.process.wait() == 0
    running.spawn()
    running.wait_ready()
    assert "not properly shut down" not in cluster.log.read_text()


def test_a_stale_pid_file_whose_number_another_program_has_is_cleared(cluster):
    cluster.folder.mkdir()
    (cluster.folder / "postmaster.pid").write_text(f"{os.getpid()}\n/elsewhere\n")
    assert postgres.clear_leftovers(cluster.folder) == []
    assert not (cluster.folder / "postmaster.pid").exists()


def test_a_database_that_was_never_finished_is_made_anew(cluster):
    unfinished = cluster.folder.with_name("pg.new")
    (unfinished / "base").mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    assert not postgres.is_made(cluster)
    postgres.prepare(cluster)
    assert postgres.is_made(cluster)
    assert not unfinished.exists()


def test_preparing_again_leaves_the_files_alone(cluster):
    postgres.prepare(cluster)
    made = (cluster.folder / "global" / "pg_control").read_bytes()
    postgres.prepare(cluster)
    assert (cluster.folder / "global" / "pg_control").read_bytes() == made


@pytest.mark.usefixtures("running")
def test_a_lost_password_is_told_at_once(cluster):
    other = replace(cluster, password="another")
    with pytest.raises(errors.StartFailed, match=r"secrets\.json"):
        postgres.program(other).ready()


@pytest.mark.usefixtures("running")
def test_a_given_server_that_is_too_old_is_refused(cluster, monkeypatch):
    assert postgres.check(cluster.url("postgres")).startswith("PostgreSQL 18, 127.0.0.1:")
    monkeypatch.setattr(postgres, "OLDEST_SERVER", 990000)
    with pytest.raises(errors.StartFailed, match=r"is PostgreSQL 18, at least 99 is needed"):
        postgres.check(cluster.url("postgres"))


def test_a_failed_initdb_says_why(cluster, monkeypatch):
    monkeypatch.setattr(postgres, "_initdb_options", lambda *_: ["--no-such-option"])
    with pytest.raises(errors.StartFailed, match="no-such-option"):
        postgres.prepare(cluster)
    assert not postgres.is_made(cluster)


@pytest.mark.parametrize(
    ("available", "expected"), [(256 << 20, 64), (4 << 30, 512), (64 << 30, 1024)]
)
def test_the_cache_is_an_eighth_of_memory_within_bounds(available, expected):
    assert postgres.shared_buffers(available) == expected


def test_durability_is_given_up_only_when_asked(cluster):
    safe = postgres.settings(replace(cluster, fast=False))
    durable = ("fsync", "synchronous_commit", "full_page_writes")
    assert {safe[name] for name in durable} == {"on"}
    assert postgres.settings(cluster)["fsync"] == "off"
    assert postgres.settings(cluster)["synchronous_commit"] == "on"


@as_root
def test_as_root_it_runs_as_nobody_below_a_folder_nobody_may_enter(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    data = folders.prepare(closed / "城 安")
    cluster = postgres.Cluster(
        data.pg, data.log / "p.log", data.bin, ports.any_free(), "secret", fast=True
    )
    postgres.prepare(cluster)
    child = process.Child(postgres.program(cluster))
    child.spawn()
    child.wait_ready()
    try:
        owner = Path(f"/proc/{child.pid}").stat().st_uid
        assert owner == postgres.account_for(cluster.folder).uid != 0
        assert asked(cluster, "SELECT pg_reload_conf()") == (True,)
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        assert child.stop()


@as_root
def test_as_root_it_runs_as_the_owner_of_the_data_folder(tmp_path):
    root = tmp_path / "city"
    root.mkdir()
    assert postgres.account_for(root / "pg").uid == postgres.NOBODY
    os.chown(root, 1234, 1235)
    assert postgres.account_for(root / "pg") == process.Account(1234, 1235)


@as_root
@pytest.mark.skipif(not shutil.which("unshare"), reason="needs unshare of util-linux")
def test_an_account_without_a_name_can_make_a_database(tmp_path):
    root = tmp_path / "city"
    root.mkdir()
    os.chown(root, 54321, 54321)
    data = folders.prepare(root)
    cluster = postgres.Cluster(
        data.pg, data.log / "p.log", data.bin, ports.any_free(), "secret", fast=True
    )
    postgres.prepare(cluster)
    assert (cluster.folder / "PG_VERSION").stat().st_uid == 54321
