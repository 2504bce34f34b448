"""A town runs by its laws, and an attack is known by what its pumps do against them."""

import numpy as np

from chengan.city.site.measuring.towns import demand, network, running
from chengan.city.site.measuring.towns.attacks import Attack
from chengan.city.site.measuring.towns.control import ALWAYS, SUPPLY
from chengan.city.site.measuring.towns.recording import COLUMNS


def column(course, name):
    return course.values[:, COLUMNS.index(name)]


def test_three_days_follow_the_laws_until_a_pump_is_forced_on():
    town = network.made(16)
    chance = np.random.default_rng(1)
    demands = demand.drawn(town.junctions, town.days, range(72), chance)
    forced = Attack("forces on", 48, 60, "T1", pump="PU3", law=ALWAYS)
    course = running.run(town, demands, [forced])
    assert course.values.shape == (72, len(COLUMNS))
    assert np.array_equal(np.flatnonzero(course.acted), np.arange(48, 60))
    assert np.array_equal(np.flatnonzero(column(course, "S_PU3")), np.arange(48, 60))
    for pump, tank in SUPPLY.items():
        on, level, law = column(course, f"S_{pump}"), column(course, f"L_{tank}"), town.laws[pump]
        calm = ~course.acted
        assert np.array_equal(column(course, f"F_{pump}") > 0, on > 0)
        assert on[calm & (level < law.on_below)].all()
        assert not on[calm & (level > law.off_above)].any()


def test_what_controllers_are_told_goes_off_over_twelve_hours():  # by hand
    off = Attack("reads off", 0, 48, "T3", shift=-2.4)
    assert [off.read(5.0, hours) for hours in (0, 3, 12, 30)] == [5.0, 4.4, 2.6, 2.6]
    assert Attack("reads high", 0, 48, "T3", told=4.5).read(1.0, 7) == 4.5
