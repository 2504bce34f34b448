"""The product's own settings, read once real PostgreSQL and NATS are there for the tests."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from chengan.city.site import embedded


def start_services() -> None:
    """Start services in a folder of their own; end them with the test run."""
    folder = Path(tempfile.mkdtemp(prefix="chengan-test-"))
    services = embedded.start_services(folder, choices=embedded.Choices(fast=True))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(services.stop)
    os.environ.update(services.environment())


if "CHENGAN_DATABASE_URL" not in os.environ:
    start_services()

from chengan.city.site.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["tests.hashing.QuickArgon2", *PASSWORD_HASHERS[1:]]  # noqa: F405
