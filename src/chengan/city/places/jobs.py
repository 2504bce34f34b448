"""What the worker `jobs` runs for the ground."""

from django.utils import timezone
from procrastinate.contrib.django import app

from chengan.city.places.services import importing


@app.task(name="places.import_file", queue="imports")
def import_file(job_id: int) -> None:
    """Write the rows of one import."""
    importing.run(job_id=job_id, at=timezone.now())


def defer_import(job_id: int) -> None:
    """Ask the worker for one import; two of the same never run at once."""
    import_file.configure(lock=f"import-{job_id}").defer(job_id=job_id)
