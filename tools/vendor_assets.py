"""Fetch the browser libraries from the npm registry and write static/vendor with its MANIFEST.json.

Run by hand when a version changes (needs npm and the internet); the result is committed, so
neither installing nor running Chengan needs either. `tests/city/portals/test_vendor.py` checks
that what is committed is what the manifest says.
"""

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src/chengan/city/portals/static/vendor"
ENTRY = ROOT / "tools/echarts_entry.mjs"

# folder, package, version, licence, {file in the package: file here}
PACKAGES: list[tuple[str, str, str, str, dict[str, str]]] = [
    (
        "maplibre-gl",
        "maplibre-gl",
        "6.17.0",
        "BSD-3-Clause",
        {
            "dist/maplibre-gl.mjs": "maplibre-gl.mjs",
            "dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
            "dist/maplibre-gl.css": "maplibre-gl.css",
            "LICENSE.txt": "LICENSE.txt",
        },
    ),
    (
        "htmx",
        "htmx.org",
        "2.0.11",
        "0BSD",
        {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"},
    ),
    (
        "echarts",
        "echarts",
        "6.1.0",
        "Apache-2.0",
        {
            "": "echarts.js",  # built below
            "LICENSE": "LICENSE",
            "NOTICE": "NOTICE",
            "../zrender/LICENSE": "LICENSE-zrender",
            "../tslib/LICENSE.txt": "LICENSE-tslib",
        },
    ),
]
TOOLS = ["esbuild@0.28.2"]
ESBUILD = ["--bundle", "--minify", "--format=esm", "--target=es2020", "--legal-comments=eof"]


def install(folder: Path) -> Path:
    """Install every package into `folder`, without running their scripts; return node_modules."""
    wanted = [f"{package}@{version}" for _, package, version, _, _ in PACKAGES] + TOOLS
    subprocess.run(
        ["npm", "install", "--ignore-scripts", "--no-fund", "--no-audit", *wanted],
        cwd=folder,
        check=True,
    )
    return folder / "node_modules"


def build_echarts(modules: Path, target: Path) -> None:
    """Bundle the chosen parts of ECharts into one ES module at `target`."""
    entry = modules.parent / "entry.mjs"
    shutil.copy(ENTRY, entry)
    binary = next(modules.glob("@esbuild/*/bin/esbuild"))
    subprocess.run([binary, entry, *ESBUILD, f"--outfile={target}"], cwd=modules.parent, check=True)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def copy(modules: Path, folder: str, package: str, files: dict[str, str]) -> dict[str, str]:
    """Copy one package's files into the vendor folder; return name → SHA-256."""
    target = VENDOR / folder
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for source, name in files.items():
        if source:
            shutil.copyfile(modules / package / source, target / name)
        else:
            build_echarts(modules, target / name)
    return {name: digest(target / name) for name in files.values()}


def main() -> None:
    """Fetch, build, copy, and write the manifest."""
    entries = []
    with tempfile.TemporaryDirectory() as scratch:
        modules = install(Path(scratch))
        for folder, package, version, licence, files in PACKAGES:
            entries.append(
                {
                    "name": folder,
                    "version": version,
                    "licence": licence,
                    "source": f"npm:{package}@{version}",
                    "files": copy(modules, folder, package, files),
                }
            )
            print(f"{folder} {version}")
    text = json.dumps({"packages": entries}, indent=2) + "\n"
    (VENDOR / "MANIFEST.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
