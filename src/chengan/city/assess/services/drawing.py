"""Fault trees and bow-ties drawn as SVG: plain shapes, sizes from the text, no script or style."""

from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

WIDTH: Final = 150
HEIGHT: Final = 40
GAP_X: Final = 16
GAP_Y: Final = 44
MOST: Final = 60
SIGNS: Final = {"and": "∧", "or": "∨"}


@dataclass
class Node:
    """A box of the drawing; `sign` is its gate's, or its figure."""

    name: str
    sign: str
    below: list["Node"] = field(default_factory=list)
    x: float = 0.0
    depth: int = 0


def tree(found: dict[str, Any]) -> str:
    """Draw a fault tree from its top; empty when it is too large to be read."""
    if len(found["gates"]) + len(found["events"]) > MOST:
        return ""
    top = _node(found, found["top"], 0, ())
    width, depth = _place(top, 0.0)
    boxes: list[str] = []
    _draw(top, boxes)
    return _picture(width, (depth + 1) * (HEIGHT + GAP_Y), boxes, found["top"])


def _node(found: dict[str, Any], name: str, depth: int, way: tuple[str, ...]) -> Node:
    gate = found["gates"].get(name)
    if gate is None or name in way:
        return Node(name, f"{found['events'].get(name, 0):.3g}", depth=depth)
    sign = SIGNS.get(gate["kind"], f"≥{gate.get('needed')}")
    below = [_node(found, each, depth + 1, (*way, name)) for each in gate["inputs"]]
    return Node(name, sign, below, depth=depth)


def _place(node: Node, left: float) -> tuple[float, int]:
    """Give the width that a node and what is below it take, and the depth."""
    if not node.below:
        node.x = left + WIDTH / 2
        return WIDTH + GAP_X, node.depth
    total, deepest = 0.0, node.depth
    for each in node.below:
        width, depth = _place(each, left + total)
        total, deepest = total + width, max(deepest, depth)
    node.x = (node.below[0].x + node.below[-1].x) / 2
    return total, deepest


def _draw(node: Node, boxes: list[str]) -> None:
    y = node.depth * (HEIGHT + GAP_Y)
    for each in node.below:
        below = each.depth * (HEIGHT + GAP_Y)
        foot = y + HEIGHT
        boxes.append(_line(f"M{node.x:.0f} {foot} V{foot + 24} H{each.x:.0f} V{below}"))
        _draw(each, boxes)
    boxes.append(_box(node.x, y, node.name, "" if node.below else node.sign))
    if node.below:
        boxes.append(_sign(node.x, y + HEIGHT + 12, node.sign))


def bow_tie(given: dict[str, Any], top: float) -> str:
    """Draw threats on the left, the top event in the middle, consequences on the right."""
    left, right = given["threats"], given["consequences"]
    if len(left) + len(right) > MOST:
        return ""
    rows = max(len(left), len(right), 1)
    height = rows * (HEIGHT + GAP_X)
    centre, middle = WIDTH * 2.5, height / 2
    boxes: list[str] = []
    for side, x in ((left, WIDTH / 2), (right, WIDTH * 4.5)):
        offset = (rows - len(side)) * (HEIGHT + GAP_X) / 2
        for row, each in enumerate(side):
            y = offset + row * (HEIGHT + GAP_X)
            boxes.append(_line(f"M{x:.0f} {y + HEIGHT / 2:.0f} L{centre:.0f} {middle:.0f}"))
            boxes += _barriers(x, y + HEIGHT / 2, centre, middle, each.get("barriers") or [])
            boxes.append(_box(x, y, each["name"], f"{each['rate']:.3g}"))
    boxes.append(_box(centre, middle - HEIGHT / 2, "Top", f"{top:.3g}/a"))
    return _picture(WIDTH * 5, height, boxes, "bow-tie")


def _barriers(x: float, y: float, x2: float, y2: float, barriers: list[float]) -> list[str]:
    """Bars across the line, each with the probability that it fails."""
    found = []
    for number, p in enumerate(barriers, start=1):
        share = 0.35 + 0.3 * number / (len(barriers) + 1)
        at, high = x + (x2 - x) * share, y + (y2 - y) * share
        found.append(_line(f"M{at:.0f} {high - 12:.0f} v24", width=4))
        found.append(_text(at, high - 16, f"{p:g}", 10))
    return found


def _line(way: str, width: int = 1) -> str:
    return f'<path d="{way}" fill="none" stroke="currentColor" stroke-width="{width}"/>'


def _text(x: float, y: float, text: str, size: int) -> str:
    place = f'x="{x:.0f}" y="{y:.0f}" font-size="{size}" text-anchor="middle"'
    return f'<text {place} fill="currentColor">{escape(text)}</text>'


def _box(x: float, y: float, name: str, figure: str) -> str:
    shown = name if len(name) <= 12 else f"{name[:11]}…"
    place = f'x="{x - WIDTH / 2:.0f}" y="{y:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="4"'
    second = _text(x, y + 33, figure, 11) if figure else ""
    return (
        f"<g><title>{escape(name)}</title>"
        f'<rect {place} fill="var(--surface, #fff)" stroke="currentColor"/>'
        f"{_text(x, y + (17 if figure else 25), shown, 12)}{second}</g>"
    )


def _sign(x: float, y: float, sign: str) -> str:
    place = f'cx="{x:.0f}" cy="{y:.0f}" r="11"'
    circle = f'<circle {place} fill="var(--surface, #fff)" stroke="currentColor"/>'
    return f"{circle}{_text(x, y + 5, sign, 13)}"


def _picture(width: float, height: float, boxes: list[str], label: str) -> str:
    size = f'viewBox="-1 -1 {width + 2:.0f} {height + 2:.0f}" width="{width:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label={quoteattr(label)}'
        f' {size} height="{height:.0f}">{"".join(boxes)}</svg>'
    )
