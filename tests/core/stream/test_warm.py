"""After warming up nothing is left to compile."""

from chengan.core.stream import dedupe, kernel, warm
from tests.core.stream.streams import feed, tick, watched


def compiled():
    """Signatures of every compiled function, by name."""
    found = [*vars(kernel).items(), *vars(dedupe).items()]
    return {name: list(each.signatures) for name, each in found if hasattr(each, "signatures")}


def test_a_first_step_compiles_nothing_more():
    warm.warm_up()
    before = compiled()
    assert before
    assert before["_suspects"]
    state, limits = watched(high=[float("nan"), 10.0, 20.0, 30.0, 40.0])
    feed(state, limits, (1, 9.9), (2, 50.0))
    tick(state, limits, 10)
    assert compiled() == before
