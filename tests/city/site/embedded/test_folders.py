import os
import stat
import subprocess
import sys

import pytest

from chengan.city.site.embedded import errors, folders


def test_a_new_data_folder_has_every_part_and_its_format(tmp_path):
    data = folders.prepare(tmp_path / "a" / "city")
    assert sorted(path.name for path in data.root.iterdir()) == [
        "VERSION",
        "bin",
        "lake",
        "log",
        "nats",
        "run",
    ]
    assert (data.root / "VERSION").read_text() == "1\n"


def test_only_the_owner_can_read_logs_settings_and_addresses(tmp_path):
    data = folders.prepare(tmp_path / "city")
    for folder in (data.log, data.nats, data.run, data.lake):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_folders_above_keep_their_mode(tmp_path):
    above = tmp_path / "closed"
    above.mkdir(mode=0o700)
    folders.prepare(above / "city")
    assert stat.S_IMODE(above.stat().st_mode) == 0o700


def test_preparing_twice_changes_nothing(tmp_path):
    data = folders.prepare(tmp_path / "city")
    (data.lake / "segment").write_text("kept")
    folders.prepare(tmp_path / "city")
    assert (data.lake / "segment").read_text() == "kept"


def test_a_folder_of_another_version_is_refused_and_left_alone(tmp_path):
    data = folders.prepare(tmp_path / "city")
    (data.root / "VERSION").write_text("7\n")
    with pytest.raises(errors.OtherVersion, match=r"format '7'.*writes format 1.*chengan backup"):
        folders.prepare(tmp_path / "city")
    assert (data.root / "VERSION").read_text() == "7\n"


def test_a_full_disk_is_refused_with_figures(tmp_path):
    with pytest.raises(errors.DiskFull, match=r"GiB free, at least 1048576\.00 GiB"):
        folders.prepare(tmp_path / "city", least_free=1 << 50)


def test_a_data_path_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "city").write_text("")
    with pytest.raises(errors.NotWritable, match="CHENGAN_DATA"):
        folders.prepare(tmp_path / "city")


def test_a_second_holder_is_told_who_holds_the_folder(tmp_path):
    data = folders.prepare(tmp_path / "city")
    first, second = folders.Lock(data), folders.Lock(data)
    first.acquire()
    with pytest.raises(errors.AlreadyRunning, match=f"process {os.getpid()}"):
        second.acquire()
    first.release()
    second.acquire()
    second.release()


def test_the_lock_of_a_dead_holder_is_free(tmp_path):
    data = folders.prepare(tmp_path / "city")
    code = (
        "import sys, os; from pathlib import Path\n"
        "from chengan.city.site.embedded import folders\n"
        "folders.Lock(folders.DataFolder(Path(sys.argv[1]))).acquire(); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code, data.root], check=False, env=_env())
    assert done.returncode == -9
    lock = folders.Lock(data)
    lock.acquire()
    lock.release()


def _env() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}


def test_secrets_are_made_once_and_private(tmp_path):
    data = folders.prepare(tmp_path / "city")
    made = folders.secrets_of(data)
    assert set(made) == set(folders.SECRETS)
    assert min(map(len, made.values())) >= 64
    assert len(set(made.values())) == len(made)
    assert stat.S_IMODE((data.root / "secrets.json").stat().st_mode) == 0o600
    assert folders.secrets_of(data) == made


def test_a_secret_missing_after_an_upgrade_is_added_to_the_others(tmp_path):
    data = folders.prepare(tmp_path / "city")
    folders.write_private(data.root / "secrets.json", '{"nats_password": "kept"}')
    assert folders.secrets_of(data)["nats_password"] == "kept"
    assert set(folders.secrets_of(data)) == set(folders.SECRETS)


def test_the_data_folder_comes_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("CHENGAN_DATA", str(tmp_path / "x"))
    assert folders.default_root() == tmp_path / "x"
    monkeypatch.delenv("CHENGAN_DATA")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert folders.default_root() == tmp_path / ".local/share/chengan"
