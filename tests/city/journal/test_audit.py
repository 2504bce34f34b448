"""The audit trail leaves nothing out: every table, every road of writing."""

import pytest
from django.apps import apps
from django.db import connection

from chengan.city.journal.audit import event_models
from chengan.city.places.models import Organisation, User

APPS = ["places", "hub", "sense", "warn", "assess", "command", "close", "learn", "portals"]
WITHOUT = {
    "hub.counter": "counted by the receiver with every message; nobody writes it by hand",
    "sense.checkpoint": "how far a runner has come; nobody writes it by hand",
    "sense.latest": "a copy of the newest reading; the reading itself is kept in the lake",
    "sense.segment": "the lake's own list of files; nobody writes it by hand",
    "sense.streamlimit": "derived from the limit sets, whose every change is audited",
    "assess.causefact": "taken from the journal, which is append-only",
    "assess.cellcount": "sums for the map, made anew whole from ratings",
    "assess.layer": "finished answers for the map, made from the sums",
    "assess.levelchange": "append-only itself: every change of a risk's level is one of its rows",
    "assess.raise": "made from facts of the journal by rules whose every change is audited",
    "assess.rating": "derived from audited assessments; each change of level is a LevelChange",
    "close.dangerdeadline": "rows of the clock: what fires or is kept is a step and a fact",
    "close.dangerphoto": "written once, with its step",
    "close.dangerstep": "append-only itself: every step of a hidden danger",
    "command.activation": "written once, when a plan begins; stated in the journal",
    "command.deadline": "rows of the clock: what fires is stated in the journal",
    "command.fieldreport": "append-only itself: what a phone sent, kept as it came",
    "command.incidentlink": "written once, by a merge or split that the journal states",
    "command.incidentnotice": "written once, with the step that gave it; stated in the journal",
    "command.photo": "written once; its arrival is stated in the journal",
    "command.viewer": "who looks at a page now; nobody's record",
    "sense.sealedtail": "the lake's own list of files; nobody writes it by hand",
    "warn.alarmgroup": "made by grouping from alarms; every alarm and event is in the journal",
    "warn.backtest": "figures of a trial that changes nothing; who asked for it stands in the row",
    "warn.feedentry": "which entries of a feed were read; what came of them is a CapMessage",
    "warn.notice": "written once; who read it and who was told next is stated in the journal",
    "warn.capmessage": "written once, as sent or received; signed text is never changed",
    "warn.deadline": "rows of the clock: what fires is stated in the journal",
    "warn.delivery": "counted by the sender; each receipt is stated in the journal",
    "warn.seensignature": "signatures seen, so that none is replayed; nobody writes it by hand",
    "warn.warningstep": "append-only itself: the log of a warning",
    "warn.watch": "the watchdog's own beat",
    "warn.episode": "made from facts of the journal, which is append-only",
}
"""Tables without an audit trigger, and why; a name that is no table fails the test."""


def tables():
    """Tables that people's work changes: all but the audit's own and Django's."""
    return {
        model._meta.label_lower: model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label in APPS and not hasattr(model, "pgh_tracked_model")
    }


def triggers():
    """What fires on which table: {(table, event)}."""
    query = """
        SELECT c.relname, t.tgtype FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND t.tgenabled = 'O' AND t.tgname LIKE 'pgtrigger_%'
    """
    bits = {4: "insert", 8: "delete", 16: "update"}
    with connection.cursor() as sql:
        sql.execute(query)
        return {
            (table, word)
            for table, kind in sql.fetchall()
            for bit, word in bits.items()
            if kind & bit
        }


def test_every_table_of_peoples_work_has_the_trigger(db):
    found = triggers()
    missing = {
        label: [word for word in ("insert", "update", "delete") if (table, word) not in found]
        for label, table in tables().items()
    }
    assert {
        label: words for label, words in missing.items() if words and label not in WITHOUT
    } == {}
    assert {label for label in WITHOUT if not missing.get(label)} == set()  # the list is exact


def test_every_audit_table_refuses_to_be_changed(db):
    kept = {model._meta.db_table for model in event_models().values()}
    found = triggers()
    assert {table for table in kept if not {(table, "update"), (table, "delete")} <= found} == set()


@pytest.mark.django_db
def test_no_road_of_writing_is_left_out():
    rows = [Organisation(code=str(n), name_zh=str(n), kind="street") for n in range(3)]
    Organisation.objects.bulk_create(rows)
    Organisation.objects.update(phone="119")
    for row in rows:
        row.phone = "120"
    Organisation.objects.bulk_update(rows, ["phone"])
    with connection.cursor() as sql:
        sql.execute("UPDATE places_organisation SET phone = '110'")
    Organisation.objects.all().delete()
    labels = list(Organisation.pgh_event_model.objects.values_list("pgh_label", flat=True))
    assert labels.count("insert") == 3
    assert labels.count("update") == 9
    assert labels.count("delete") == 3


@pytest.mark.django_db
def test_a_password_never_stands_in_the_audit():
    User.objects.create_user("somebody", password="long-enough-4-tests")
    names = {field.name for field in User.pgh_event_model._meta.fields}
    assert "password" not in names
