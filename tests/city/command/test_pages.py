"""Pages of command: who sees what, what each button does, and what bad input is told."""

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from chengan.city.command import api as command
from chengan.city.command.models import (
    FieldReport,
    Incident,
    Photo,
    Plan,
    Resource,
    Review,
    ReviewMeasure,
    Task,
)
from chengan.city.command.services import activating, changing, fielding

from .conftest import AT, box
from .test_tasks import picture

PAGES = [
    "incidents",
    "new",
    "tasks",
    "plans",
    "plan_new",
    "resources",
    "resource_new",
    "measures",
    "incidents_layer",
    "resources_layer",
]


@pytest.fixture
def active(town):
    incident = town.open()
    activating.activate(incident=incident, plan=town.plan(), by="officer", at=AT)
    return incident


@pytest.fixture
def open_as(client, town):
    """Give a client signed in as one of the cast."""

    def signed(name):
        client.force_login(town.users[name])
        return client

    return signed


def resource(town, code="t1", **changes):
    values = {
        "name_zh": f"队 {code}", "kind": "team", "organisation": town.organisations["gas"],
        "skills": ["gas"], "lon": 100.5, "lat": 30.6, "located_at": AT,
    } | changes  # fmt: skip
    return Resource.objects.create(code=code, **values)


@pytest.mark.parametrize("name", PAGES)
def test_nobody_sees_a_page_without_signing_in(client, db, name):
    assert client.get(reverse(f"command:{name}")).status_code == 302


def test_every_page_of_a_case_opens_for_whoever_leads(open_as, town, active):
    town_client = open_as("officer")
    resource(town)
    for address in (
        "/command/", "/command/new/", "/command/new/?origin=drill", "/command/plans/",
        "/command/plans/gas-leak/", "/command/resources/", "/command/resources/new/",
        "/command/measures/", "/command/tasks/",
        f"/command/incidents/{active.pk}/", f"/command/incidents/{active.pk}/map.json",
        f"/command/incidents/{active.pk}/dispatch/", f"/command/incidents/{active.pk}/review/",
        f"/command/tasks/{Task.objects.first().pk}/", "/command/export.csv", "/command/export.xlsx",
        f"/command/incidents/{active.pk}/log.csv", "/command/resources/export.csv",
        "/command/measures/export.csv", "/command/tasks.webmanifest", "/command/worker.js",
    ):  # fmt: skip
        assert town_client.get(address).status_code == 200, address


@pytest.mark.parametrize(
    ("name", "status"),
    [("officer", 200), ("duty_officer", 200), ("crew", 200), ("neighbour_officer", 404),
     ("enterprise_manager", 404)],
)  # fmt: skip
def test_who_opens_a_case_its_log_and_its_papers(open_as, active, name, status):
    client = open_as(name)
    base = f"/command/incidents/{active.pk}/"
    for page in ("", "map.json", "log.csv", "situation.docx", "review/"):
        assert client.get(base + page).status_code == status, page


@pytest.mark.parametrize(
    ("name", "status"), [("crew", 403), ("west", 403), ("neighbour_officer", 404)]
)
def test_only_whoever_leads_commands(open_as, active, name, status):
    base = f"/command/incidents/{active.pk}/act/"
    for what in ("close", "level", "give", "activate", "merge"):
        assert open_as(name).post(base + what + "/", {"note": "x"}).status_code == status
    active.refresh_from_db()
    assert active.status == "open"


def test_a_case_is_opened_by_hand_with_its_object(open_as, town):
    answer = open_as("officer").post(
        "/command/new/",
        {"kind": "gas_leak", "title": "有人报气味", "level": 3, "origin": "call", "object": "井 1",
         "caller_name": "群众", "lead": town.organisations["city"].pk},
    )  # fmt: skip
    made = Incident.objects.get()
    assert answer.url == f"/command/incidents/{made.pk}/"
    assert (made.city_object, made.opened_by, made.origin) == (town.well, "officer", "call")


def test_an_unknown_object_is_told_at_its_field(open_as, town):
    answer = open_as("officer").post(
        "/command/new/",
        {
            "kind": "fire",
            "title": "火",
            "level": 2,
            "origin": "call",
            "object": "没有的",
            "lead": 1,
        },
    )
    assert answer.status_code == 200 and answer.context["form"].errors["object"]
    assert not Incident.objects.exists()


