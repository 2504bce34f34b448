"""Fault trees and bow-ties as people write them: one line a gate, event, threat or consequence.

漏气爆炸 = AND(泄漏, 点火)        a gate: AND, OR, or 2/3(a, b, c) for two of three
泄漏 = 0.001                     a basic event with its probability
threat 腐蚀 = 0.1 | 0.01 0.1      frequency a year | failure of each barrier
consequence 火灾 = 0.3 | 0.1      probability given the top event | failure of each barrier
"""

import re
from typing import Any, Final

from chengan.city.assess.errors import BadInputs
from chengan.city.assess.messages import message as _

GATE: Final = re.compile(r"^(AND|OR|与|或|(\d+)/(\d+))\s*[((](.*)[))]$", re.IGNORECASE)
KINDS: Final = {"and": "and", "与": "and", "or": "or", "或": "or"}
SIDES: Final = {
    "threat": "threats",
    "威胁": "threats",
    "consequence": "consequences",
    "后果": "consequences",
}


def tree(text: str) -> dict[str, Any]:
    """Read a fault tree; the first gate is the top.

    Raises
    ------
    BadInputs
        Naming the line.
    """
    made: dict[str, Any] = {"top": "", "gates": {}, "events": {}}
    for number, name, value in _lines(text):
        found = GATE.match(value)
        if found is None:
            made["events"][name] = _number(value, number)
            continue
        word, needed, _of, inputs = found.groups()
        names = [each.strip() for each in re.split(r"[,，、]", inputs) if each.strip()]
        gate: dict[str, Any] = {"kind": KINDS.get(word.lower(), "vote"), "inputs": names}
        made["gates"][name] = gate | ({"needed": int(needed)} if needed else {})
        made["top"] = made["top"] or name
    return made


def bow_tie(text: str) -> dict[str, Any]:
    """Read a bow-tie.

    Raises
    ------
    BadInputs
        Naming the line.
    """
    made: dict[str, Any] = {"threats": [], "consequences": []}
    for number, label, value in _lines(text):
        word, _space, name = label.partition(" ")
        side = SIDES.get(word.lower())
        if side is None or not name.strip():
            raise BadInputs(
                "text", _("Line %s: begin with “threat NAME” or “consequence NAME”.") % number
            )
        rate, _bar, barriers = value.partition("|")
        made[side].append(
            {
                "name": name.strip(),
                "rate": _number(rate, number),
                "barriers": [
                    _number(each, number)
                    for each in re.split(r"[,，\s]+", barriers.strip())
                    if each
                ],
            }
        )
    return made


def as_text(inputs: dict[str, Any]) -> str:
    """Write a tree or bow-tie as `tree` and `bow_tie` read it."""
    if found := inputs.get("tree"):
        gates = found["gates"]
        order = [found["top"], *[name for name in gates if name != found["top"]]]
        lines = [f"{name} = {_gate(gates[name])}" for name in order if name in gates]
        return "\n".join([*lines, *[f"{name} = {p:g}" for name, p in found["events"].items()]])
    if found := inputs.get("bow_tie"):
        return "\n".join(
            f"{word} {each['name']} = {each['rate']:g}"
            + (f" | {' '.join(f'{p:g}' for p in each['barriers'])}" if each.get("barriers") else "")
            for word, side in (("threat", "threats"), ("consequence", "consequences"))
            for each in found[side]
        )
    return ""


def _gate(gate: dict[str, Any]) -> str:
    inputs = gate["inputs"]
    word = gate["kind"].upper() if gate["kind"] != "vote" else f"{gate['needed']}/{len(inputs)}"
    return f"{word}({', '.join(inputs)})"


def _lines(text: str) -> list[tuple[int, str, str]]:
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        plain = line.strip()
        if not plain or plain.startswith("#"):
            continue
        name, sign, value = plain.partition("=")
        if not sign or not name.strip():
            raise BadInputs("text", _("Line %s: write NAME = VALUE.") % number)
        found.append((number, name.strip(), value.strip()))
    return found


def _number(text: str, line: int) -> float:
    try:
        return float(text.strip())
    except ValueError:
        raise BadInputs("text", _("Line %s: a number, please.") % line) from None
