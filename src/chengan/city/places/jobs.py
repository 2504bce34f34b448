"""What the worker `jobs` runs for the ground."""

from django.utils import timezone
from procrastinate.contrib.django import app

from chengan.city.places.services import importing


@app.task(name=importing.TASK, queue="imports")
def import_file(job_id: int) -> None:
    """Write the rows of one import."""
    importing.run(job_id=job_id, clock=timezone.now)
