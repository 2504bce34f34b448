"""Who may open, register, assess, sign and take away what."""

import io
import json
import zlib

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from chengan.city.assess.models import (
    Assessment,
    Control,
    HazardLibrary,
    NetworkFile,
    Risk,
    RiskImport,
)
from chengan.city.assess.services import (
    controls,
    importing,
    method_kinds,
    outages,
    papers,
    registering,
)
from tests.city.assess.conftest import AT, HIGH, MIDDLE, hazard, lec, picture

pytestmark = pytest.mark.django_db
LEC = {
    f"{state}_{code}": value
    for state, given in (("inherent", HIGH), ("residual", MIDDLE))
    for code, value in given.items()
}


def client(user):
    made = Client()
    made.force_login(user)
    return made


@pytest.fixture
def network(town):
    return outages.keep_model(
        text="[PIPES]\n;ID\nP1 A B 100\n[PUMPS]\nU1 A B\n", name_zh="网", name_en="Net", engine="water",
        owner=town.organisations["gas"],
    )  # fmt: skip


def addresses(risk, network):
    made = risk.assessments.get()
    control = risk.controls.first()
    return [
        reverse("assess:map"), reverse("assess:risks"), reverse("assess:risk", args=[risk.pk]),
        reverse("assess:assessment", args=[made.pk]), reverse("assess:controls"), reverse("assess:data"),
        reverse("assess:method", args=["lec"]), reverse("assess:library", args=["gas"]),
        reverse("assess:rule", args=["warning"]), reverse("assess:cascade"),
        reverse("assess:network", args=[network.pk]), reverse("assess:imports"), reverse("assess:risk_new"),
        reverse("assess:field"), reverse("assess:control", args=[control.pk]), reverse("assess:control_new", args=[risk.pk]),
        *[reverse("assess:assess", args=[risk.pk, each.code]) for each in method_kinds.offered(risk.sector)],
        reverse("assess:dues"), reverse("assess:major"), reverse("assess:method", args=["gb18218"]),
        reverse("assess:method", args=["ls"]), reverse("assess:field_alike"),
    ]  # fmt: skip


@pytest.fixture
def whole(rated, town):
    controls.put(
        risk=rated,
        by="x",
        at=AT,
        kind="engineering",
        name_zh="监测",
        owner=town.organisations["gas"],
    )
    return rated


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_for_the_firms_manager(whole, network, enterprise_manager, language):
    mine = client(enterprise_manager)
    mine.cookies["django_language"] = language
    faults = {each: answer.status_code for each in addresses(whole, network)
              if (answer := mine.get(each)).status_code != 200}  # fmt: skip
    assert faults == {}


def test_nobody_opens_what_is_not_theirs(whole, network, neighbour_officer, duty_officer):
    neighbour, officer, stranger = client(neighbour_officer), client(duty_officer), Client()
    page, cell = (
        reverse("assess:risk", args=[whole.pk]),
        reverse("assess:assess", args=[whole.pk, "lec"]),
    )
    assert neighbour.get(page).status_code == 404
    assert officer.get(page).status_code == 200
    assert officer.get(cell).status_code == 403
    for address in addresses(whole, network):
        assert stranger.get(address).status_code == 302
    for name in ("assess:card",):
        assert neighbour.get(reverse(name, args=[whole.pk])).status_code == 404
    assert (
        neighbour.get(reverse("assess:assessment", args=[whole.assessments.get().pk])).status_code
        == 404
    )
    assert neighbour.get(reverse("assess:network", args=[network.pk])).status_code == 404
    assert (
        neighbour.post(reverse("assess:risk_close", args=[whole.pk]), {"reason": "x"}).status_code
        == 403
    )


