"""Notices of an incident: sent by hand or by a plan, read by somebody of the organisation."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from chengan.city.command.errors import CommandError, NeedsReason, NotOpen
from chengan.city.command.models import Incident, IncidentNotice
from chengan.city.command.services import log, telling
from chengan.city.places import api as places
from chengan.city.warn import api as warn


@transaction.atomic
def send(
    *, incident: Incident, organisation: places.Organisation, text: str, by: str, at: datetime
) -> IncidentNotice:
    """Send a notice to an organisation now.

    Raises
    ------
    NeedsReason
        Without a text.
    NotOpen
        If the incident is closed or merged.
    """
    if not Incident.objects.filter(pk=incident.pk, status="open").exists():
        raise NotOpen(_("Incident %(number)s is no longer open.") % {"number": incident.number})
    if not text.strip():
        raise NeedsReason(_("Write what they are to know."))
    made = IncidentNotice.objects.create(
        incident=incident,
        organisation=organisation,
        text_zh=text.strip(),
        due_at=at,
        sent_at=at,
        is_rehearsed=incident.clock_at is not None,
    )
    log.record("notice.sent", incident, at, by, to=organisation.name_zh, note=text.strip())
    telling.tell_notice(made, at)
    return made


@transaction.atomic
def read(*, notice: IncidentNotice, by: str, at: datetime) -> None:
    """Record who read a notice first.

    Raises
    ------
    CommandError
        If it is not sent yet.
    """
    if notice.sent_at is None:
        raise CommandError(_("This notice is not sent yet."))
    unread = IncidentNotice.objects.filter(pk=notice.pk, read_at=None)
    if unread.update(read_at=at, read_by=by):
        if notice.message:
            warn.acknowledge_notice(notice=notice.message, by=by, how="signed_in", at=at)
            return
        log.record(
            "notice.read",
            notice.incident,
            at,
            by,
            to=notice.organisation.name_zh,
            note=notice.text_zh,
        )
