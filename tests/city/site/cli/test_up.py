"""A start that can't be is refused, once, in both languages, and changes nothing."""

import re
import shutil
import sys
from collections import namedtuple

import pytest
from typer.testing import CliRunner

from chengan.city.site.cli.main import app
from tools import set_up

Usage = namedtuple("Usage", "total used free")


def up(data):
    """Try to start a city on `data`; the end code and what was said."""
    done = CliRunner().invoke(app, ["up", "--data", str(data), "--port", "0"])
    return done.exit_code, done.output


def test_a_data_folder_of_another_version_stays_as_it_is(tmp_path):
    (tmp_path / "VERSION").write_text("99\n")
    code, told = up(tmp_path)
    assert (code, told.count("format '99'")) == (1, 1)
    assert "另一版本" in told
    assert [each.name for each in tmp_path.iterdir()] == ["VERSION"]


def test_a_full_disk_is_refused_with_what_is_needed(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: Usage(9, 9, 1 << 20))
    code, told = up(tmp_path / "city")
    assert (code, told.count("GiB free"), "磁盘空间不足" in told) == (1, 1, True)


@pytest.mark.parametrize("version", [(3, 10, 1), (3, 14, 0), (3, 6, 0)])
def test_another_python_is_refused_in_both_languages(version, monkeypatch):
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(SystemExit) as caught:
        set_up.inspect()
    said = str(caught.value)
    assert re.search("需要 3.11 至 3.13", said)
    assert "3.11 to 3.13 is needed" in said


def test_a_disk_without_room_for_the_environment_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: Usage(9, 9, 1 << 20))
    monkeypatch.setattr(set_up, "VENV", tmp_path / "none")
    with pytest.raises(SystemExit, match="disk too full"):
        set_up.inspect()
