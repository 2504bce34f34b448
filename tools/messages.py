"""Collect the msgids of every app into its Chinese catalogue and compile it, without gettext.

`python tools/messages.py` adds new msgids (empty) and compiles; `--check` fails when a msgid has
no Chinese, or a compiled catalogue is stale.
"""

import ast
import re
import sys
from pathlib import Path

import polib

CITY = Path(__file__).resolve().parent.parent / "src" / "chengan" / "city"
NAMES = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "gettext_noop"}
TAG = re.compile(r"""{%-?\s*(?:translate|trans)\s+(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
FILTER = re.compile(r"""_\(\s*(?:"([^"]*)"|'([^']*)')\s*\)""")
BLOCK = re.compile(
    r"{%-?\s*blocktrans(?:late)?\b([^%]*)%}(.*?)(?:{%\s*plural\s*%}(.*?))?"
    r"{%\s*endblocktrans(?:late)?\s*%}",
    re.S,
)


def of_python(source: str) -> set[str]:
    """Msgids of the gettext calls in a module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        if name in NAMES:
            found |= {
                part.value
                for part in node.args[:2]
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            }
    return found


def of_template(source: str) -> set[str]:
    """Msgids of the translate tags, blocks and filters in a template."""
    found = {first or second for first, second in TAG.findall(source)}
    found |= {first or second for first, second in FILTER.findall(source)}
    for options, body, plural in BLOCK.findall(source):
        for text in filter(None, (body, plural)):
            plain = re.sub(r"{{\s*([\w.]+)\s*}}", r"%(\1)s", text)
            if "trimmed" in options:
                plain = " ".join(line.strip() for line in plain.strip().splitlines())
            found.add(plain)
    return found


def msgids(app: Path) -> set[str]:
    """Every msgid of one app."""
    found: set[str] = set()
    for file in app.rglob("*.py"):
        if "migrations" not in file.parts:
            found |= of_python(file.read_text(encoding="utf-8"))
    for file in [*app.rglob("*.html"), *app.rglob("*.txt")]:
        if "vendor" not in file.parts:
            found |= of_template(file.read_text(encoding="utf-8"))
    return {text for text in found if text.strip()}


def catalogue(app: Path) -> Path:
    """Where the app's Chinese stands."""
    return app / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def collect(app: Path) -> list[str]:
    """Bring the app's catalogue up to date and compile it; give the msgids without Chinese."""
    needed, file = msgids(app), catalogue(app)
    book = polib.pofile(str(file)) if file.exists() else polib.POFile(wrapwidth=100)
    book.metadata = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "zh_Hans",
    }
    for old in [part for part in book if part.msgid not in needed]:
        book.remove(old)
    have = {part.msgid for part in book}
    for text in sorted(needed - have):
        book.append(polib.POEntry(msgid=text, msgstr=""))
    book.sort(key=lambda part: part.msgid)
    if needed:
        file.parent.mkdir(parents=True, exist_ok=True)
        book.save(str(file))
        book.save_as_mofile(str(file.with_suffix(".mo")))
    return [part.msgid for part in book if not part.msgstr]


def faults(app: Path) -> list[str]:
    """What is missing or stale in one app's catalogue."""
    needed, file = msgids(app), catalogue(app)
    if not needed:
        return []
    if not file.exists():
        return [f"{app.name}: no catalogue"]
    book = polib.pofile(str(file))
    found = [f"{app.name}: not collected: {text!r}" for text in needed - {p.msgid for p in book}]
    found += [f"{app.name}: no Chinese: {p.msgid!r}" for p in book if not p.msgstr]
    compiled = file.with_suffix(".mo")
    pairs = {p.msgid: p.msgstr for p in book if p.msgstr}
    if not compiled.exists() or {p.msgid: p.msgstr for p in polib.mofile(str(compiled))} != pairs:
        found.append(f"{app.name}: compiled catalogue is stale")
    return found


def main() -> None:
    """Collect, or check, every app (or those named)."""
    named = {word for word in sys.argv[1:] if not word.startswith("-")}
    apps = [
        folder
        for folder in sorted(CITY.iterdir())
        if (folder / "__init__.py").exists() and (not named or folder.name in named)
    ]
    if "--check" in sys.argv:
        wrong = [fault for app in apps for fault in faults(app)]
        print("\n".join(wrong) or "messages: complete")
        sys.exit(1 if wrong else 0)
    for app in apps:
        for text in collect(app):
            print(f"{app.name}: no Chinese yet: {text!r}")


if __name__ == "__main__":
    main()
