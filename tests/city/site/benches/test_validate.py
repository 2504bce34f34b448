"""The bench of the laws on a small folder, as a user runs it: no city is started."""

import json

from typer.testing import CliRunner

from chengan.city.site.cli.main import app

ARCS = """trial,substance,q_kg_s,release_height_m,wind_m_s,wind_height_m,stability,z0_m,averaging_s,x_m,receptor_height_m,obs_kg_m3,quality
PG22,SO2,0.0484,0.46,7.39,2,D,0.006,600,100,1.5,8.18e-5,arc
PG22,SO2,0.0484,0.46,7.39,2,D,0.006,600,400,1.5,8.6e-6,arc
"""


def bench(folder):
    return CliRunner().invoke(app, ["bench", "validate", "--data", str(folder)])


def test_a_folder_of_arcs_is_judged(tmp_path):
    (tmp_path / "dispersion").mkdir()
    (tmp_path / "dispersion" / "runs.csv").write_text(ARCS)
    done = bench(tmp_path)
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures["arcs"] == 2 and figures["fac2"] == 1
    assert 0.8 <= figures["mg"] <= 1.4


def test_a_row_that_is_no_number_is_named(tmp_path):
    (tmp_path / "dispersion").mkdir()
    (tmp_path / "dispersion" / "runs.csv").write_text(ARCS.replace("8.6e-6", "many"))
    done = bench(tmp_path)
    assert done.exit_code != 0 and "row 3: obs_kg_m3" in str(done.exception)