def test_a_controls_owner_renews_it_and_sees_no_more_of_the_risk(whole, town, enterprise_manager):
    """The other firm keeps a control at the gas company's well."""
    owner = client(town.user("keeper", "enterprise_manager", "other"))
    control = whole.controls.get()
    page, listed = reverse("assess:control", args=[control.pk]), reverse("assess:controls")
    assert owner.get(page).status_code == 404
    Control.objects.filter(pk=control.pk).update(owner=town.organisations["other"])
    assert page in owner.get(listed).text
    risk_page = reverse("assess:risk", args=[whole.pk])
    assert risk_page not in owner.get(listed).text
    shown = owner.get(page)
    assert (shown.status_code, risk_page in shown.text, "withdraw" in shown.text) == (
        200, False, False,
    )  # fmt: skip
    given = {"seen": shown.context["seen"], "kind": "engineering", "name_zh": "监测", "status": "in_force",
             "effect": "good", "owner": town.organisations["other"].pk}  # fmt: skip
    assert owner.post(page, given).headers["Location"] == listed
    again = owner.post(page, given)
    assert again.status_code == 200 and again.context["form"].non_field_errors()
    control.refresh_from_db()
    assert control.effect == "good"
    withdraw = reverse("assess:control_withdraw", args=[control.pk])
    assert owner.post(withdraw).status_code == 404
    mine = client(enterprise_manager)
    assert risk_page in mine.get(listed).text
    assert mine.post(withdraw).headers["Location"] == risk_page


def test_a_risk_is_found_assessed_reviewed_and_approved_by_three(
    town, enterprise_manager, analyst, leader
):
    firm = client(enterprise_manager)
    thing = town.objects["w1"]
    address = f"{reverse('assess:risk_new')}?object={thing.pk}"
    photo = SimpleUploadedFile("p.jpg", picture())
    assert (
        firm.post(address, {"hazard": "gas-underground-space", "photo": photo}).status_code == 302
    )
    risk = Risk.objects.get()
    assert risk.photos.count() == 1
    assess = reverse("assess:assess", args=[risk.pk, "lec"])
    tried = firm.post(assess, LEC | {"preview": "1"})
    assert tried.context["result"]["residual"]["level"] == 3
    assert not Assessment.objects.exists()
    assert firm.post(assess, LEC).status_code == 302
    made = Assessment.objects.get()
    sign = reverse("assess:sign", args=[made.pk])
    firm.post(sign)
    made.refresh_from_db()
    assert made.status == "submitted"  # the author may not
    assert [row.pk for row in client(analyst).get(reverse("assess:queue")).context["rows"]] == [
        made.pk
    ]
    client(analyst).post(sign)
    client(analyst).post(sign)
    made.refresh_from_db()
    assert made.status == "reviewed"  # the reviewer does not approve too
    client(leader).post(reverse("assess:sign_many"), {"assessment": [made.pk]})
    made.refresh_from_db()
    assert (made.status, made.reviewer, made.approver) == ("approved", "analyst", "leader")


def test_a_duplicate_nearby_is_shown_before_it_is_registered(risk, town, enterprise_manager):
    firm = client(enterprise_manager)
    address = f"{reverse('assess:risk_new')}?object={town.objects['w2'].pk}"
    shown = firm.post(address, {"hazard": risk.hazard_code})
    assert [each.risk.pk for each in shown.context["alike"]] == [risk.pk]
    assert Risk.objects.count() == 1
    firm.post(address, {"hazard": risk.hazard_code, "anyway": "1"})
    assert Risk.objects.count() == 2


def test_objects_are_found_by_name_and_by_where_one_stands(town, enterprise_manager):
    firm = client(enterprise_manager)
    here = firm.get(reverse("assess:risk_new"), {"lon": "100.05", "lat": "30.05"})
    assert [thing.external_id for thing, _metres in here.context["found"]] == ["w1", "w2"]
    named = firm.get(reverse("assess:risk_new"), {"q": "e1"})
    assert named.context["found"] == []  # another firm's


def test_bad_inputs_are_shown_at_their_field(risk, enterprise_manager):
    answer = client(enterprise_manager).post(
        reverse("assess:assess", args=[risk.pk, "lec"]), LEC | {"inherent_L": "0.5"}
    )
    assert answer.status_code == 200
    assert "不能高于" in answer.content.decode()
    text = {"inherent_text": "顶 = AND(a, b)\na = 0.1\nb", "residual_text": "顶 = OR(a)\na = 0.1"}
    answer = client(enterprise_manager).post(
        reverse("assess:assess", args=[risk.pk, "fault-tree"]), text
    )
    assert "第 3 行" in answer.content.decode()


