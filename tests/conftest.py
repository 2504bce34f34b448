"""What every test begins with. Services are started by tests/settings.py."""

import os
import shutil

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


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of Debian's chromium; skip (or fail, see `make test`) where it is missing."""
    found = shutil.which("chromium")
    if not found:
        pytest.skip("chromium is not installed")
    return found
