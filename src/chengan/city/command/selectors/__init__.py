"""Reads of command: what a user may see, lists, the log, the picture, the review."""

from chengan.city.command.selectors.incidents import (
    counts,
    filtered,
    looking,
    page_of,
    visible_incidents,
)
from chengan.city.command.selectors.logbook import Line, lines
from chengan.city.command.selectors.notices import notices_for, unread_count
from chengan.city.command.selectors.picture import (
    inside_counts,
    layers,
    ways,
    wind_near,
)
from chengan.city.command.selectors.resources import visible_resources
from chengan.city.command.selectors.shift import shift_of
from chengan.city.command.selectors.tasks import (
    is_mine,
    may_lead,
    my_tasks,
    task_to_report,
    tasks_of,
    visible_tasks,
)

__all__ = [
    "Line",
    "counts",
    "filtered",
    "inside_counts",
    "is_mine",
    "layers",
    "lines",
    "looking",
    "may_lead",
    "my_tasks",
    "notices_for",
    "page_of",
    "shift_of",
    "task_to_report",
    "tasks_of",
    "unread_count",
    "visible_incidents",
    "visible_resources",
    "visible_tasks",
    "ways",
    "wind_near",
]
