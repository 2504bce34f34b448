"""Dependencies and networks of lines come in from GeoJSON and tables, row-exact."""

import csv
import json
from pathlib import Path

import pytest

from chengan.city.assess import errors
from chengan.city.assess.models import Dependency, NetworkFile, OutageRun
from chengan.city.assess.services import importing, network_rows, outages
from tests.city.assess.conftest import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path


def line(start, end, **properties):
    return {"type": "Feature", "properties": properties,
            "geometry": {"type": "LineString", "coordinates": [start, end]}}  # fmt: skip


def point(position, **properties):
    return {"type": "Feature", "properties": properties,
            "geometry": {"type": "Point", "coordinates": position}}  # fmt: skip


def kept(by, kind, content, file="lines.geojson", **options):
    body = content if isinstance(content, str) else json.dumps(
        {"type": "FeatureCollection", "features": content}
    )  # fmt: skip
    return importing.keep_file(
        pieces=[body.encode()], file_name=file, by=by, at=AT, kind=kind, options=options
    )


def brought(made):
    importing.queue(made=made, at=AT)
    importing.run(import_id=made.pk, at=AT)
    made.refresh_from_db()
    return made


def refused(made):
    with Path(made.error_file).open(encoding="utf-8-sig", newline="") as file:
        return [(int(row["row"]), row["field"]) for row in csv.DictReader(file)]


def at(thing):
    return [thing.lon, thing.lat]


def stated():
    rows = Dependency.objects.order_by("id")
    return list(
        rows.values_list("supplier__external_id", "dependent__external_id", "group", "reserve_h")
    )


def test_a_line_runs_from_the_supplier_to_the_dependent(town, enterprise_manager):
    w1, w2, w3, e1 = (town.objects[name] for name in ("w1", "w2", "w3", "e1"))
    made = kept(enterprise_manager, "dependencies", [
        line(at(w1), at(w2), supplies="power", reserve_h=2),  # found where it ends
        line(at(w1), at(w3), **{"from": "test/w2", "supplies": "water"}),
        line(at(w1), [at(w2)[0], 30.19], supplies="power"),  # nothing stands there
        line(at(w1), at(e1), supplies="power"),  # not the user's
        line(at(w1), at(w3), supplies=""),
        line(at(w1), at(w3), supplies="power", reserve_h="two"),
        line(at(w1), at(w2), to="test/w1", supplies="power"),
        point(at(w1), supplies="power"),
    ])  # fmt: skip
    wanted = [(3, "dependent"), (4, "dependent"), (5, "group"), (6, "reserve_h"),
              (7, "dependent"), (8, "geometry")]  # fmt: skip
    looked = importing.look(made, AT)
    assert [(e.number, e.refused.field) for e in looked if e.refused] == wanted
    assert not stated()
    assert refused(brought(made)) == wanted
    assert stated() == [("w1", "w2", "power", 2.0), ("w2", "w3", "water", 0.0)]
    assert (made.rows_read, made.rows_created, made.rows_rejected) == (8, 2, 6)


def test_a_table_says_the_same_and_twice_is_once(town, enterprise_manager):
    table = "supplier,dependent,group,reserve_h\ntest/w1,test/w2,power,2\ntest/no,test/w2,power,\n"
    made = brought(kept(enterprise_manager, "dependencies", table, "d.csv"))
    again = brought(kept(enterprise_manager, "dependencies", table, "d.csv"))
    assert stated() == [("w1", "w2", "power", 2.0)]
    assert refused(made) == [(3, "supplier")]
    assert (again.rows_created, again.rows_unchanged) == (0, 1)
    _head, row = importing.corrections(made)
    assert row[-2] == "supplier"
    bad = brought(kept(enterprise_manager, "dependencies", "a,b\n1,2\n", "d.csv"))
    assert (bad.status, "supplier" in bad.failure) == ("failed", True)


def test_lines_that_meet_are_a_network_and_a_cut_one_shows_who_is_cut_off(town, enterprise_manager):
    """Source - A - B, and B's end stands at w2, on which w3 depends for an hour's reserve."""
    features = [
        point([100.0, 30.0], id="S", source=True),
        line([100.0, 30.0], [100.01, 30.0], id="A"),
        line([100.010001, 30.0], [100.02, 30.0], id="B"),  # 0.1 m off: the same place
        point([100.02, 30.0], id="H", object="test/w2"),
        line([100.0, 30.0], [100.01, 30.0], id="A"),  # the name is taken
        point([100.5, 30.0], id="far"),
    ]
    made = kept(enterprise_manager, "network", features, name="网", owner="gas")
    assert [e.number for e in importing.look(made, AT) if e.refused] == [5]
    assert refused(brought(made)) == [(5, "id"), (6, "geometry")]
    network = NetworkFile.objects.get()
    assert [each[0] for each in json.loads(network.text)["nodes"]] == ["S", "n2", "H"]
    outages.put_dependency(dependent=town.objects["w3"], supplier=town.objects["w2"],
                           group="water", reserve_h=1, source="x")  # fmt: skip
    asked = outages.ask(network=network, question={"kind": "close", "link": "B"}, by="x", at=AT)
    found = outages.run(run_id=asked.pk, at=AT)
    assert found.status == OutageRun.Status.DONE
    assert [each["node"] for each in found.result["hits"]] == ["H"]
    hit = [(each["name_zh"], each["at_h"]) for each in found.result["dependents"]]
    assert hit == [("井 w2", 0.0), ("井 w3", 1.0)]


def test_a_network_without_a_source_is_refused(town, enterprise_manager):
    features = [line([100.0, 30.0], [100.01, 30.0], id="A")]
    made = brought(kept(enterprise_manager, "network", features, name="网", owner="gas"))
    assert (made.status, NetworkFile.objects.count()) == ("failed", 0)
    named = kept(enterprise_manager, "network", features, name="网", owner="gas", sources="n1")
    assert brought(named).status == "done"
    with pytest.raises(errors.EngineFailed):
        network_rows.ask(NetworkFile.objects.get().text, {"link": "nowhere"})
