"""`chengan import readings` sends nothing in the name of a source that is not there."""

import pytest
from typer.testing import CliRunner

from chengan.city.hub import api as hub
from chengan.city.site.cli import running
from chengan.city.site.cli.main import app


@pytest.mark.parametrize(("key", "near"), [("gaz", "gas"), ("zzz", "gas, rain, water")])
def test_a_source_that_is_not_there_is_refused_before_anything_is_sent(
    tmp_path, monkeypatch, key, near
):
    file = tmp_path / "readings.csv"
    file.write_text("datastream,time,value\na,1700000000,1\n")
    monkeypatch.setattr(running, "connect", lambda _data: tmp_path)
    monkeypatch.setattr(hub, "sources_by_key", lambda: dict.fromkeys(("water", "gas", "rain")))
    monkeypatch.setattr(hub, "Door", lambda *_: pytest.fail("the log was opened"))
    done = CliRunner().invoke(app, ["import", "readings", str(file), "--source", key])
    assert done.exit_code == 1
    assert f"no source {key}, nothing was sent; there are: {near}" in done.output
