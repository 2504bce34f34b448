"""Lays the foundation; doing it again adds what is new and changes nothing that is there."""

from datetime import datetime

from django.db import transaction

from chengan.city.assess import api as assess
from chengan.city.command import api as command
from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.site.foundation import kinds, limits
from chengan.city.warn import api as warn


@transaction.atomic
def lay(at: datetime) -> None:
    """Put roles, kinds, properties and default limits where there are none of that name yet."""
    places.seed_roles()
    places.ensure_kinds(kinds.KINDS)
    sense.ensure_properties(limits.PROPERTIES)
    assess.lay(at)
    warn.ensure_limits(limits.LIMIT_SETS, limits.RULES, at)
    warn.ensure_tables(at)
    command.ensure_plans(at)
