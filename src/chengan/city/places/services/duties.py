"""Shifts on the roster, and substitutes."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from chengan.city.places.errors import PlacesError
from chengan.city.places.models import Duty, Person, Post, Shift, Substitute


def put_shift(*, post: Post, person: Person, starts_at: datetime, ends_at: datetime) -> Shift:
    """Put `person` on the roster of `post`; two people may stand at once, one not twice.

    Raises
    ------
    PlacesError
        If the shift ends before it starts or overlaps another of the same person and post.
    """
    if ends_at <= starts_at:
        raise PlacesError(_("A shift ends after it starts."))
    with transaction.atomic():
        Post.objects.select_for_update().get(id=post.id)
        theirs = Shift.objects.filter(post=post, person=person)
        if theirs.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
            raise PlacesError(
                _("%(person)s is on the roster in these hours already.") % {"person": person}
            )
        return Shift.objects.create(post=post, person=person, starts_at=starts_at, ends_at=ends_at)


def put_substitute(*, duty: Duty, person: Person) -> Substitute:
    """Add `person` as the last substitute of `duty`; twice is once."""
    with transaction.atomic():
        Duty.objects.select_for_update().get(id=duty.id)
        found = Substitute.objects.filter(duty=duty)
        there = found.filter(person=person).first()
        return there or Substitute.objects.create(duty=duty, person=person, rank=found.count() + 1)
