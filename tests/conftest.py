"""Real PostgreSQL and NATS for every test: the given servers, or embedded ones of our own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from chengan.city.site import embedded


def start_services() -> None:
    """Start the services before Django reads its settings; end them with the test run."""
    folder = Path(tempfile.mkdtemp(prefix="chengan-test-"))
    services = embedded.start_services(folder, choices=embedded.Choices(fast=True))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(services.stop)
    os.environ.update(services.environment())


if "CHENGAN_DATABASE_URL" not in os.environ:
    start_services()
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
