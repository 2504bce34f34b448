"""Hold the front doors: from outside, only an app's `api`, `urls` and `apps` may be imported."""

import ast
import sys
from pathlib import Path

CITY = Path(__file__).resolve().parent.parent / "src" / "chengan" / "city"
DOORS = {"api", "urls", "apps"}
GROUND = {"site"}


def imported(tree: ast.AST) -> list[tuple[int, str]]:
    """Line and dotted name of everything a module imports, `from x import y` as `x.y`."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, name.name) for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [(node.lineno, f"{node.module}.{name.name}") for name in node.names]
    return found


def trespasses(file: Path, source: str) -> list[str]:
    """Say which imports of `file` go round a front door."""
    home = file.relative_to(CITY).parts[0]
    faults = []
    for line, name in imported(ast.parse(source)):
        parts = name.split(".")
        if parts[:2] != ["chengan", "city"] or len(parts) < 4:
            continue
        app, inner = parts[2], parts[3]
        if app == home or app in GROUND or inner in DOORS:
            continue
        faults.append(f"{file.relative_to(CITY)}:{line}: imports {name}; use {app}.api")
    return faults


def main() -> None:
    """Print every trespass; exit 1 when there is one."""
    faults = []
    for file in sorted(CITY.rglob("*.py")):
        if "migrations" not in file.parts:
            faults += trespasses(file, file.read_text(encoding="utf-8"))
    print("\n".join(faults) or "front doors: held")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
