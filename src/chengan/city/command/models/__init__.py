"""Rows of command: incidents, plans, tasks and their deadlines, resources, reviews."""

from chengan.city.command.models.cordon import Cordon
from chengan.city.command.models.field import FieldReport, Photo
from chengan.city.command.models.incident import Incident, IncidentLink, Viewer
from chengan.city.command.models.plan import Activation, Decision, IncidentNotice, Plan
from chengan.city.command.models.resource import Dispatch, Resource
from chengan.city.command.models.review import Review, ReviewMeasure
from chengan.city.command.models.task import Deadline, Task

__all__ = [
    "Activation",
    "Cordon",
    "Deadline",
    "Decision",
    "Dispatch",
    "FieldReport",
    "Incident",
    "IncidentLink",
    "IncidentNotice",
    "Photo",
    "Plan",
    "Resource",
    "Review",
    "ReviewMeasure",
    "Task",
    "Viewer",
]
