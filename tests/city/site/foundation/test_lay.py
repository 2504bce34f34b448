"""Every city begins with kinds, properties and default limits, and keeps what it changed."""

from datetime import UTC, datetime

import pytest

from chengan.city.places import api as places
from chengan.city.sense import api as sense
from chengan.city.site.foundation import kinds, limits
from chengan.city.site.foundation.lay import lay
from chengan.city.warn import api as warn
from chengan.core.tables import units

AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.django_db
def test_laid_twice_it_changes_nothing_that_the_city_decided():
    lay(AT)
    warn.LimitSet.objects.filter(code="methane-1vol").update(name_zh="本市甲烷")
    places.ObjectKind.objects.filter(code="gas_well").update(name_zh="燃气阀井")
    counts = [warn.LimitSet.objects.count(), warn.Rule.objects.count()]
    lay(AT)
    assert [warn.LimitSet.objects.count(), warn.Rule.objects.count()] == counts
    assert counts[0] == len(limits.LIMIT_SETS)
    assert warn.LimitSet.objects.get(code="methane-1vol").name_zh == "本市甲烷"
    assert places.ObjectKind.objects.get(code="gas_well").name_zh == "燃气阀井"
    assert not warn.LimitSet.objects.filter(is_sample=True).exists()


def test_every_default_can_be_in_force():
    properties = {item.code: item for item in limits.PROPERTIES}
    for item in limits.LIMIT_SETS:
        shown = properties[item.property].shown_unit
        assert units.dimension(item.unit) == units.dimension(shown), item.code
        assert item.high or item.low, item.code
        assert item.source, item.code


def test_rules_name_what_there_is():
    codes = {item.code for item in kinds.KINDS}
    sets = {item.code for item in limits.LIMIT_SETS}
    assert {rule.object_kind for rule in limits.RULES} - {""} <= codes
    assert {rule.limit_set for rule in limits.RULES} <= sets


@pytest.mark.django_db
def test_the_defaults_make_sense_to_the_core():
    lay(AT)
    for limit_set in warn.LimitSet.objects.all():
        stream = sense.Datastream(expected_interval_s=60)
        assert sense.check_limits(stream, warn.in_si(limit_set, 60)) == "", limit_set.code
