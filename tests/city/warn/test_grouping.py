"""One event of many alarms, what explains what, what is silenced."""

from datetime import UTC, datetime, timedelta

import pytest

from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.places.models import CityObject, Network
from chengan.city.warn import api as warn
from chengan.city.warn.errors import BadSilence
from chengan.city.warn.models import AlarmGroup, CorrelationRule, InhibitRule, Silence
from chengan.city.warn.selectors import silences, topology
from chengan.city.warn.services import grouping, inhibiting, silencing
from tests.city.warn.conftest import AT, officer

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def network(wells):
    """well-0 → well-2 → well-3 in one network, fed from a source before well-0."""
    made = Network.objects.create(
        code="gas", name_zh="燃气管网", medium="gas", owner=places.organisation_by_code("city")
    )
    CityObject.objects.filter(namespace="bench").update(network=made)
    return made


def queue(user=None):
    found = warn.queue(user or officer(name="looks"), {"status": "open"})
    return [each.city_object.name_zh for each in found.alarms]


def well(name):
    return warn.Alarm.objects.get(city_object__name_zh=name)


def test_alarms_of_one_network_within_half_an_hour_are_one_event(network, say):
    say("breach.began", "w0")
    assert queue() == ["well-0"]
    say("breach.began", "w2", onset=60)
    say("breach.began", "w3", onset=1700)
    group = AlarmGroup.objects.get()
    assert (group.status, group.count, group.rule.code) == ("open", 3, "gas-one-network")
    user = officer()
    assert queue(user) == ["well-0"]
    assert sum(warn.counts(user).values()) == 1


def test_after_the_window_it_is_another_event(network, say):
    say("breach.began", "w0")
    say("breach.began", "w2", onset=60)
    say("breach.began", "w3", onset=7200)
    assert sorted(AlarmGroup.objects.values_list("count", flat=True)) == [1, 2]
    assert sorted(queue()) == ["well-0", "well-3"]


def test_the_worst_leads_and_stands_in_the_queue(network, say):
    say("breach.began", "w0")
    say("breach.began", "w2", onset=60)
    say("breach.began", "w3", onset=90, severity=5)
    assert queue() == ["well-3"]
    say("breach.changed", "w2", onset=60, at=120, severity=5)
    assert queue(officer()) == ["well-3"]


def test_confirming_the_lead_confirms_the_event_and_what_follows_belongs_to_it(network, say):
    say("breach.began", "w0")
    say("breach.began", "w2", onset=60)
    made = warn.confirm(alarm=well("well-0"), by="a", at=AT)
    assert made.group.status == "confirmed" or AlarmGroup.objects.get().status == "confirmed"
    say("breach.began", "w3", onset=120)
    assert queue() == []
    assert AlarmGroup.objects.get().count == 3


def test_worse_than_what_was_confirmed_waits_in_the_queue(network, say):
    say("breach.began", "w0")
    say("breach.began", "w2", onset=60)
    warn.confirm(alarm=well("well-0"), by="a", at=AT)
    say("breach.began", "w3", onset=120, severity=5)
    assert queue() == ["well-3"]


def test_a_worse_alarm_of_a_confirmed_event_joins_its_warning(network, say):
    say("breach.began", "w0")
    say("breach.began", "w2", onset=60)
    made = warn.confirm(alarm=well("well-0"), by="a", at=AT)
    say("breach.began", "w3", onset=120, severity=5)
    again = warn.confirm(alarm=well("well-3"), by="b", at=AT, note="扩散")
    assert (again.pk, again.state, again.severity) == (made.pk, "judged", made.severity)
    step = again.steps.order_by("-seq")[0]
    assert (step.action, step.by, step.reason) == ("joined", "b", "扩散")
    assert step.evidence[0]["alarm_severity"] == 5
    assert warn.Warning.objects.count() == 1


def test_a_dismissed_event_takes_nothing_new(network, say):
    say("breach.began", "w0")
    say("breach.began", "w2", onset=60)
    warn.dismiss(alarm=well("well-0"), reason="maintenance", by="a", at=AT)
    say("breach.began", "w3", onset=120)
    assert queue() == ["well-3"]
    assert AlarmGroup.objects.count() == 2


