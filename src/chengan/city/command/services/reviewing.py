"""After-action reviews: what was learned, and the measures that come of it."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chengan.city.command.errors import BadTask, CommandError, NeedsReason, NotOpen
from chengan.city.command.models import Incident, Review, ReviewMeasure
from chengan.city.command.services import log
from chengan.city.places import api as places


@transaction.atomic
def write(*, incident: Incident, went_well: str, went_wrong: str, by: str, at: datetime) -> Review:
    """Keep what went well and wrong in a closed incident.

    Raises
    ------
    NotOpen
        If the incident is not closed yet.
    CommandError
        If the review is finished.
    """
    if incident.status != Incident.Status.CLOSED:
        raise NotOpen(_("Close the incident before it is reviewed."))
    values = {"went_well": went_well, "went_wrong": went_wrong, "written_by": by, "written_at": at}
    review, is_new = Review.objects.get_or_create(incident=incident, defaults=values)
    if not is_new and not Review.objects.filter(pk=review.pk, finished_at=None).update(**values):
        raise CommandError(_("The review is finished."))
    review.refresh_from_db()
    return review


@transaction.atomic
def finish(*, review: Review, by: str, at: datetime) -> None:
    """Finish a review.

    Raises
    ------
    NeedsReason
        If it says nothing.
    CommandError
        If somebody finished it first.
    """
    if not (review.went_well.strip() or review.went_wrong.strip()):
        raise NeedsReason(_("Write what went well or wrong first."))
    going = Review.objects.filter(pk=review.pk, finished_at=None)
    if not going.update(finished_by=by, finished_at=at):
        raise CommandError(_("The review is finished."))
    log.record("reviewed", review.incident, at, by, note=review.went_wrong or review.went_well)


@transaction.atomic
def propose(
    *,
    review: Review,
    title: str,
    why: str,
    organisation: places.Organisation,
    due_date: date,
    by: str,
    at: datetime,
) -> ReviewMeasure:
    """Make a proposal a measure: who does it by which day.

    Raises
    ------
    BadTask
        Without a title, or with a day that is past.
    """
    if not title.strip():
        raise BadTask(_("A measure needs a title."))
    if due_date < timezone.localdate(at):
        raise BadTask(_("The day is past: choose a later one."))
    made = ReviewMeasure.objects.create(
        review=review,
        title=title.strip(),
        why=why.strip(),
        organisation=organisation,
        due_date=due_date,
        made_by=by,
        made_at=at,
    )
    log.record(
        "measure.made",
        review.incident,
        at,
        by,
        title=made.title,
        to=organisation.name_zh,
        due_date=due_date.isoformat(),
        note=made.why,
    )
    return made


@transaction.atomic
def end(*, measure: ReviewMeasure, state: str, note: str, by: str, at: datetime) -> None:
    """Say that a measure is done, or dropped and why.

    Raises
    ------
    NeedsReason
        Without a note.
    CommandError
        If it was ended first.
    """
    if state not in {ReviewMeasure.State.DONE, ReviewMeasure.State.DROPPED}:
        raise CommandError(_("Choose done or dropped."))
    if not note.strip():
        raise NeedsReason(_("Say what was done, or why it is dropped."))
    going = ReviewMeasure.objects.filter(pk=measure.pk, state=ReviewMeasure.State.OPEN)
    if not going.update(state=state, note=note.strip(), ended_by=by, ended_at=at):
        raise CommandError(_("Somebody ended this measure first."))
    log.record(f"measure.{state}", measure.review.incident, at, by, title=measure.title, note=note)
