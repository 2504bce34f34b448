"""Warnings, alarms and incidents move the levels of risks: their real services state the facts."""

from datetime import timedelta
from functools import partial

import pytest
import yaml

from chengan.city.assess import api as assess
from chengan.city.assess.models import Hazard, Raise, Rating
from chengan.city.assess.services import controls, methods
from chengan.city.close import api as close
from chengan.city.command import api as command
from chengan.city.command.services import changing, merging
from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.sense.runner.facts import KINDS
from chengan.city.warn import api as warn
from chengan.city.warn.services import receiving
from tests.city.assess.conftest import approved
from tests.city.warn.cap.test_national import message
from tests.city.warn.conftest import AT

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ALERT = "32010041600000_20260302123000_0"
NEXT = ["32010041600000_20260302133000_0", "32010041600000_20260302143000_0"]


@pytest.fixture
def risks(wells):
    """A yellow risk at the wells of w0 and of w2."""
    assess.lay(AT)
    hazard = Hazard.objects.get(code="gas-underground-space", library__retired_at=None)
    made = []
    for key in ("w0", "w2"):
        well = wells[key].thing.city_object
        risk = assess.register(city_object=well, hazard=hazard, by="x", at=AT)
        approved(risk)
        made.append(risk)
    return made


def levels(risks):
    while assess.take_facts(AT + 3 * HOUR):
        pass
    return [Rating.objects.get(pk=each.pk).current for each in risks]


def incident(well, **more):
    draft = command.Draft(
        kind="gas_leak", title="燃气泄漏", origin=more.pop("origin", "call"), city_object=well
    )
    lead = places.organisation_by_code("city")
    return command.open_incident(draft=draft, lead=lead, by="a", at=AT)[0]


def test_a_warning_of_ours_moves_levels_from_release_to_lifting(risks, release):
    made, duty = release(2)
    assert levels(risks) == [4, 3]
    warn.change_level(warning=made, severity=1, by=duty, at=AT + HOUR, reason="缓和")
    made.refresh_from_db()
    assert Raise.objects.filter(rule__code="warning", ended_at=None).count() == 1
    levels(risks)
    assert not Raise.objects.filter(rule__code="warning", ended_at=None).exists()
    warn.change_level(warning=made, severity=2, by=duty, at=AT + HOUR, reason="加重")
    levels(risks)
    assert Raise.objects.filter(rule__code="warning", ended_at=None).count() == 1
    warn.lift(warning=made, by=duty, at=AT + 2 * HOUR, reason="结束")
    levels(risks)
    assert not Raise.objects.filter(rule__code="warning", ended_at=None).exists()


@pytest.mark.parametrize(
    ("ground", "raised"),
    [
        ("<polygon>60.0,24.8 60.0,25.0 60.2,25.0 60.2,24.8 60.0,24.8</polygon>", [4, 4]),
        ("<polygon>61.0,24.8 61.0,25.0 61.2,25.0 61.2,24.8 61.0,24.8</polygon>", [3, 3]),
        ("<polygon></polygon>", [4, 4]),  # the code of the area
    ],
)
def test_a_weather_warning_of_others_moves_the_risks_on_its_ground(risks, ground, raised):
    """The wells stand at 60.1° north, 24.9° east."""
    Rating.objects.update(sector="natural")
    places.Area.objects.filter(code="B").update(code="320100")
    says = partial(message, event="11B03")
    placed = says(colour="Blue").replace(b"<polygon></polygon>", ground.encode())
    receiving.take_message(xml=placed, at=AT)
    assert levels(risks) == [3, 3]  # blue is below what the rule asks
    for number, colour in enumerate(("Red", "Blue")):
        xml = says(identifier=NEXT[number], msg_type="Update", colour=colour, references=ALERT)
        xml = xml.replace(b"<polygon></polygon>", ground.encode())
        xml = xml.replace(b"2026-03-02 12:30", f"2026-03-02 1{3 + number}:30".encode())
        receiving.take_message(xml=xml, at=AT + number * HOUR)
        assert levels(risks) == (raised if colour == "Red" else [3, 3])


def test_an_exercise_of_others_moves_nothing(risks):
    Rating.objects.update(sector="natural")
    xml = message(event="11B03").replace(b"<status>Actual", b"<status>Exercise")
    receiving.take_message(xml=xml.replace(b"3201000", b"B"), at=AT)
    assert warn.Warning.objects.get().is_exercise
    assert levels(risks) == [3, 3]


