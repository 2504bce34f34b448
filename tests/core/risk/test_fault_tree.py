"""Fault trees by hand and against the full table of states."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengan.core import errors
from chengan.core.risk.fault_tree import MOST_DEEP, Gate, Tree, evaluate, minimal

PUMPS = Tree(
    "no water",
    {
        "no water": Gate("or", ("valve", "both pumps")),
        "both pumps": Gate("and", ("pump a", "pump b")),
    },
    {"valve": 0.01, "pump a": 0.1, "pump b": 0.2},
)


def test_two_pumps_behind_one_valve_by_hand():  # 1 - (1 - 0.01)(1 - 0.02) = 0.0298
    found = evaluate(PUMPS)
    assert found.cut_sets == (frozenset({"valve"}), frozenset({"pump a", "pump b"}))
    assert found.probability == pytest.approx(0.0298)
    assert found.birnbaum["valve"] == pytest.approx(0.98)
    assert found.fussell_vesely["valve"] == pytest.approx(0.01 / 0.0298)


def test_a_repeated_event_is_counted_once():
    """(power or pump a) and (power or pump b): power alone, or both pumps."""
    tree = Tree(
        "top",
        {
            "top": Gate("and", ("x", "y")),
            "x": Gate("or", ("power", "a")),
            "y": Gate("or", ("power", "b")),
        },
        {"power": 0.1, "a": 0.5, "b": 0.5},
    )
    found = evaluate(tree)
    assert found.cut_sets == (frozenset({"power"}), frozenset({"a", "b"}))
    assert found.probability == pytest.approx(0.1 + 0.9 * 0.25)


def test_two_of_three_by_hand():  # 3 x 0.1^2 x 0.9 + 0.1^3 = 0.028
    tree = Tree("top", {"top": Gate("vote", ("a", "b", "c"), 2)}, dict.fromkeys("abc", 0.1))
    assert evaluate(tree).probability == pytest.approx(0.028)


def holds(tree, name, state):
    if name in tree.events:
        return state[name]
    gate = tree.gates[name]
    true = sum(holds(tree, each, state) for each in gate.inputs)
    needed = {"or": 1, "and": len(gate.inputs), "vote": gate.needed}[gate.kind]
    return true >= needed


def by_states(tree):
    names, whole = list(tree.events), 0.0
    for values in product([False, True], repeat=len(names)):
        state = dict(zip(names, values))
        p = 1.0
        for name, value in state.items():
            p *= tree.events[name] if value else 1 - tree.events[name]
        whole += p * holds(tree, tree.top, state)
    return whole


@st.composite
def trees(draw):
    events = {name: draw(st.floats(0, 1)) for name in "abcde"}
    gates, inputs = {}, list(events)
    for name in ("g1", "g2", "top"):
        chosen = tuple(draw(st.lists(st.sampled_from(inputs), min_size=1, max_size=4, unique=True)))
        kind = draw(st.sampled_from(["and", "or", "vote"]))
        gates[name] = Gate(kind, chosen, draw(st.integers(1, len(chosen))))
        inputs.append(name)
    return Tree("top", gates, events)


@given(trees())
def test_the_probability_is_that_of_the_full_table(tree):
    assert evaluate(tree).probability == pytest.approx(by_states(tree), abs=1e-12)


@given(trees(), st.sampled_from("abcde"))
def test_a_likelier_event_never_makes_the_top_less_likely(tree, name):
    worse = Tree(tree.top, tree.gates, {**tree.events, name: 1.0})
    assert evaluate(worse).probability >= evaluate(tree).probability - 1e-12


@pytest.mark.parametrize(
    "tree",
    [
        Tree("top", {"top": Gate("or", ("top",))}),
        Tree("top", {"top": Gate("or", ("x",))}),
        Tree("top", {"top": Gate("or", ("x",))}, {"x": 1.5}),
        Tree("top", {"top": Gate("xor", ("x",))}, {"x": 0.5}),
        Tree("top", {"top": Gate("vote", ("x",), 2)}, {"x": 0.5}),
        Tree("top", {}),
    ],
)
def test_trees_that_are_none_are_refused(tree):
    with pytest.raises(errors.OutOfRange):
        evaluate(tree)


@given(st.lists(st.frozensets(st.sampled_from("abcdef")), max_size=12))
def test_minimal_sets_are_those_that_hold_no_other(sets):
    wanted = {each for each in sets if not any(other < each for other in sets)}
    assert set(minimal(sets)) == wanted


def test_a_gate_used_again_and_again_is_worked_out_once():
    """Forty gates of two like inputs each: 2^40 ways through the tree, one event."""
    gates = {f"g{n}": Gate("or", (f"g{n - 1}", f"g{n - 1}")) for n in range(1, 41)}
    tree = Tree("g40", {**gates, "g0": Gate("or", ("a",))}, {"a": 0.25})
    assert evaluate(tree).probability == 0.25


def vote(needed, count):
    names = tuple(f"e{n}" for n in range(count))
    return Tree("top", {"top": Gate("vote", names, needed)}, dict.fromkeys(names, 0.1))


def wide():
    """An AND of twelve ORs of twelve: 12^12 cut sets."""
    gates = {f"o{n}": Gate("or", tuple(f"e{n}.{m}" for m in range(12))) for n in range(12)}
    events = {each: 0.1 for gate in gates.values() for each in gate.inputs}
    return Tree("top", {**gates, "top": Gate("and", tuple(gates))}, events)


def deep():
    gates = {f"g{n}": Gate("or", (f"g{n + 1}",)) for n in range(MOST_DEEP + 2)}
    return Tree("g0", {**gates, f"g{MOST_DEEP + 2}": Gate("or", ("a",))}, {"a": 0.1})


@pytest.mark.parametrize("tree", [vote(8, 30), wide(), deep(), vote(1, 600)])
def test_a_tree_too_large_for_a_page_is_refused_soon(tree):
    with pytest.raises(errors.OutOfRange, match="part"):
        evaluate(tree)
