"""What fails if this fails: a network's run in its own process, then the dependencies behind it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from procrastinate.contrib.django import app

from chengan import __version__
from chengan.city.assess import errors, messages
from chengan.city.assess.engines import process
from chengan.city.assess.messages import message as _
from chengan.city.assess.models import Dependency, NetworkFile, OutageRun
from chengan.city.assess.services import network_rows
from chengan.city.assess.services.rating import digest
from chengan.city.places import api as places
from chengan.core.errors import CoreError
from chengan.core.network.dependence import Need, spread

TASK: Final = "assess.run_outage"
MOST_BYTES: Final = 8 << 20
SCHEMA: Final[dict[str, tuple[float, float]]] = {
    "hours": (1, 168),
    "needed_m": (1, 100),
    "opening": (0.01, 1),
    "mm_per_h": (1, 300),
    "storm_h": (0.1, 48),
}
KINDS: Final = {
    "water": ("burst", "close"),
    "drainage": ("storm", "close"),
    "lines": ("close",),
}


def checked(network: NetworkFile, question: Mapping[str, Any]) -> dict[str, Any]:
    """Give a question with only what the engine knows.

    Raises
    ------
    errors.BadInputs
        Naming the field and what it may be.
    """
    kind = str(question.get("kind", ""))
    if kind not in KINDS[network.engine]:
        words = ", ".join(KINDS[network.engine])
        raise errors.BadInputs("kind", _("One of %s, please.") % words)
    made: dict[str, Any] = {"kind": kind}
    if kind != "storm":
        if not (link := str(question.get("link", "")).strip()):
            raise errors.BadInputs("link", _("Name the pipe, pump or valve."))
        made["link"] = link
    for name, (low, high) in SCHEMA.items():
        if question.get(name) in {None, ""}:
            continue
        try:
            value = float(question[name])
        except (TypeError, ValueError):
            value = float("nan")
        if not low <= value <= high:
            text = _("Between %(low)g and %(high)g, please.") % {"low": low, "high": high}
            raise errors.BadInputs(name, text)
        made[name] = value
    if network.engine == NetworkFile.Engine.LINES:
        return {"kind": kind, "link": made["link"]}
    return {
        "hours": 24.0,
        "needed_m": 14.0,
        "opening": 0.2,
        "mm_per_h": 50.0,
        "storm_h": 1.0,
        **made,
    }


def ask(*, network: NetworkFile, question: Mapping[str, Any], by: str, at: datetime) -> OutageRun:
    """Queue a run.

    Raises
    ------
    errors.BadInputs
        As `checked`.
    """
    made = checked(network, question)
    with transaction.atomic():
        run_ = OutageRun.objects.create(
            network_file=network, question=made, asked_by=by, asked_at=at
        )
        app.configure_task(TASK, queue="imports", lock=f"outage-{run_.pk}").defer(run_id=run_.pk)
    return run_


def run(*, run_id: int, at: datetime, limits: process.Limits | None = None) -> OutageRun | None:
    """Run a queued question; its result is refused when the engine's physics are not sound."""
    waiting = OutageRun.objects.filter(
        pk=run_id, status__in=[OutageRun.Status.QUEUED, OutageRun.Status.RUNNING]
    )
    if not waiting.update(status=OutageRun.Status.RUNNING):
        return None
    found = OutageRun.objects.select_related("network_file").get(pk=run_id)
    network = found.network_file
    try:
        answer = _answered(network, found.question, limits or process.Limits())
        _take(found, answer)
    except (errors.AssessError, CoreError) as error:
        found.status, found.failure = OutageRun.Status.FAILED, messages.stored(error)
    except Exception as error:
        text = _("The program failed: %s") % f"{type(error).__name__}: {error}"
        found.status, found.failure = OutageRun.Status.FAILED, messages.stored(text)
        raise
    finally:
        found.finished_at = at
        going = OutageRun.objects.filter(pk=run_id, status=OutageRun.Status.RUNNING)
        names = ("status", "result", "receipt", "failure", "finished_at")
        going.update(**{name: getattr(found, name) for name in names})
    return found


def stop(*, run: OutageRun, at: datetime) -> None:
    """Wait no longer for a run; whatever its engine still finds is not kept.

    Raises
    ------
    errors.NotWaiting
        If it has ended.
    """
    waiting = [OutageRun.Status.QUEUED, OutageRun.Status.RUNNING]
    going = OutageRun.objects.filter(pk=run.pk, status__in=waiting)
    if not going.update(status=OutageRun.Status.STOPPED, finished_at=at):
        raise errors.NotWaiting(_("This run has ended already."))


def _take(found: OutageRun, answer: dict[str, Any]) -> None:
    network, refused = found.network_file, bool(answer["faults"])
    found.result = answer if refused else answer | {"dependents": hit(network, answer["hits"])}
    found.failure = messages.stored(answer["faults"]) if refused else ""
    found.receipt = {
        "engine": answer["engine"],
        "chengan": __version__,
        "model_hash": digest(network.text),
        "question_hash": digest(found.question),
        "result_hash": digest(found.result),
    }
    found.status = OutageRun.Status.REFUSED if refused else OutageRun.Status.DONE


