"""Who changed what and when, from the rows that the database's triggers wrote."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import nlargest
from itertools import chain
from typing import Any

import pghistory.models
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Model, OuterRef, Q, Subquery, Value

SECRET = {"password"}
Place = tuple[datetime, str, int]
"""Where a change stands among all: its time, the label of its model, its number there."""


@dataclass(frozen=True)
class Change:
    """One row changed: `changes` are (field, before, after)."""

    at: datetime
    who: str
    model: str
    word: str
    label: str
    key: int
    changes: list[tuple[str, Any, Any]] = field(default_factory=list)


def event_models() -> dict[str, type[Model]]:
    """Event models by the label of what they watch (`places.grant`)."""
    found = {}
    for model in apps.get_models():
        watched = getattr(model, "pgh_tracked_model", None)
        if watched is not None and issubclass(model, pghistory.models.Event):
            found[watched._meta.label_lower] = model
    return dict(sorted(found.items()))


def watched() -> list[tuple[str, str]]:
    """Give the label of every sort of row that is watched, and its word on screen."""
    return [
        (label, str(getattr(each, "pgh_tracked_model")._meta.verbose_name))  # noqa: B009
        for label, each in event_models().items()
    ]


def places_of(
    *, model: str = "", users: Collection[int] | None = None, since: datetime | None = None,
    before: datetime | None = None, after: Place | None = None, limit: int = 50,
) -> list[Place]:  # fmt: skip
    """Where the newest changes stand, at most `limit`, newest first; no row is read whole.

    By `users` only, in [`since`, `before`) and behind `after` when given. All rows of a
    transaction have its time, so that only the whole place orders them.
    """
    models = event_models()
    wanted = {model: models[model]} if model in models else models
    each = (_found(label, one, users, since, before, after) for label, one in wanted.items())
    return nlargest(limit, chain.from_iterable(found[:limit].iterator() for found in each))


def told(places: Sequence[Place]) -> list[Change]:
    """Read the changes at `places`, in that order."""
    models, wanted = event_models(), dict[str, list[int]]()
    for _time, label, key in places:
        wanted.setdefault(label, []).append(key)
    found = {
        (label, event.pgh_id): event
        for label, keys in wanted.items()
        for event in _events(models[label], keys)
    }
    events = [found[label, key] for _time, label, key in places if (label, key) in found]
    names = _names({_metadata(event).get("user") for event in events})
    earlier = _earlier(events)
    return [_change(event, earlier.get((type(event), event.was_id)), names) for event in events]


def changes(*, limit: int = 50, **asked: Any) -> list[Change]:
    """Newest changes first, at most `limit`; asked for as in `places_of`."""
    return told(places_of(**asked, limit=limit))


def accounts_named(words: str) -> list[int]:
    """Ids of the accounts whose user name or name on screen holds `words`."""
    named = Q(username__icontains=words) | Q(display_name__icontains=words)
    return list(get_user_model().objects.filter(named).values_list("pk", flat=True))


def _found(
    label: str,
    model: Any,
    users: Collection[int] | None,
    since: datetime | None,
    before: datetime | None,
    after: Place | None,
) -> Any:
    """Places of one model's events, newest first."""
    found = model.objects.order_by("-pgh_created_at", "-pgh_id")
    if users is not None:
        found = found.filter(pgh_context__metadata__user__in=list(users))
    if since is not None:
        found = found.filter(pgh_created_at__gte=since)
    if before is not None:
        found = found.filter(pgh_created_at__lt=before)
    if after is not None:
        found = found.filter(_behind(label, after))
    return found.values_list("pgh_created_at", Value(label), "pgh_id")


def _behind(label: str, after: Place) -> Q:
    time, other, key = after
    earlier, same = Q(pgh_created_at__lt=time), Q(pgh_created_at=time)
    if label == other:
        return earlier | (same & Q(pgh_id__lt=key))
    return earlier | same if label < other else earlier


def _events(model: Any, keys: list[int]) -> Any:
    same = model.objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    was = Subquery(same.order_by("-pgh_id").values("pgh_id")[:1])
    found = model.objects.filter(pgh_id__in=keys).select_related("pgh_context")
    return found.annotate(was_id=was)


def _earlier(events: list[Any]) -> dict[tuple[type, int], Any]:
    """Give what each updated row was before, by event model and id; one query a model."""
    wanted: dict[Any, list[int]] = {}
    for event in events:
        if event.pgh_label == "update" and event.was_id:
            wanted.setdefault(type(event), []).append(event.was_id)
    found = [(model, model.objects.in_bulk(ids)) for model, ids in wanted.items()]
    return {(model, key): row for model, rows in found for key, row in rows.items()}


def _change(event: Any, old: Any, names: dict[int, str]) -> Change:
    about = _metadata(event)
    who = names.get(about.get("user", 0), "") or str(about.get("by", ""))
    model = event.pgh_tracked_model._meta
    return Change(
        event.pgh_created_at, who, model.label_lower, str(model.verbose_name),
        event.pgh_label, event.pgh_obj_id,
        _differences(event, old),
    )  # fmt: skip


def _differences(event: Any, old: Any) -> list[tuple[str, Any, Any]]:
    found = []
    for each in type(event)._meta.fields:
        if each.name.startswith("pgh_") or each.name in SECRET:
            continue
        now = getattr(event, each.attname)
        was = getattr(old, each.attname) if old else None
        if now != was and (old or event.pgh_label == "insert"):
            found.append((each.name, was, now))
    return found


def _metadata(event: Any) -> dict[str, Any]:
    return event.pgh_context.metadata if event.pgh_context else {}


def _names(ids: set[Any]) -> dict[int, str]:
    users = get_user_model().objects.filter(pk__in=[key for key in ids if isinstance(key, int)])
    return {user.pk: user.get_username() for user in users}
