"""The product's own settings, read once real PostgreSQL and NATS are there for the tests.

Servers named by CHENGAN_DATABASE_URL and CHENGAN_NATS_URL are used; what is not named is started.
With pytest-xdist each worker has servers of its own (the first one those of the run), or a database
of its own on the given server.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from chengan.city.site import embedded
from chengan.city.site.cli.up import choices

OWNED, SERVED = "CHENGAN_TESTS_OWN", "CHENGAN_TESTS_SERVED"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")  # the first one takes the run's own
os.environ.setdefault(  # compiled once for all workers, and for the cities that they start
    "NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir()) / f"chengan-tests-{os.getuid()}-compiled")
)


def start_services() -> None:
    """Start services in a folder of their own; end them with the test run."""
    for name in os.environ.get(OWNED, "").split():
        del os.environ[name]
    if WORKER != "gw0" and "CHENGAN_NATS_URL" in os.environ:
        pytest.exit("One given NATS can't serve several workers: run with -n 0.", 4)
    given = set(os.environ)
    folder = Path(tempfile.mkdtemp(prefix="chengan-test-"))
    services = embedded.start_services(folder, choices=choices(fast=True))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(services.stop)
    os.environ.update(services.environment())
    os.environ[OWNED] = " ".join(name for name in services.environment() if name not in given)
    os.environ[SERVED] = WORKER


if os.environ.get(SERVED) != WORKER:
    start_services()

from chengan.city.site.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["tests.hashing.QuickArgon2", *PASSWORD_HASHERS[1:]]  # noqa: F405
