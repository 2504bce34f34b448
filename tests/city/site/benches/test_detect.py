"""The bench of detection, on a small folder of its own."""

import json

import numpy as np
import pytest

from chengan.city.site.benches import detect
from chengan.city.site.errors import NoRecordings


def test_a_spike_in_its_window_is_found_and_the_bar_reaches_its_end(tmp_path):
    nab = tmp_path / "nab"
    nab.mkdir()
    values = np.random.default_rng(2).normal(size=1200)
    values[900:910] = 30.0
    stamps = np.datetime64("2024-01-01T00:00") + np.arange(1200) * np.timedelta64(5, "m")
    rows = "".join(f"{t},{x:.3f}\n" for t, x in zip(stamps, values))
    (nab / "a.csv").write_text("timestamp,value\n" + rows)
    label = [str(stamps[890]).replace("T", " "), str(stamps[1000]).replace("T", " ")]
    (nab / "windows.json").write_text(json.dumps({"a.csv": [label], "absent.csv": []}))
    seen = []
    found = detect.run({"data": str(tmp_path)}, lambda share, note="": seen.append(share))
    assert seen[-1] == 1
    assert found["nab"]["files"] == found["nab"]["windows"] == 1
    assert found["nab"]["standard"] > 90


def test_without_a_folder_it_says_how_to_name_one():
    with pytest.raises(NoRecordings, match="--data FOLDER"):
        detect.run({}, lambda *_: None)
