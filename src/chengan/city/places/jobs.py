"""What the worker `jobs` runs for the ground, and how it takes up what a killed worker left."""

import logging

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from chengan.city.places.services import importing

log = logging.getLogger(__name__)


@app.task(name=importing.TASK, queue="imports")
def import_file(job_id: int) -> None:
    """Write the rows of one import."""
    importing.run(job_id=job_id, clock=timezone.now)


@app.periodic(cron="* * * * *")
@app.task(name="places.take_up", queue="stalled", queueing_lock="take-up", pass_context=True)
async def take_up(context: JobContext, timestamp: int) -> None:
    """Queue again what a worker without a heartbeat was at: every task may run twice.

    A job that waits in the queue once more already ends instead: it would hold the lock for ever.
    """
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        log.warning("job %s (%s) was left by its worker, at %s", job.id, job.task_name, timestamp)
        lock = job.queueing_lock
        if lock and list(await manager.list_jobs_async(queueing_lock=lock, status="todo")):
            await manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            await manager.retry_job(job)
