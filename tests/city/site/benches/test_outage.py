"""The network that the bench makes is a network that the engine takes."""

import json

from chengan.city.assess import api as assess
from chengan.city.site.benches import outage


def test_a_small_network_of_streets_is_followed_and_believed():
    question = {
        "text": outage.grid(4),
        "kind": "burst",
        "link": "H1_1",
        "hours": 3,
        "needed_m": 14,
        "opening": 0.2,
    }
    answer = assess.ask_engine("water", json.loads(json.dumps(question)))
    assert answer["faults"] == []
    assert answer["nodes"] == 4 * 4 + 2
    assert answer["lost_m3"] > 0
