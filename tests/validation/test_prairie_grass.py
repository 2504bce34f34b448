"""Prairie Grass runs 7 and 22, arc maxima of Barad (1958), Geophysical Research Papers 59.

Allowed: FAC2 at least 0.8, MG within 0.8 to 1.25, VG at most 1.5.
"""

from chengan.core.validation.tracer import Arc, judge

COMMON = {
    "release_height_m": 0.46,
    "wind_height_m": 2.0,
    "z0_m": 0.006,
    "averaging_s": 600.0,
    "receptor_height_m": 1.5,
}
RUNS = {
    ("PG07", "B", 0.0899, 4.44): {50: 9.78e-5, 100: 2.33e-5, 200: 5.1e-6, 400: 8e-7, 800: 1e-7},
    ("PG22", "D", 0.0484, 7.39): {
        50: 2.24e-4,
        100: 8.18e-5,
        200: 2.77e-5,
        400: 8.6e-6,
        800: 2.5e-6,
    },
}


def arcs():
    return [
        Arc(trial, letter, COMMON | {"q_kg_s": q, "wind_m_s": u, "x_m": x, "obs_kg_m3": seen})
        for (trial, letter, q, u), row in RUNS.items()
        for x, seen in row.items()
    ]


def test_the_surface_layer_law_meets_the_goals():
    score = judge(arcs())["similarity"]
    assert score.fac2 >= 0.8
    assert 0.8 <= score.mg <= 1.25
    assert score.vg <= 1.5


def test_it_does_better_than_the_gaussian_of_briggs():
    judged = judge(arcs())
    assert judged["similarity"].vg < judged["briggs_rural"].vg
