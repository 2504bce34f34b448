"""What the worker `jobs` runs for the register."""

from datetime import date

from django.utils import timezone
from procrastinate.contrib.django import app

from chengan.city.assess.services import importing, layers, outages, rerating


@app.task(name=importing.TASK, queue="imports")
def import_risks(import_id: int) -> None:
    """Write the rows of one import of risks."""
    importing.run(import_id=import_id, at=timezone.now())


@app.task(name=rerating.TASK, queue="imports")
def rerate(rerating_id: int) -> None:
    """Bring the ratings of a method to its version in force."""
    rerating.run(rerating_id=rerating_id, at=timezone.now())


@app.task(name=outages.TASK, queue="imports")
def run_outage(run_id: int) -> None:
    """Ask a network what fails."""
    outages.run(run_id=run_id, at=timezone.now())


@app.task(name=layers.TASK, queue="imports")
def sum_day(day: str) -> None:
    """Sum a past day of the map."""
    layers.rebuild(date.fromisoformat(day), timezone.now())
