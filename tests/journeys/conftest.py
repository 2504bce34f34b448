"""A city with its real web server, and a browser in front of it."""

import os
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import sync_playwright

from chengan.city.hub import api as hub
from chengan.city.sense.runner.partition import Partition
from chengan.city.site.sample import seed

QUIET = ["--no-sandbox", "--disable-background-networking", "--no-first-run",
         "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]  # fmt: skip
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def browser(chromium):
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def sample_city(tmp_path, settings, transactional_db):
    """The sample city; its runner and the passwords of its accounts."""
    settings.LAKE_FOLDER = tmp_path / "lake"
    passwords = seed.create(at=START)
    runner = Partition(settings.LAKE_FOLDER)
    yield runner, passwords
    runner.close()


@pytest.fixture
def web(sample_city, settings):
    """Address of the product's own web server on the test's database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = connection.settings_dict
    database = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**found)
    granian = Path(sys.executable).parent / "granian"
    child = subprocess.Popen(
        [granian, "--interface", "asginl", "--host", "127.0.0.1", "--port", str(port),
         "--workers", "1", "--no-ws", "--workers-kill-timeout", "5",
         "chengan.city.site.asgi:application"],
        env=os.environ | {"CHENGAN_DATABASE_URL": database, "CHENGAN_LAKE": settings.LAKE_FOLDER,
                          "CHENGAN_SECRET_KEY": settings.SECRET_KEY},
        start_new_session=True,
    )  # fmt: skip
    _wait_for(port)
    yield f"http://127.0.0.1:{port}"
    child.terminate()
    child.wait(60)


@pytest.fixture
def send(sample_city):
    """Let the gas sensor `key` send one reading a minute."""
    runner, _passwords = sample_city

    def write(key, *values, first=0):
        begin = START.timestamp()
        lines = [f"{key},{begin + 60 * (first + n)},{v},ppm" for n, v in enumerate(values)]
        payload = "\n".join(["datastream,time,value,unit", *lines]).encode()
        received = round((begin + 60 * (first + len(values))) * 1e6)
        runner.take(
            [hub.Message("gas", "http", "csv", payload, received)], runner.point.log_seq + 1
        )
        runner.write_latest()

    return write


@pytest.fixture
def sign_in(browser, web, sample_city):
    """Open a browser window as one of the sample accounts; what breaks in it fails the test."""
    _runner, passwords = sample_city
    windows, broken = [], []

    def opened(name, **options):
        context = browser.new_context(**options)
        windows.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda line: broken.append(line.text) if line.type == "error" else None)
        page.goto(f"{web}/accounts/login/")
        page.fill("[name=login]", name)
        page.fill("[name=password]", passwords[name])
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "login" not in url)
        return page

    yield opened
    for context in windows:
        context.close()
    assert broken == []


def _wait_for(port):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the web server did not start")