def test_a_fault_tree_is_drawn(risk, enterprise_manager):
    tree = "顶<b> = AND(a, b)\na = 0.01\nb = 0.01"
    firm = client(enterprise_manager)
    firm.post(
        reverse("assess:assess", args=[risk.pk, "fault-tree"]),
        {"inherent_text": tree, "residual_text": tree},
    )
    page = firm.get(
        reverse("assess:assessment", args=[Assessment.objects.get().pk])
    ).content.decode()
    assert "<svg" in page
    assert "顶&lt;b&gt;" in page
    assert "<b>" not in page


def test_layers_come_compressed_and_only_of_ones_own_ground(rated, duty_officer, neighbour_officer):
    def worst(user):
        answer = client(user).get(reverse("assess:layer", args=["district"]))
        assert answer["Content-Encoding"] == "gzip"
        found = json.loads(zlib.decompress(answer.content, wbits=31))
        return dict(zip(found["key"], found["worst"]))

    assert worst(duty_officer) == {"W": 3}
    assert worst(neighbour_officer) == {"E": -1}
    officer = client(duty_officer)
    assert officer.get(reverse("assess:layer", args=["luck"])).status_code == 400
    assert (
        officer.get(reverse("assess:layer", args=["h3_8"]), {"day": "2099-01-01"}).status_code
        == 400
    )


def test_single_risks_come_by_their_box(rated, duty_officer, neighbour_officer):
    address, box = reverse("assess:objects"), {"bbox": "100.04,30.04,100.06,30.06"}
    assert client(duty_officer).get(address, box).json()["severity"] == [3]
    assert client(neighbour_officer).get(address, box).json()["id"] == []
    assert client(duty_officer).get(address, {"bbox": "0,0,90,90"}).json()["too_many"]
    assert client(duty_officer).get(address, {"bbox": "x"}).status_code == 400


def test_the_duty_room_gets_cells_as_columns(rated, duty_officer):
    found = client(duty_officer).get(reverse("assess:map_layer")).json()
    assert 3 in found["severity"]
    assert all(ring[:2] == ring[-2:] for ring in found["ring"])
    panel = client(duty_officer).get(found["url"][found["severity"].index(3)])
    assert rated.name_zh in panel.content.decode()


def test_lists_go_out_as_files(whole, enterprise_manager):
    firm = client(enterprise_manager)
    answer = firm.get(reverse("assess:risk_export", args=["csv"]), {"level": "3"})
    assert rows(answer) == 2
    assert rows(firm.get(reverse("assess:risk_export", args=["csv"]), {"level": "5"})) == 1
    assert rows(firm.get(reverse("assess:control_export", args=["csv"]))) == 2


def rows(answer):
    return len(b"".join(answer.streaming_content).decode().strip().splitlines())


def test_papers_are_pdf_and_word(whole, enterprise_manager, duty_officer, town, monkeypatch):
    firm = client(enterprise_manager)
    card = PdfReader(io.BytesIO(firm.get(reverse("assess:card", args=[whole.pk])).content))
    assert "关阀、通风、疏散预案" in card.pages[0].extract_text()  # what the library says to do
    board = reverse("assess:board", args=[town.objects["w1"].pk])

    def said():
        return PdfReader(io.BytesIO(firm.get(board).content)).pages[0].extract_text()

    assert "另有更多" not in said()
    registering.register(city_object=town.objects["w1"], hazard=hazard("gas-user"), by="x", at=AT)
    monkeypatch.setattr(papers, "MOST", 1)
    assert "另有更多" in said()
    other = reverse("assess:board", args=[town.objects["e1"].pk])
    assert client(duty_officer).get(other).status_code == 404  # another district's
    assert firm.get(reverse("assess:annual")).content.startswith(b"PK")


def test_a_template_is_filled_in_and_comes_back(
    town, enterprise_manager, duty_officer, settings, tmp_path
):
    settings.UPLOAD_FOLDER = tmp_path
    firm = client(enterprise_manager)
    template = b"".join(firm.get(reverse("assess:template", args=["lec"])).streaming_content)
    book = openpyxl.load_workbook(io.BytesIO(template))
    assert [cell.value for cell in book.active[1]][:2] == ["object", "hazard"]
    file = SimpleUploadedFile("risks.xlsx", template)
    answer = firm.post(reverse("assess:imports"), {"file": file})
    made = RiskImport.objects.get()
    assert answer.url == reverse("assess:import", args=[made.pk])
    assert [each.refused for each in firm.get(answer.url).context["looked"]] == [None, None]
    start = reverse("assess:import_start", args=[made.pk])
    assert client(duty_officer).post(start).status_code == 404  # nor may another's be started
    assert firm.post(start).status_code == 302
    importing.run(import_id=made.pk, at=AT)
    made.refresh_from_db()
    assert (made.rows_created, made.rows_rejected) == (2, 0)
    assert firm.get(answer.url).status_code == 200