def _answered(
    network: NetworkFile, question: Mapping[str, Any], limits: process.Limits
) -> dict[str, Any]:
    """Ask our own reach at once, a foreign engine in a process of its own."""
    if network.engine == NetworkFile.Engine.LINES:
        return network_rows.ask(network.text, question)
    return process.ask(network.engine, {**question, "text": network.text}, limits)


def hit(network: NetworkFile, hits: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Follow nodes that a run hit to the objects that stand there and those that depend on them.

    A node is the object that it names, or `node/<its name>` of the network's register.
    """
    first: dict[tuple[str, str], float] = {}
    named: set[tuple[str, str]] = set()
    for each in hits:
        register, _slash, number = str(each.get("object") or "").partition("/")
        key = (register, number) if number else (network.namespace, f"node/{each['node']}")
        if number:
            named.add(key)
        if key[0]:
            first[key] = float(each["first_h"])
    found = {
        (each.namespace, each.external_id): each
        for each in places.CityObject.objects.filter(
            namespace__in={each[0] for each in first},
            external_id__in={each[1] for each in first},
            retired_at=None,
        ).select_related("kind", "owner")
    }
    failed = {found[key].pk: at for key, at in first.items() if key in found}
    standing = [
        _failed(each, first[key], [each.pk])
        for key, each in found.items()
        if key in named & set(first)
    ]
    return standing + (follow(failed) if failed else [])


def follow(failed_h: Mapping[int, float]) -> list[dict[str, Any]]:
    """Give what fails with the objects `failed_h` (object id: hours), first failures left out.

    Raises
    ------
    errors.BadInputs
        If a dependency contradicts itself.
    """
    rows = list(Dependency.objects.values_list("dependent_id", "supplier_id", "group", "reserve_h"))
    ids = sorted({key for row in rows for key in row[:2]} | set(failed_h))
    place = {key: n for n, key in enumerate(ids)}
    try:
        found = spread(
            len(ids), _needs(rows, place), {place[key]: at for key, at in failed_h.items()}
        )
    except CoreError as error:
        raise errors.BadInputs("dependencies", error.sentence) from error
    late = [key for key in ids if found.at[place[key]] < float("inf") and key not in failed_h]
    objects = places.CityObject.objects.select_related("kind", "owner").in_bulk(late)
    return sorted(
        (_failed(objects[key], float(found.at[place[key]]), [ids[n] for n in found.way(place[key])])
         for key in late if key in objects),
        key=lambda each: each["at_h"],
    )  # fmt: skip


def _needs(rows: Iterable[tuple[int, int, str, float]], place: Mapping[int, int]) -> list[Need]:
    suppliers: dict[tuple[int, str], list[int]] = {}
    reserve: dict[tuple[int, str], float] = {}
    for dependent, supplier, group, hours in rows:
        key = (dependent, group)
        suppliers.setdefault(key, []).append(place[supplier])
        reserve[key] = max(reserve.get(key, 0.0), hours)
    return [
        Need(place[dependent], tuple(found), reserve[dependent, group])
        for (dependent, group), found in suppliers.items()
    ]


def _failed(city_object: places.CityObject, at_h: float, way: list[int]) -> dict[str, Any]:
    return {
        "object": city_object.pk,
        "kind": city_object.kind.code,
        "kind_zh": city_object.kind.name_zh,
        "kind_en": city_object.kind.name_en,
        "name_zh": city_object.name_zh,
        "name_en": city_object.name_en,
        "at_h": round(at_h, 2),
        "way": way,
    }


def keep_model(
    *, text: str, name_zh: str, name_en: str, engine: str, owner: places.Organisation,
    namespace: str = "", is_sample: bool = False,
) -> NetworkFile:  # fmt: skip
    """Keep a hydraulic model, to be asked questions.

    Raises
    ------
    errors.BadInputs
        If it is too large or looks like no input file of the engine.
    """
    if len(text) > MOST_BYTES:
        raise errors.BadInputs("file", _("The file is too large: at most 8 MB."))
    mark = "[PIPES]" if engine == NetworkFile.Engine.WATER else "[CONDUITS]"
    if mark not in text.upper():
        raise errors.BadInputs("file", _("No section %s: is it this engine's input file?") % mark)
    return NetworkFile.objects.create(
        text=text, name_zh=name_zh, name_en=name_en, engine=engine, owner=owner,
        namespace=namespace, is_sample=is_sample,
    )  # fmt: skip


@transaction.atomic
def put_dependency(
    *, dependent: places.CityObject, supplier: places.CityObject, group: str, reserve_h: float,
    source: str,
) -> Dependency:  # fmt: skip
    """State that an object depends on another one.

    Raises
    ------
    errors.BadInputs
        If it is the same object, the reserve negative, or the group empty.
    """
    if dependent.pk == supplier.pk:
        raise errors.BadInputs("supplier", _("An object does not depend on itself."))
    if not group.strip() or reserve_h < 0:
        raise errors.BadInputs("group", _("Say what is supplied; a reserve is 0 hours or more."))
    made, _new = Dependency.objects.update_or_create(
        dependent=dependent, supplier=supplier, group=group.strip(),
        defaults={"reserve_h": reserve_h, "source": source},
    )  # fmt: skip
    return made
