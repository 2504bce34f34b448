"""Tasks as a user sees them: all of the shared case, one's own marked."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from chengan.city.command.models import FieldReport, Incident, Task
from chengan.city.command.selectors.incidents import GOING, visible_incidents
from chengan.city.places import api as places

RELATED = ("incident", "organisation", "post", "person__user")


def visible_tasks(user: places.Somebody) -> QuerySet[Task]:
    """Tasks of the incidents that the user may see."""
    seen = visible_incidents(user).select_related(None).order_by().values("pk")
    return Task.objects.filter(incident__in=seen).select_related(*RELATED)


def task_to_report(user: Any, task_id: Any) -> Task | None:
    """Give a task that the user sees, or reported on before it went to others."""
    seen = visible_tasks(user).select_related(None).order_by().values("pk")
    own = FieldReport.objects.filter(by=user.get_username()).values("task")
    found = Task.objects.filter(Q(pk__in=seen) | Q(pk__in=own), pk=task_id)
    return found.select_related(*RELATED).first()


def tasks_of(incident: Incident) -> list[Task]:
    """Every task of an incident, the first due first."""
    found = Task.objects.filter(incident=incident).select_related(*RELATED)
    return list(found.order_by("due_at", "pk"))


def _mine_q(user: Any, at: datetime) -> Q:
    """What the user carries out: named, by a post they stand for, or open to their branch."""
    wanted = Q(person__user_id=user.pk) | Q(person=None, post__in=places.posts_of(user, at))
    found = places.scope(user, places.Permission.HANDLE_TASKS)
    paths = _own_paths(user, found)
    for path in paths:
        wanted |= Q(person=None, organisation_path__startswith=path)
    return wanted


def _own_paths(user: Any, found: places.Scope) -> tuple[str, ...]:
    """Branches whose unclaimed tasks are the user's; the whole city's are its own office's only."""
    if not found.everything:
        return found.owner_paths
    person = getattr(user, "person", None)
    return (person.organisation.path,) if person else ()


def my_tasks(user: places.Somebody, at: datetime) -> QuerySet[Task]:
    """Tasks that the user carries out and that are not over, the first due first."""
    if not user.is_authenticated or not user.is_active:
        return Task.objects.none()
    found = Task.objects.filter(_mine_q(user, at), status__in=GOING, incident__status="open")
    return found.select_related(*RELATED).order_by("due_at", "pk")


def is_mine(user: places.Somebody, task: Task, at: datetime) -> bool:
    """Say whether the user carries out `task`."""
    if not user.is_authenticated or not user.is_active:
        return False
    return Task.objects.filter(_mine_q(user, at), pk=task.pk).exists()


def may_lead(user: places.Somebody, incident: Incident) -> bool:
    """Say whether the user leads this incident."""
    return places.may(user, places.Permission.COMMAND_INCIDENTS, incident.lead)