def test_a_device_may_forget_only_what_was_taken(town, enterprise_manager, duty_officer):
    send, firm = reverse("assess:field_send"), client(enterprise_manager)
    report = {"client_id": "00000000-0000-4000-8000-000000000001", "hazard": "gas-user",
              "object": town.objects["w1"].pk, "client_at": "2026-03-02T04:00:00Z",
              "sent_at": "2026-03-02T05:00:00Z"}  # fmt: skip
    assert firm.post(send, report).json()["taken"] is True
    for wrong in ({"client_id": "x"}, {"hazard": "luck"}, {"object": town.objects["e1"].pk},
                  {"client_at": "2026-03-02T04:00:00"}, {"lon": "200"}):  # fmt: skip
        again = {"client_id": "00000000-0000-4000-8000-000000000002"}
        answer = firm.post(send, report | again | wrong)
        assert (answer.status_code, answer.json()["taken"]) == (400, False)
    assert Risk.objects.count() == 1
    assert client(duty_officer).post(send, report).status_code == 403
    assert Client().post(send, report).status_code == 302
    assert Client().get(reverse("assess:field_manifest")).json()["scope"] == "/assess/field/"
    assert "/assess/field/" in Client().get(reverse("assess:field_worker")).content.decode()


def test_a_network_of_lines_is_brought_in_and_asked(town, enterprise_manager, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path
    firm = client(enterprise_manager)
    example = firm.get(reverse("assess:example", args=["network"]))
    file = SimpleUploadedFile("network.geojson", b"".join(example.streaming_content))
    data = {"kind": "network", "file": file, "name": "电网"}
    assert firm.post(reverse("assess:imports"), data | {"owner": "other"}).url.endswith("imports/")
    file.seek(0)
    page = firm.post(reverse("assess:imports"), data | {"owner": "gas"}).url
    assert len(firm.get(page).context["looked"]) == 4
    made = RiskImport.objects.get()
    importing.queue(made=made, at=AT)
    importing.run(import_id=made.pk, at=AT)
    network = NetworkFile.objects.get()
    answer = firm.post(
        reverse("assess:network", args=[network.pk]), {"kind": "close", "link": "L2"}
    )
    outages.run(run_id=int(answer.url.rstrip("/").rpartition("/")[2]), at=AT)
    assert firm.get(answer.url).context["hit_count"] == 1


def test_an_analyst_changes_methods_libraries_and_rules_and_others_may_not(
    town, analyst, duty_officer
):
    address = reverse("assess:method", args=["lec"])
    text = json.dumps(
        lec().definition | {"bands": {"edges": [20, 100, 200], "levels": [2, 3, 4, 5]}}
    )
    data = {"text": text, "source": "市里决定", "mark": "D"}
    assert client(duty_officer).post(address, data).status_code == 403
    assert "refused" in client(analyst).post(address, data | {"text": "{"}).context
    assert client(analyst).post(address, data).status_code == 302
    assert (lec().version, lec().mark, lec().changed_by) == (2, "D", "analyst")
    library = reverse("assess:library", args=["gas"])
    text = client(analyst).get(reverse("assess:library_file", args=["gas"])).content.decode()
    assert (
        client(analyst).post(library, {"text": text.replace("泄漏", "漏气", 1)}).status_code == 302
    )
    assert HazardLibrary.objects.get(code="gas", retired_at=None).version == 2
    rule = reverse("assess:rule", args=["warning"])
    given = client(analyst).get(rule).context["text"]
    tried = client(analyst).post(rule, {"text": given, "try": "1", "days": "30"})
    assert [each.facts for each in tried.context["tried"]] == [0]
    assert (
        client(analyst).post(rule, {"text": given, "source": "x", "active": "1"}).status_code == 302
    )


def test_controls_are_kept_renewed_and_withdrawn(rated, enterprise_manager, town):
    firm = client(enterprise_manager)
    data = {"kind": "engineering", "name_zh": "监测", "owner": town.organisations["gas"].pk, "status": "in_force",
            "effect": "good", "lapse_date": "2099-01-01"}  # fmt: skip
    assert firm.post(reverse("assess:control_new", args=[rated.pk]), data).status_code == 302
    control = Control.objects.get()
    late = firm.post(
        reverse("assess:control", args=[control.pk]), data | {"lapse_date": "2001-01-01"}
    )
    assert "已过" in late.content.decode()
    control.refresh_from_db()
    assert control.lapse_date.year == 2099
    firm.post(reverse("assess:control_withdraw", args=[control.pk]))
    control.refresh_from_db()
    assert control.status == "withdrawn"


def test_a_question_is_queued_and_a_dependency_kept(
    network, town, enterprise_manager, duty_officer
):
    firm = client(enterprise_manager)
    page = reverse("assess:network", args=[network.pk])
    assert firm.get(page).context["count"] == 2
    question = {"kind": "close", "link": "P1", "hours": 6, "needed_m": 14, "opening": 0.2}
    answer = firm.post(page, question)
    assert answer.status_code == 302
    assert firm.get(answer.url).status_code == 200
    assert client(duty_officer).post(page, question).status_code == 403
    given = {"dependent": "test/w2", "supplier": "test/w1", "group": "gas", "reserve_h": "2"}
    firm.post(reverse("assess:dependency_new"), given)
    found = firm.get(reverse("assess:cascade"), {"object": town.objects["w1"].pk}).context[
        "dependents"
    ]
    assert [(each["name_zh"], each["at_h"]) for each in found] == [("井 w2", 2.0)]


def test_the_map_of_today_needs_no_worker(rated, analyst):
    found = client(analyst).get(reverse("assess:map"))
    assert found.context["total"] == 1
    assert found.context["today"] == timezone.localdate().isoformat()


def test_a_filter_that_makes_no_sense_is_left_out_and_a_closed_risk_is_not_changed(
    rated, analyst, enterprise_manager
):
    address = reverse("assess:risks")
    for wrong in ({"object": "none"}, {"object": "²"}, {"level": "²"}, {"after": "²-²"}):
        assert len(client(analyst).get(address, wrong).context["page"].ratings) == 1
    registering.close(risk=rated, reason="已拆除", by="x", at=AT)
    firm = client(enterprise_manager)
    for name, more in (("assess", ["lec"]), ("control_new", []), ("photo_new", [])):
        assert firm.post(reverse(f"assess:{name}", args=[rated.pk, *more])).status_code == 403
    assert firm.get(reverse("assess:risk", args=[rated.pk])).status_code == 200


def test_more_people_than_a_column_holds_are_refused_by_the_forms(town, enterprise_manager):
    firm = client(enterprise_manager)
    address = reverse("assess:risk_new") + f"?object={town.objects['w1'].pk}"
    data = {"hazard": "gas-user", "exposed_people": "3000000000"}
    assert "exposed_people" in firm.post(address, data).context["form"].errors
    report = {"client_id": "00000000-0000-4000-8000-000000000001", "hazard": "gas-user",
              "object": town.objects["w1"].pk, "client_at": "2026-03-02T04:00:00Z",
              "sent_at": "2026-03-02T05:00:00Z"}  # fmt: skip
    send = reverse("assess:field_send")
    for wrong in ({"exposed_people": "3000000000"}, {"loss_per_year": "nan"}, {"area_m2": "-1"}):
        assert firm.post(send, report | wrong).status_code == 400
    assert firm.post(send, report | {"loss_per_year": "2.5", "area_m2": "80"}).status_code == 200
    found = Risk.objects.get()
    assert (found.loss_per_year, found.area_m2, found.rating.weight) == (2.5, 80, 80)


def test_whoever_reviews_or_approves_finds_the_way_to_what_waits(
    rated, leader, analyst, duty_officer
):
    queue = reverse("assess:queue")
    for user, is_there in ((leader, True), (analyst, True), (duty_officer, False)):
        page = client(user).get(reverse("assess:risks")).content.decode()
        assert (f'href="{queue}"' in page) is is_there
    assert client(leader).get(queue).status_code == 200
