"""What every test begins with. Services are started by tests/settings.py."""

import os
import shutil
from itertools import islice

import pytest
from hypothesis import settings as hypothesis_settings

hypothesis_settings.register_profile("chengan", derandomize=True, deadline=None)
hypothesis_settings.load_profile("chengan")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(autouse=True)
def _chinese_first():
    """Every test begins in the default language."""
    from django.utils import translation

    with translation.override("zh-hans"):
        yield


def pytest_collection_modifyitems(config, items):
    """Let each worker begin with its share of what takes minutes: last, it would hold up all."""
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    long = [each for each in items if each.get_closest_marker("timeout")]
    rest = [each for each in items if not each.get_closest_marker("timeout")]
    size, turn = -(-len(items) // workers), iter(rest)
    items[:] = [
        each
        for number in range(workers)
        for mine in [long[number::workers]]
        for each in (*mine, *islice(turn, size - len(mine)))
    ]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of Debian's chromium; skip (or fail, see `make test`) where it is missing."""
    found = shutil.which("chromium")
    if not found:
        pytest.skip("chromium is not installed")
    return found
