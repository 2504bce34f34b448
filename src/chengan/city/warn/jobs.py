"""What the worker `jobs` runs for warn."""

from django.utils import timezone
from procrastinate.contrib.django import app

from chengan.city.warn.services import backtesting, leaking


@app.task(name=backtesting.TASK, queue=backtesting.QUEUE)
def backtest(backtest_id: int) -> None:
    """Try limits on the next part of the history."""
    backtesting.run_part(backtest_id=backtest_id, at=timezone.now())


@app.task(name=leaking.TASK, queue=leaking.QUEUE)
def name_pipes(naming_id: int) -> None:
    """Name the pipes that likely leak, for one alarm."""
    leaking.run(naming_id=naming_id, clock=timezone.now)