@pytest.mark.parametrize("verdict", ["confirmed", "dismissed"])
def test_what_begins_at_a_follower_of_a_judged_event_is_looked_at_again(network, say, verdict):
    say("breach.began", "w0")
    say("breach.began", "w2", onset=60)
    lead = well("well-0")
    if verdict == "confirmed":
        warn.confirm(alarm=lead, by="a", at=AT)
    else:
        warn.dismiss(alarm=lead, reason="maintenance", by="a", at=AT)
    for key, onset in (("w0", 0), ("w2", 60)):
        say("breach.ended", key, onset=onset, at=90)
    say("breach.began", "w2", onset=86_400)
    assert queue() == ["well-2"]


def test_an_event_may_need_several_alarms(network, say):
    CorrelationRule.objects.filter(code="gas-one-network").update(min_alarms=3)
    say("breach.began", "w0")
    say("breach.began", "w2", onset=60)
    assert AlarmGroup.objects.get().status == "gathering"
    assert sorted(queue()) == ["well-0", "well-2"]
    say("breach.began", "w3", onset=90)
    assert queue(officer()) == ["well-0"]


def test_an_event_may_need_several_kinds(network, say):
    CorrelationRule.objects.filter(code="gas-one-network").update(min_properties=2)
    say("breach.began", "w0")
    say("breach.began", "w2", onset=60)
    assert AlarmGroup.objects.get().status == "gathering"


def test_an_alarm_is_taken_out_of_its_event_once(network, say):
    say("breach.began", "w0")
    say("breach.began", "w2", onset=60)
    grouping.leave(alarm=well("well-2"), by="a", at=AT)
    assert sorted(queue()) == ["well-0", "well-2"]
    with pytest.raises(warn.Stale):
        grouping.leave(alarm=well("well-2"), by="a", at=AT)


ROWS = [
    ("s", "water_reservoir", {}),
    *[(f"n{n}", "water_junction", {}) for n in range(1, 5)],
    ("a", "water_pipe", {"start": "s", "end": "n1", "length_m": 10}),
    ("b", "water_pipe", {"start": "n2", "end": "n1", "length_m": 10}),
    ("c", "water_pipe", {"start": "n2", "end": "n3", "length_m": 10}),
    ("d", "water_pipe", {"start": "s", "end": "n4", "length_m": 5}),
    ("e", "water_pipe", {"start": "n4", "end": "n3", "length_m": 100}),
]


def test_upstream_is_what_lies_on_the_shortest_way_from_the_source():
    tree = topology.grow(ROWS)
    way, node = [], "n3"
    while node in tree:
        node = tree[node]
        way.append(node)
    assert way == ["c", "n2", "b", "n1", "a", "s"]


@pytest.fixture
def upstream(network, say):
    """Pipes lead from a source through well-0 to well-2; high methane upstream explains."""
    owner = places.organisation_by_code("city")
    kinds = [("source", "gas_station", None), ("p1", "gas_pipe", ("source", "well-0")),
             ("p2", "gas_pipe", ("well-0", "well-2"))]  # fmt: skip
    for code in ("gas_station", "gas_pipe"):
        places.ensure_kinds([_Kind(code)])
    rows = [
        places.ObjectRow(
            number=1, namespace="bench", external_id=name, kind=kind, name_zh=name, name_en=name,
            geometry={"type": "Point", "coordinates": [24.9, 60.1]},
            attributes={"start": ends[0], "end": ends[1]} if ends else {},
        )
        for name, kind, ends in kinds
    ]  # fmt: skip
    assert places.upsert_objects(rows=rows, owner=owner, at=AT).rejected == []
    CityObject.objects.filter(namespace="bench").update(network=network)
    CorrelationRule.objects.update(is_active=False)
    InhibitRule.objects.update(
        source_causes=["high"], target_causes=["high"], source_properties=["methane"],
        target_properties=["methane"],
    )  # fmt: skip
    return network


class _Kind:
    def __init__(self, code):
        self.code, self.name_zh, self.name_en, self.plate = code, code, code, ""
        self.geometry_types, self.attribute_schema, self.is_sample = ("Point",), {}, False


def test_a_downstream_alarm_is_explained_by_the_upstream_one_and_says_so(upstream, say):
    say("breach.began", "w0")
    say("breach.began", "w2", onset=60)
    assert well("well-2").inhibited_by == well("well-0")
    assert queue() == ["well-0"]
    fact = journal.after(0, ["warn.alarm.inhibited"])[0]
    assert fact.data["rule"] == "low-pressure-upstream"


