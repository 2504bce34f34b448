"""Command's front door."""

from chengan.city.command.errors import (
    BadPhoto,
    BadPlace,
    BadPlan,
    BadTask,
    CommandError,
    NeedsReason,
    NotMixed,
    NotOpen,
    NotReady,
    NotYours,
    WrongStep,
)
from chengan.city.command.models import (
    Activation,
    Deadline,
    Incident,
    IncidentNotice,
    Plan,
    Resource,
    ReviewMeasure,
    Task,
)
from chengan.city.command.selectors import (
    counts,
    filtered,
    lines,
    my_tasks,
    shift_of,
    tasks_of,
    visible_incidents,
    visible_tasks,
)
from chengan.city.command.services.activating import activate
from chengan.city.command.services.changing import say
from chengan.city.command.services.clock import sweep
from chengan.city.command.services.dispatching import propose
from chengan.city.command.services.following import run_command
from chengan.city.command.services.holders import Doer
from chengan.city.command.services.opening import Draft, open_incident
from chengan.city.command.services.photos import place as photo_place
from chengan.city.command.services.photos import store as store_photo
from chengan.city.command.services.planning import ensure_samples as ensure_plans
from chengan.city.command.services.sample import load_sample
from chengan.city.command.services.tasking import give as give_task

__all__ = [
    "Activation",
    "BadPhoto",
    "BadPlace",
    "BadPlan",
    "BadTask",
    "CommandError",
    "Deadline",
    "Doer",
    "Draft",
    "Incident",
    "IncidentNotice",
    "NeedsReason",
    "NotMixed",
    "NotOpen",
    "NotReady",
    "NotYours",
    "Plan",
    "Resource",
    "ReviewMeasure",
    "Task",
    "WrongStep",
    "activate",
    "counts",
    "ensure_plans",
    "filtered",
    "give_task",
    "lines",
    "load_sample",
    "my_tasks",
    "open_incident",
    "photo_place",
    "propose",
    "run_command",
    "say",
    "shift_of",
    "store_photo",
    "sweep",
    "tasks_of",
    "visible_incidents",
    "visible_tasks",
]
