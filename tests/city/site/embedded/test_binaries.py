import os
import shutil
import subprocess

import pytest

from chengan.city.site.embedded import binaries, errors, process

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
NOBODY = process.Account(65534, 65534)


@pytest.fixture
def hidden(tmp_path, monkeypatch):
    """The wheel's programs where nobody but us may go."""
    tree = binaries.postgres_wheel()
    place = tmp_path / "hidden"
    place.mkdir(mode=0o700)
    shutil.copytree(tree, place / tree.parent.name / tree.name, symlinks=True)
    libraries = tree.parent.with_name(f"{tree.parent.name}.libs")
    shutil.copytree(libraries, place / libraries.name)
    monkeypatch.setattr(
        binaries, "postgres_wheel", lambda _major: place / tree.parent.name / tree.name
    )


@pytest.fixture
def open_folder():
    """A folder that every account reaches, as pytest's own are closed."""
    found = process.Path("/var/tmp") / f"chengan-test-{os.getpid()}"
    found.mkdir(mode=0o755)
    yield found
    shutil.rmtree(found)


def test_the_servers_come_with_the_wheels():
    assert os.access(binaries.nats_server(), os.X_OK)
    for program in ("postgres", "initdb"):
        assert os.access(binaries.postgres_wheel() / "bin" / program, os.X_OK)


def test_our_own_account_uses_the_wheel_in_place(tmp_path):
    assert binaries.postgres(None, tmp_path) == binaries.postgres_wheel() / "bin"
    assert list(tmp_path.iterdir()) == []


def test_a_version_that_is_not_installed_is_named(tmp_path):
    with pytest.raises(errors.ProgramMissing, match=r"PostgreSQL 9.*CHENGAN_DATABASE_URL"):
        binaries.postgres(None, tmp_path, major=9)


def test_a_missing_nats_is_explained(monkeypatch):
    monkeypatch.setattr(binaries.shutil, "which", lambda _name, path=None: None)
    with pytest.raises(errors.ProgramMissing, match="CHENGAN_NATS_URL"):
        binaries.nats_server()


@as_root
@pytest.mark.usefixtures("hidden")
def test_an_account_that_cannot_reach_the_wheel_gets_a_copy_it_can_run(open_folder):
    programs = binaries.postgres(NOBODY, open_folder)
    assert programs.is_relative_to(open_folder)
    done = subprocess.run(
        [programs / "postgres", "--version"], check=True, capture_output=True, user=65534, cwd="/"
    )
    assert b"PostgreSQL" in done.stdout
    made = (programs / "postgres").stat().st_ino
    assert (binaries.postgres(NOBODY, open_folder) / "postgres").stat().st_ino == made


@as_root
@pytest.mark.usefixtures("hidden")
def test_a_copy_nobody_can_reach_is_not_kept_and_the_system_folder_serves(
    tmp_path, open_folder, monkeypatch
):
    monkeypatch.setattr(binaries, "SYSTEM_COPIES", open_folder / "system")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    programs = binaries.postgres(NOBODY, closed / "bin")
    assert programs.is_relative_to(open_folder / "system")
    assert list((closed / "bin").iterdir()) == []


@as_root
@pytest.mark.usefixtures("hidden")
def test_where_no_place_will_do_the_message_says_what_to_do(tmp_path, monkeypatch):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(binaries, "SYSTEM_COPIES", closed / "system")
    with pytest.raises(errors.ProgramMissing, match="Start Chengan as an ordinary user"):
        binaries.postgres(NOBODY, closed / "bin")