def test_an_upstream_alarm_that_comes_later_explains_what_stands(upstream, say):
    say("breach.began", "w2")
    say("breach.began", "w0", onset=60)
    assert queue() == ["well-0"]


def test_red_is_not_explained_away(upstream, say):
    say("breach.began", "w0")
    say("breach.began", "w2", onset=60, severity=5)
    assert sorted(queue()) == ["well-0", "well-2"]


def test_what_was_explained_and_gets_red_comes_back(upstream, say):
    say("breach.began", "w0")
    say("breach.began", "w2", onset=60)
    say("breach.changed", "w2", onset=60, at=90, severity=4)
    assert queue(officer(name="first")) == ["well-0"]
    say("breach.changed", "w2", onset=60, at=120, severity=5)
    assert sorted(queue()) == ["well-0", "well-2"]


@pytest.mark.parametrize("how", ["ends", "dismissed"])
def test_what_is_explained_no_longer_comes_back(upstream, say, how):
    say("breach.began", "w0")
    say("breach.began", "w2", onset=60)
    if how == "ends":
        say("breach.ended", "w0", at=120)
    else:
        warn.dismiss(alarm=well("well-0"), reason="sensor_fault", by="a", at=AT)
    assert inhibiting.free(AT) == 1
    assert journal.after(0, ["warn.alarm.freed"])
    assert "well-2" in queue()


SET_AT = datetime(2099, 12, 31, tzinfo=UTC)


def silence(**more):
    """A silence that began long ago and lasts until 2100."""
    given = {
        "kind": "silence", "reason": "检修", "starts_at": AT, "ends_at": SET_AT + HOUR,
        "by": "a", "at": SET_AT, "network": Network.objects.get(),
    }  # fmt: skip
    return silencing.set_silence(**(given | more))


def test_a_silence_hides_shows_what_it_hides_and_gives_it_back(network, say):
    made = silence()
    say("breach.began", "w0")
    user = officer()
    assert queue(user) == []
    assert [each.city_object.name_zh for each in silences.hides(made)] == ["well-0"]
    found = warn.queue(user, {"status": "open", "show": "hidden"})
    assert [each.city_object.name_zh for each in found.alarms] == ["well-0"]
    silencing.end_silence(silence=made, by="b", at=AT)
    assert queue(user) == ["well-0"]
    with pytest.raises(warn.Stale):
        silencing.end_silence(silence=made, by="b", at=AT)


def test_a_silence_hides_red_only_with_a_second_person(network, say):
    made = silence(max_severity=5)
    say("breach.began", "w0", severity=5)
    user = officer()
    assert queue(user) == ["well-0"]
    with pytest.raises(warn.NeedsSecond):
        silencing.approve_silence(silence=made, by="a", at=AT)
    silencing.approve_silence(silence=made, by="b", at=AT)
    assert queue(user) == []


def test_an_idle_silence_ends_by_itself(network, say):
    made = silence(idle_s=600)
    silencing.look_at(made, made.starts_at + timedelta(seconds=599))
    made.refresh_from_db()
    assert made.ended_at is None
    silencing.look_at(made, made.starts_at + timedelta(seconds=600))
    made.refresh_from_db()
    assert made.ended_by == "idle"


def test_a_silence_that_hides_something_is_not_idle(network, say):
    made = silence(idle_s=600)
    say("breach.began", "w0")
    late = made.starts_at + timedelta(seconds=5000)
    silencing.look_at(made, late)
    made.refresh_from_db()
    assert (made.ended_at, made.last_match_at, made.matched) == (None, late, 1)


@pytest.mark.parametrize(
    "bad",
    [
        {"network": None},
        {"reason": " "},
        {"ends_at": AT - HOUR, "starts_at": AT - 2 * HOUR, "at": AT},
        {"starts_at": AT + 2 * HOUR, "ends_at": AT + HOUR, "at": AT},
        {"starts_at": AT, "ends_at": AT + 24 * 8 * HOUR, "at": AT},
    ],
    ids=["without reach", "without reason", "over already", "ends before it starts", "too long"],
)
def test_a_silence_that_means_nothing_is_refused(network, bad):
    with pytest.raises(BadSilence):
        silence(**bad)
    assert not Silence.objects.exists()
