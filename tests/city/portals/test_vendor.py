"""What we vendored is what its publisher shipped, with its licence."""

import hashlib
import json
from pathlib import Path

import pytest

import chengan.city.portals

VENDOR = Path(chengan.city.portals.__file__).parent / "static" / "vendor"
PACKAGES = json.loads((VENDOR / "MANIFEST.json").read_text(encoding="utf-8"))["packages"]
FOLDERS = {"htmx": "htmx", "echarts": "echarts", "maplibre-gl": "maplibre-gl"}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_a_vendored_file_has_the_hash_of_its_manifest(package):
    folder = VENDOR / FOLDERS[package["name"]]
    for name, expected in package["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == expected, name


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_a_vendored_package_carries_its_licence_and_version(package):
    assert any(name.startswith("LICENSE") for name in package["files"])
    assert package["licence"]
    assert package["version"]


def test_no_vendored_file_is_missing_from_the_manifest():
    listed = {f"{FOLDERS[p['name']]}/{name}" for p in PACKAGES for name in p["files"]}
    there = {str(file.relative_to(VENDOR)) for file in VENDOR.rglob("*") if file.is_file()}
    assert there - {"MANIFEST.json"} == listed