def test_two_officers_who_activate_at_once_give_out_each_task_once(open_as, town):
    incident, plan = town.open(), town.plan()
    for name in ("officer", "officer"):
        open_as(name).post(f"/command/incidents/{incident.pk}/act/activate/", {"plan": plan.pk})
    assert Task.objects.filter(code="shut-off").count() == 1


def test_an_area_across_itself_is_refused_on_the_page(open_as, active):
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    answer = open_as("officer").post(
        f"/command/incidents/{active.pk}/act/area/", {"area": json.dumps(bow)}, follow=True
    )
    assert "error" in [each.tags for each in answer.context["messages"]]
    active.refresh_from_db()
    assert active.affected_area is None


def test_what_lies_in_the_area_is_counted(open_as, town, active):
    square = {
        "type": "Polygon",
        "coordinates": [
            [[100.4, 30.4], [100.6, 30.4], [100.6, 30.6], [100.4, 30.6], [100.4, 30.4]]
        ],
    }
    changing.set_area(incident=active, area=square, by="officer", at=AT)
    answer = open_as("officer").get(f"/command/incidents/{active.pk}/")
    assert answer.context["inside"] == [("燃气井", 1)]


def test_an_empty_drawing_takes_no_area_off_but_a_press_does(open_as, active):
    square = json.dumps(box(100.4, 30.4, 100.6, 30.6))
    address, officer = f"/command/incidents/{active.pk}/act/area/", open_as("officer")
    for given, is_there in (
        ({"area": square}, True),
        ({"area": " "}, True),
        ({"area": square, "kind": "cordon"}, True),
        ({"area": square, "clear": "1"}, False),
    ):
        officer.post(address, given)
        active.refresh_from_db()
        assert bool(active.affected_area) is is_there
    assert [str(each.kind) for each in active.cordons.all()] == ["cordon"]


def send(client, task, action, **changes):
    values = {"client_id": uuid.uuid4(), "task": task.pk, "action": action} | changes
    return client.post("/command/tasks/send/", values, headers={"Accept": "application/json"})


def test_the_queue_of_a_phone_is_taken_in_order_and_once(open_as, active):
    client = open_as("crew")
    task = Task.objects.get(code="shut-off")
    steps = [(action, uuid.uuid4()) for action in ("acknowledge", "en_route", "on_scene", "done")]
    for _again in range(2):
        for action, key in steps:
            said = send(client, task, action, client_id=key, lon=100.5, lat=30.5).json()
            assert said["taken"] is True and said["client_id"] == str(key)
    task.refresh_from_db()
    assert (task.status, task.done_by) == ("done", "crew")
    assert FieldReport.objects.count() == 4


def test_somebody_elses_task_is_not_taken(open_as, active):
    task = Task.objects.get(code="shut-off")
    assert send(open_as("west"), task, "acknowledge").status_code == 400
    assert send(open_as("neighbour_officer"), task, "acknowledge").status_code == 400
    assert send(open_as("second"), task, "acknowledge").status_code == 400
    task.refresh_from_db()
    assert task.status == "given"


@pytest.mark.parametrize(
    "changes", [{"client_id": "x"}, {"lon": "east"}, {"lon": "400", "lat": "0"}, {"action": "dance"},
                {"client_at": "2026-01-01T00:00:00"}],
)  # fmt: skip
def test_a_report_that_can_t_be_read_is_told_why(open_as, active, changes):
    answer = send(
        open_as("crew"), Task.objects.get(code="shut-off"), **({"action": "note"} | changes)
    )
    assert answer.status_code == 400 and answer.json()["message"]
    assert not FieldReport.objects.exists()


