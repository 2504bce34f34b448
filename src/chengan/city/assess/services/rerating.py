"""All ratings of a method brought to its version in force: arrays in the core, batches in the rows.

A batch is read by COPY, rated as one array, written back by COPY into a temporary table and one
UPDATE of the rows whose figures changed; it locks no table, and only its own rows while it lasts.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from procrastinate.contrib.django import app

from chengan.city.assess import errors, messages
from chengan.city.assess.messages import message as _
from chengan.city.assess.models import LevelChange, Method, Raise, Rating, Rerating
from chengan.city.assess.services import levels, methods
from chengan.city.assess.services import rating as rating_of
from chengan.city.journal import api as journal
from chengan.core.risk import living, product
from chengan.core.risk.bands import NO_DATA
from chengan.core.risk.matrix import Matrix

TASK: Final = "assess.rerate"
BATCH: Final = 50_000
COLUMNS: Final = ("risk_id", "f1", "f2", "f3", "r1", "r2", "r3", "inherent", "residual", "current")
LOCK: Final = """create temporary table turn on commit drop as select k.id as risk_id
    from assess_rating r join assess_risk k on k.id = r.risk_id
    where r.method_code = %s and r.risk_id > %s and r.is_open
    order by r.risk_id limit %s for update of k"""
LOCK_RATINGS: Final = """select count(*) from (select risk_id from assess_rating
    join turn using (risk_id) order by risk_id for update of assess_rating) locked"""
"""The batch's risks, then their ratings, in the order in which an approval locks them: no approval
or raise is written between reading and writing."""
READ: Final = """copy (select risk_id, f1, f2, f3, r1, r2, r3, coalesce(inherent, -1),
    coalesce(residual, -1), coalesce(current, -1) from assess_rating
    join turn using (risk_id) order by risk_id) to stdout (format csv)"""
WRITE: Final = """update assess_rating r set score = f.score, inherent = nullif(f.inherent, -1),
    residual = nullif(f.residual, -1), current = nullif(f.current, -1), method_version = %s,
    rated_at = %s from fresh_rating f where r.risk_id = f.risk_id
    and r.risk_id between %s and %s"""
NOTE: Final = """insert into assess_levelchange
    (risk_id, at, why, note, inherent, residual, current)
    select risk_id, %s, %s, %s, nullif(inherent, -1), nullif(residual, -1), nullif(current, -1)
    from fresh_rating where changed"""
MOVE: Final = """update assess_reviewdue d set due_at = n.due_at,
        escalated_at = case when n.due_at > %(at)s then null else d.escalated_at end,
        escalated_to_id = case when n.due_at > %(at)s then null else d.escalated_to_id end
    from (select d.id, greatest(a.approved_at + f.days * interval '1 day',
            least(d.due_at, %(at)s + f.days * interval '1 day')) as due_at
        from fresh_rating f
        join assess_assessment a on a.risk_id = f.risk_id and a.status = 'approved'
        join assess_reviewdue d on d.risk_id = f.risk_id and d.kind = 'review'
            and d.done_at is null
        where f.days is not null) n
    where d.id = n.id"""
"""What became worse is reviewed sooner, as if it had been rated today; what became milder, as if
it had been approved so."""
DATE: Final = """update assess_rating r set review_date = (d.due_at at time zone %s)::date
    from fresh_rating f join assess_reviewdue d on d.risk_id = f.risk_id and d.kind = 'review'
        and d.done_at is null
    where r.risk_id = f.risk_id and f.days is not null"""
STARTS_FROM: Final = [Rerating.Status.QUEUED, Rerating.Status.RUNNING]
Columns = dict[str, Any]


@dataclass(frozen=True)
class Rated:
    """New figures of many risks: `score` (NaN where unknown), levels with NO_DATA."""

    score: Any
    inherent: Any
    residual: Any


def rate_many(kind: str, definition: dict[str, Any], factors: Any, with_controls: Any) -> Rated:
    """Rate many risks at once.

    Parameters
    ----------
    factors, with_controls : arrays, shape (risks, factors of the method), NaN where not judged
        A factor that is on no step of a new scale, or of a matrix, gives no level.
    """
    scales = [[float(step[0]) for step in each["steps"]] for each in definition["factors"]]
    first, second = (_on_scale(np.asarray(each), scales) for each in (factors, with_controls))
    if kind == Method.Kind.MATRIX:
        made = Matrix(tuple(tuple(map(int, row)) for row in definition["cells"]))
        levels = [made.level(each[:, 0], each[:, 1]) for each in (first, second)]
        return Rated(product.score(second), *levels)
    bands = rating_of.bands_of(definition)
    before, after = product.score(first), product.score(second)
    return Rated(after, bands.level(before), bands.level(after))


def _on_scale(factors: Any, scales: list[list[float]]) -> Any:
    return np.where(product.off_scale(factors, scales), np.nan, factors)


def ask(*, method: Method, by: str, at: datetime) -> Rerating:
    """Queue the re-rating of everything that an older version of `method` rated.

    Raises
    ------
    errors.NotWaiting
        If one of this method is under way.
    errors.BadInputs
        If the method rates one assessment at a time (it needs more than factors).
    """
    if method.kind not in rating_of.FACTORS:
        raise errors.BadInputs(
            "method", _("Each of its assessments is made anew by hand: it needs more than factors.")
        )
    same = Rerating.objects.filter(method__code=method.code, status__in=STARTS_FROM)
    if same.exists():
        raise errors.NotWaiting(_("A re-rating of this method is under way."))
    expected = Rating.objects.filter(method_code=method.code, is_open=True).count()
    with transaction.atomic():
        made = Rerating.objects.create(method=method, expected=expected, asked_by=by, asked_at=at)
        app.configure_task(TASK, queue="imports", lock=f"rerate-{method.code}").defer(
            rerating_id=made.pk
        )
    return made


def cancel(*, rerating: Rerating, at: datetime) -> None:
    """Stop after the present batch; what was rated stays rated."""
    Rerating.objects.filter(pk=rerating.pk, status__in=STARTS_FROM).update(
        status=Rerating.Status.CANCELLED, finished_at=at
    )


def run(*, rerating_id: int, at: datetime, batch: int = BATCH) -> Rerating | None:
    """Rate on from where it was; run again after a crash, it changes nothing twice."""
    started = Rerating.objects.filter(pk=rerating_id, status__in=STARTS_FROM)
    if not started.update(status=Rerating.Status.RUNNING):
        return None
    found = Rerating.objects.select_related("method").get(pk=rerating_id)
    after = found.last_risk
    try:
        while (last := _batch(found, after, batch, at)) is not None:
            after = last
            if not Rerating.objects.filter(pk=found.pk, status=Rerating.Status.RUNNING).exists():
                return found
    except Exception as error:
        text = _("The program failed: %s") % f"{type(error).__name__}: {error}"
        Rerating.objects.filter(pk=found.pk).update(
            status=Rerating.Status.FAILED,
            finished_at=at,
            failure=messages.stored(text),
        )
        raise
    Rerating.objects.filter(pk=found.pk, status=Rerating.Status.RUNNING).update(
        status=Rerating.Status.DONE, finished_at=at
    )
    found.refresh_from_db()
    _record(found, at)
    return found


def _batch(rerating: Rerating, after: int, most: int, at: datetime) -> int | None:
    """Rate the next risks behind `after` in one transaction; give the last one."""
    method = rerating.method
    with transaction.atomic():
        levels.take_turns()
        rows = _read(method.code, after, most)
        if rows is None:
            return None
        count = len(method.definition["factors"])
        made = rate_many(
            method.kind,
            method.definition,
            np.column_stack([rows[f"f{n}"] for n in range(1, count + 1)]),
            np.column_stack([rows[f"r{n}"] for n in range(1, count + 1)]),
        )
        current = _current(rows["risk_id"], made.residual)
        changed = current != rows["current"]
        _write(method, rows, made, current, changed, at)
        _state(method, rows, made, current, changed, at)
        last = int(rows["risk_id"][-1])
        Rerating.objects.filter(pk=rerating.pk).update(
            done=F("done") + len(current),
            changed=F("changed") + int(changed.sum()),
            unrated=F("unrated") + int((made.residual == NO_DATA).sum()),
            last_risk=last,
        )
    return last


def _read(code: str, after: int, most: int) -> Columns | None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [code, after, most])
        cursor.execute("analyze turn")
        cursor.execute(LOCK_RATINGS)
        with cursor.cursor.copy(READ) as copy:
            data = b"".join(bytes(piece) for piece in copy)
        cursor.execute("drop table turn")
    if not data:
        return None
    types = {name: pa.float64() for name in COLUMNS[1:7]}
    types |= {name: pa.int64() for name in ("risk_id", *COLUMNS[7:])}
    table = pacsv.read_csv(
        io.BytesIO(data),
        read_options=pacsv.ReadOptions(column_names=list(COLUMNS)),
        convert_options=pacsv.ConvertOptions(column_types=types),
    )
    return {name: table[name].to_numpy() for name in COLUMNS}


def _current(risks: Any, residual: Any) -> Any:
    """Give current levels: the raises in force stay."""
    going = Raise.objects.filter(
        ended_at=None, risk_id__gte=int(risks[0]), risk_id__lte=int(risks[-1])
    ).values_list("risk_id", "raise_by", "at_least")
    found = np.array(list(going), dtype=np.int64).reshape(-1, 3)
    found = found[np.isin(found[:, 0], risks)]
    return living.current(residual, np.searchsorted(risks, found[:, 0]), found[:, 1], found[:, 2])


def _write(
    method: Method, rows: Columns, made: Rated, current: Any, changed: Any, at: datetime
) -> None:
    table = pa.table(
        {
            "risk_id": rows["risk_id"],
            "score": pa.array(made.score, from_pandas=True),
            "inherent": made.inherent,
            "residual": made.residual,
            "current": current,
            "changed": changed,
            "days": pa.array(_days(rows["residual"], made.residual), from_pandas=True),
        }
    )
    text = io.BytesIO()
    pacsv.write_csv(table, text, pacsv.WriteOptions(include_header=False))
    with connection.cursor() as cursor:
        cursor.execute(
            "create temporary table fresh_rating (risk_id bigint primary key,"
            " score double precision, inherent smallint, residual smallint, current smallint,"
            " changed boolean, days double precision)"
            " on commit drop"
        )
        with cursor.cursor.copy("copy fresh_rating from stdin (format csv)") as copy:
            copy.write(text.getvalue())
        cursor.execute("analyze fresh_rating")
        first, last = int(rows["risk_id"][0]), int(rows["risk_id"][-1])
        cursor.execute(WRITE, [method.version, at, first, last])
        note = f"{method.code}/{method.version}"
        cursor.execute(NOTE, [at, LevelChange.Why.METHOD, note])
        cursor.execute(MOVE, {"at": at})
        cursor.execute(DATE, [timezone.get_current_timezone_name()])
        cursor.execute("drop table fresh_rating")


def _days(before: Any, residual: Any) -> Any:
    """Days between reviews where the level with controls changed; NaN elsewhere."""
    policy = methods.policy()["review_days"]
    by_level = np.array(
        [float(policy.get(str(level), np.nan)) for level in range(living.WORST + 1)]
    )
    is_moved = (residual != before) & (residual != NO_DATA)
    return np.where(is_moved, by_level[np.maximum(residual, 0)], np.nan)


def _state(
    method: Method, rows: Columns, made: Rated, current: Any, changed: Any, at: datetime
) -> None:
    """State what changed, last of all: the journal is locked from here to the commit."""
    columns = (rows["risk_id"], rows["current"], current, made.residual)
    found = [
        levels.Changed(risk, *(None if level == NO_DATA else level for level in rest))
        for risk, *rest in zip(*(each[changed].tolist() for each in columns), strict=True)
    ]
    note = f"{method.code}/{method.version}"
    journal.append(levels.facts_of(found, at=at, why=LevelChange.Why.METHOD, note=note))


def _record(found: Rerating, at: datetime) -> None:
    data = {
        "method": f"{found.method.code}/{found.method.version}",
        "rated": found.done,
        "changed": found.changed,
        "unrated": found.unrated,
    }
    fact = journal.Fact(
        kind="assess.method.rerated",
        subject=f"method:{found.method.code}",
        at=at,
        actor=found.asked_by,
        data=data,
    )
    journal.append([fact])