def test_an_incident_moves_levels_until_the_last_that_took_it_in_is_closed(risks, wells):
    first, other = (incident(wells[key].thing.city_object) for key in ("w0", "w2"))
    assert levels(risks) == [5, 5]
    merging.merge(source=first, into=other, reason="同一事件", by="a", at=AT)
    assert levels(risks) == [5, 5]
    close = partial(changing.close, note="完", by="a", at=AT + HOUR, cancel_rest=True)
    other.refresh_from_db()
    close(incident=other)
    assert levels(risks) == [3, 3]
    changing.reopen(incident=other, reason="复燃", by="a", at=AT + 2 * HOUR)
    assert levels(risks) == [5, 5]
    close(incident=other)
    assert levels(risks) == [3, 3]


def test_a_drill_moves_nothing_from_begin_to_end(risks, wells):
    made = incident(wells["w0"].thing.city_object, origin="drill")
    changing.close(incident=made, note="完", by="a", at=AT, cancel_rest=True)
    changing.reopen(incident=made, reason="再练", by="a", at=AT)
    assert levels(risks) == [3, 3]
    assert not Raise.objects.exists()


def test_every_fact_that_a_rule_names_is_stated_by_the_stage_that_it_names(risks, release, wells):
    """All stages do what they can; what is stated then is what rules may wait for."""
    made, duty = release(2)
    warn.change_level(warning=made, severity=3, by=duty, at=AT, reason="加重")
    warn.change_level(warning=made, severity=2, by=duty, at=AT, reason="缓和")
    warn.amend(warning=made, texts={"description_zh": "改"}, by=duty, at=AT, reason="更正")
    warn.lift(warning=made, by=duty, at=AT, reason="结束")
    receiving.take_message(xml=message(), at=AT)
    alarm = made.alarm
    again = warn.Alarm.objects.get(pk=alarm.pk)
    assert again.status == "confirmed"
    _judge_another(wells)
    first, other = (incident(wells[key].thing.city_object) for key in ("w0", "w2"))
    merging.merge(source=first, into=other, reason="同一事件", by="a", at=AT)
    other.refresh_from_db()
    changing.close(incident=other, note="完", by="a", at=AT, cancel_rest=True)
    changing.reopen(incident=other, reason="复燃", by="a", at=AT)
    about = {"kind": "ppe", "name_zh": "面罩", "owner": places.organisation_by_code("city")}
    kept = controls.put(risk=risks[0], by="x", at=AT, **about)
    controls.put(risk=risks[0], control=kept, by="x", at=AT, status="lapsed")
    controls.put(risk=risks[0], control=kept, by="x", at=AT, status="in_force")
    _follow_a_danger(wells["w0"].thing.city_object)
    stated = {each.kind for each in journal.after(0)} | set(KINDS.values())
    rules = yaml.safe_load((methods.APP / "rules" / "living.yaml").read_text("utf-8"))
    for rule in rules:
        named = {*rule["definition"]["begins"], *rule["definition"]["ends"]}
        assert named <= stated, f"{rule['code']}: nobody states {named - stated}"


def _follow_a_danger(thing):
    made = close.report(found=close.Found(title="锈蚀", city_object=thing), by="a", at=AT)
    on = {"danger": made, "at": AT}
    about = {"level": 1, "kind": 7, "manage": 1, "cause": "gas-leak", "organisation": thing.owner}
    close.judge(**on, by="b", **about)
    close.order(**on, by="b", due_date=AT.date())
    close.start(**on, by="c")
    close.ask(**on, by="c", until=(AT + 48 * HOUR).date(), reason="待料")
    close.answer(**on, by="b", grant=True, note="")
    close.sweep(AT + 96 * HOUR)
    close.rectify(**on, by="c", note="已换")
    close.verify(**on, by="b", note="已看")
    close.close(**on, by="b")


def _judge_another(wells):
    fact = journal.Fact(
        kind="sense.breach.began", subject="datastream:w2", at=AT, actor="runner",
        data={"datastream": wells["w2"].pk, "cause": "high", "severity": 3, "rule": "bench/1",
              "onset": int(AT.timestamp() * 1e6), "time": int(AT.timestamp() * 1e6),
              "value": 2e-2, "limit": 1e-2},
    )  # fmt: skip
    journal.append([fact])
    warn.take_facts(AT)
    alarm = warn.Alarm.objects.get(datastream__key="w2")
    warn.dismiss(alarm=alarm, reason=warn.Alarm.DismissReason.OTHER, note="误", by="a", at=AT)
    warn.reopen(alarm=alarm, by="a", at=AT)