def test_a_photo_goes_to_the_case_and_only_to_those_who_see_it(open_as, active):
    task = Task.objects.get(code="shut-off")
    file = SimpleUploadedFile("阀门.jpg", picture(), "image/jpeg")
    assert send(open_as("crew"), task, "note", photo=file).json()["taken"]
    address = f"/command/photos/{Photo.objects.get().pk}.jpg"
    assert open_as("officer").get(address)["Content-Type"] == "image/jpeg"
    assert open_as("neighbour_officer").get(address).status_code == 404
    big = SimpleUploadedFile("big.jpg", bytes(13 << 20), "image/jpeg")
    answer = send(open_as("crew"), task, "note", photo=big)
    assert answer.status_code == 400 and "big.jpg" in answer.json()["message"]
    assert Photo.objects.count() == 1


def test_a_task_is_verified_by_somebody_else_on_its_page(open_as, active):
    task = Task.objects.get(code="shut-off")
    send(open_as("crew"), task, "done")
    open_as("crew").post(f"/command/tasks/{task.pk}/act/verify/")
    task.refresh_from_db()
    assert task.status == "done"
    open_as("officer").post(f"/command/tasks/{task.pk}/act/verify/")
    task.refresh_from_db()
    assert (task.status, task.verified_by) == ("verified", "officer")


def test_a_handler_hands_over_within_the_own_organisation_only(open_as, town, active):
    task = Task.objects.get(code="shut-off")
    address = f"/command/tasks/{task.pk}/act/hand_over/"
    open_as("crew").post(address, {"to": f"person:{town.people['xu'].pk}"})
    task.refresh_from_db()
    assert task.person == town.people["li"]
    open_as("crew").post(address, {"to": f"person:{town.people['zhou'].pk}", "reason": "换班"})
    task.refresh_from_db()
    assert task.person == town.people["zhou"]


def test_a_proposal_sends_whom_the_officer_ticks_and_nobody_twice(open_as, town, active):
    one = resource(town)
    client = open_as("officer")
    page = client.get(f"/command/incidents/{active.pk}/dispatch/")
    proposal = next(
        each
        for each in page.context["proposals"]
        if each.need.kind == "team" and each.need.skill == "gas"
    )
    assert proposal.chosen.resource == one
    pick = f"{proposal.need.task.pk}|{one.pk}|{round(proposal.chosen.travel_s)}"
    for _again in range(2):
        answer = client.post(
            f"/command/incidents/{active.pk}/act/send/", {"pick": pick}, follow=True
        )
    one.refresh_from_db()
    assert one.state == "sent" and one.dispatches.count() == 1
    assert "error" in [each.tags for each in answer.context["messages"]]


def test_a_plan_with_faults_is_not_kept_and_every_fault_is_named(open_as, town):
    plan = town.plan()
    user = town.users["officer"]
    user.grants.update(role=type(user.grants.first().role).objects.get(code="administrator"))
    client = open_as("officer")
    wrong = plan.text.replace("ack_min: 3", "ack_min: soon", 1).replace(
        "role: owner\n", "role: nobody\n"
    )
    answer = client.post("/command/plans/gas-leak/edit/", {"text": wrong, "keep": "1"})
    assert any("tasks.0.ack_min" in each for each in answer.context["faults"])
    assert answer.context["text"] == wrong
    answer = client.post("/command/plans/gas-leak/edit/", {"text": plan.text, "keep": "1"})
    assert Plan.objects.filter(code="gas-leak").count() == 2
    client.post("/command/plans/gas-leak/2/force/")
    assert Plan.objects.get(code="gas-leak", version=2).is_in_force
    assert not Plan.objects.get(code="gas-leak", version=1).is_in_force


def test_a_rehearsal_runs_on_its_own_clock_and_touches_nothing_real(open_as, town):
    town.plan()
    client = open_as("officer")
    client.post("/command/plans/gas-leak/1/rehearse/", {"object": "井 1", "level": "3"})
    drill = Incident.objects.get()
    begin = drill.clock_at
    assert drill.is_drill and drill.tasks.count() == 4
    assert command.sweep(begin.replace(year=begin.year + 1)) == 0
    values = {"before": begin.isoformat(), "seconds": "1200"}
    client.post(f"/command/incidents/{drill.pk}/act/step/", values)
    client.post(f"/command/incidents/{drill.pk}/act/step/", values)  # a second page, at once
    drill.refresh_from_db()
    assert (drill.clock_at - begin).total_seconds() == 1200
    assert drill.tasks.get(code="shut-off").supervision == Task.Supervision.SUPERVISED
    page = client.get(f"/command/incidents/{drill.pk}/").content.decode()
    assert 'class="is-drill"' in page and "推演" in page


def test_a_drill_is_marked_in_list_page_papers_and_exports(open_as, town):
    drill = town.open(origin="drill")
    client = open_as("officer")
    assert "drill-mark" in client.get("/command/").content.decode()
    assert "演练" in b"".join(client.get("/command/export.csv").streaming_content).decode()
    assert (
        "演练"
        in b"".join(client.get(f"/command/incidents/{drill.pk}/log.csv").streaming_content).decode()
    )


def test_papers_come_as_pdf_and_word_with_the_log(open_as, active):
    import io

    import docx

    client = open_as("officer")
    pdf = client.get(f"/command/incidents/{active.pk}/situation.pdf")
    assert pdf.content.startswith(b"%PDF")
    word = client.get(f"/command/incidents/{active.pk}/closing.docx")
    texts = "".join(
        cell.text
        for table in docx.Document(io.BytesIO(word.content)).tables
        for row in table.rows
        for cell in row.cells
    )
    assert "关阀断气" in texts and "启动预案" in texts


def test_a_review_makes_measures_that_are_followed(open_as, town, active):
    changing.close(incident=active, note="完毕", by="officer", at=AT, cancel_rest=True)
    client = open_as("officer")
    address = f"/command/incidents/{active.pk}/review/"
    client.post(address, {"went_well": "快", "went_wrong": "通知晚", "finish": "1"})
    assert Review.objects.get().finished_by == "officer"
    gas = town.organisations["gas"].pk
    values = {"measure": "1", "title": "更换阀门", "organisation": gas, "due_date": "2001-01-01"}
    client.post(address, values)
    assert not ReviewMeasure.objects.exists()
    client.post(address, values | {"due_date": "2999-01-01"})
    measure = ReviewMeasure.objects.get()
    assert (
        open_as("neighbour_officer")
        .post(f"/command/measures/{measure.pk}/end/", {"state": "done", "note": "x"})
        .status_code
        == 404
    )
    open_as("crew").post(
        f"/command/measures/{measure.pk}/end/", {"state": "done", "note": "已更换"}
    )
    measure.refresh_from_db()
    assert (measure.state, measure.ended_by) == ("done", "crew")


def test_a_list_of_incidents_is_filtered_by_its_address(open_as, town):
    town.open()
    town.open(kind="fire", title="仓库火灾", level=5)
    client = open_as("officer")

    def titles(query):
        return [each.title for each in client.get(f"/command/?{query}").context["incidents"]]

    assert titles("level=5") == titles("kind=fire") == titles("q=仓库") == ["仓库火灾"]
    assert titles("drill=yes") == [] and len(titles("status=open")) == 2


def test_views_of_the_list_are_kept_under_a_name(open_as, town):
    client = open_as("officer")
    answer = client.post(
        "/city/views/save/",
        {"page": "command:incidents", "name": "重大", "query": "level=4"},
        follow=True,
    )
    assert (
        answer.request["PATH_INFO"] == "/command/" and answer.request["QUERY_STRING"] == "level=4"
    )


def test_notices_are_read_by_their_organisation(open_as, town, active):
    command.sweep(AT)
    notice = active.notices.get(code="tell-housing")
    page = open_as("housing").get("/command/tasks/")
    assert notice in page.context["notices"]
    open_as("housing").post(f"/command/incidents/{active.pk}/act/read/", {"notice": notice.pk})
    notice.refresh_from_db()
    assert notice.read_by == "housing"


def test_what_was_written_offline_by_somebody_replaced_meanwhile_is_kept(open_as, town, active):
    task = Task.objects.get(code="shut-off")
    fielding.take(
        task=task, by="crew", at=AT, received_at=AT,
        sent=fielding.Sent(client_id=uuid.uuid4(), action="acknowledge"),
    )  # fmt: skip
    open_as("officer").post(
        f"/command/tasks/{task.pk}/act/hand_over/", {"to": f"person:{town.people['zhou'].pk}"}
    )
    assert send(open_as("crew"), task, "note", note="阀门已拍照").json()["taken"]
