"""Who may open, press and take away what on the pages of warnings."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chengan.city.journal import api as journal
from chengan.city.places import api as places
from chengan.city.warn import api as warn
from chengan.city.warn.models import Authority, Channel, CorrelationRule, Delivery, Feed, Silence
from chengan.city.warn.services import signatures
from tests.city.warn.conftest import AT, officer

pytestmark = pytest.mark.django_db
MESSAGES = Path(__file__).parent / "cap" / "messages"


def now():
    """The pages read the clock; what they are sent must be of this moment too."""
    return datetime.now(UTC)  # noqa: TID251


def client(role="duty_officer", organisation="city", **more):
    made = Client()
    made.force_login(officer(role, organisation, **more))
    return made


@pytest.fixture
def stranger(wells):
    places.put_organisation(code="other", kind="enterprise", name_zh="别家")
    return client("enterprise_manager", "other")


@pytest.fixture
def judged(staff, say):
    say("breach.began", "w0", severity=3)
    return warn.confirm(alarm=warn.Alarm.objects.get(), by="a", at=AT)


def form(warning, **changed):
    given = {
        "event_type": warning.event_type_id, "severity": 3, "headline_zh": "燃气泄漏黄色预警",
        "headline_en": "Gas leak", "geometry": json.dumps(warning.geometry), "reason": "现场确认",
        "seen": warning.step_count, "press": "release",
    }  # fmt: skip
    return given | changed


PAGES = ["warnings", "mine", "silences", "maintenance", "deliveries", "feeds", "authority",
         "event_rules", "warning_new", "silence_new", "maintenance_new"]  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_for_the_officer_and_asks_anonymous_to_sign_in(wells, name):
    assert client().get(reverse(f"warn:{name}")).status_code == 200
    answer = Client().get(reverse(f"warn:{name}"))
    assert answer.status_code == 302
    assert "login" in answer.url


@pytest.mark.parametrize("name", ["channels", "channel_new", "feed_new"])
def test_channels_and_feeds_are_for_those_who_manage_them(wells, name):
    assert client().get(reverse(f"warn:{name}")).status_code == 403
    assert client("administrator").get(reverse(f"warn:{name}")).status_code == 200


def test_one_press_levels_and_releases_a_confirmed_alarm(judged):
    duty = client()
    page = duty.get(reverse("warn:release", args=[judged.pk]))
    assert [each.person.code for each, _ways in page.context["recipients"]] == ["fitter"]
    assert "well-0 · repair" in page.content.decode()
    answer = duty.post(reverse("warn:release", args=[judged.pk]), form(judged))
    assert answer.status_code == 302
    judged.refresh_from_db()
    assert (judged.state, judged.headline_zh) == ("released", "燃气泄漏黄色预警")
    page = duty.get(reverse("warn:warning", args=[judged.pk]))
    assert page.status_code == 200
    text = page.content.decode()
    assert "fitter" in text and "urn:oasis:names:tc:emergency:cap:1.2" in text


def test_who_is_told_follows_the_level_that_is_chosen(judged):
    page = client().get(reverse("warn:told", args=[judged.pk]), {"severity": "5"})
    told = [each.person.code for each, _ways in page.context["recipients"]]
    assert told == ["fitter", "chief", "guard"]
    assert page.context["verdict"].needs_approval


def test_red_asks_for_approval_and_a_leader_gives_it(judged):
    duty, leader = client(), client("leader")
    duty.post(reverse("warn:release", args=[judged.pk]), form(judged, severity=5))
    judged.refresh_from_db()
    assert judged.state == "levelled"
    duty.post(reverse("warn:act", args=[judged.pk, "approve"]))
    judged.refresh_from_db()
    assert judged.state == "levelled"
    leader.post(reverse("warn:act", args=[judged.pk, "approve"]), {"seen": judged.step_count})
    judged.refresh_from_db()
    assert judged.state == "approved"
    duty.post(reverse("warn:release", args=[judged.pk]), form(judged, severity=5))
    judged.refresh_from_db()
    assert (judged.state, judged.approved_by) == ("released", "leader-city")


def test_what_is_changed_after_approval_is_approved_again_before_it_goes_out(judged):
    duty, leader = client(), client("leader")
    address = reverse("warn:release", args=[judged.pk])
    duty.post(address, form(judged, severity=5))
    leader.post(reverse("warn:act", args=[judged.pk, "approve"]))
    judged.refresh_from_db()
    changed = form(judged, severity=5, headline_zh="全区停气", description_zh="一\r\n二")
    said = duty.post(address, changed, follow=True).content.decode()
    judged.refresh_from_db()
    assert (judged.state, judged.approved_by, judged.headline_zh) == ("levelled", "", "全区停气")
    assert "批准之后又有改动" in said
    leader.post(reverse("warn:act", args=[judged.pk, "approve"]))
    judged.refresh_from_db()
    duty.post(address, changed | {"seen": judged.step_count})
    judged.refresh_from_db()
    assert (judged.state, judged.headline_zh) == ("released", "全区停气")


def test_two_officers_press_at_once_and_the_second_reads_who_was_quicker(judged):
    first, second = client(name="first"), client(name="second")
    seen = judged.step_count
    first.post(reverse("warn:release", args=[judged.pk]), form(judged))
    answer = second.post(reverse("warn:release", args=[judged.pk]), form(judged, seen=seen))
    assert answer.status_code == 200
    assert "first" in answer.content.decode()
    judged.refresh_from_db()
    assert judged.released_by == "first"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"geometry": '{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}'},
            "自相交",
        ),
        ({"geometry": "{"}, "JSON"),
        ({"expires_at": "2020-01-01T00:00"}, "已过"),
        ({"headline_zh": ""}, "headline_zh"),
    ],
    ids=["polygon across itself", "no json", "end in the past", "no headline"],
)
def test_bad_input_is_shown_at_the_form_and_nothing_goes_out(judged, changed, said):
    answer = client().post(reverse("warn:release", args=[judged.pk]), form(judged, **changed))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    judged.refresh_from_db()
    assert judged.state == "judged"


def test_a_stranger_sees_no_warning_no_file_and_may_press_nothing(judged, stranger):
    assert stranger.get(reverse("warn:warning", args=[judged.pk])).status_code == 404
    assert stranger.get(reverse("warn:told", args=[judged.pk])).status_code == 404
    assert stranger.post(reverse("warn:act", args=[judged.pk, "withdraw"])).status_code == 404
    assert not stranger.get(reverse("warn:warnings")).context["page"].warnings
    csv = stranger.get(reverse("warn:warning_export", args=["csv"]))
    assert len(b"".join(csv.streaming_content).splitlines()) == 1


def test_whoever_sees_the_city_but_releases_in_a_district_presses_nothing_elsewhere(judged):
    ground = places.put_area(code="E", kind="district", name_zh="东区")
    places.put_organisation(code="east", kind="district", name_zh="东区政府", area=ground)
    client().post(reverse("warn:silence_new"), silence_form(object_number="bench/well-0"))
    quiet, both = Silence.objects.get(), client("analyst", name="both")
    places.grant_role(username="both", role_code="duty_officer", organisation_code="east", by="t")
    shown = both.get(reverse("warn:warning", args=[judged.pk]))
    assert (shown.status_code, shown.context["actions"]) == (200, [])
    for action in ("withdraw", "acknowledged"):
        data = {"reason": "x"}
        assert both.post(reverse("warn:act", args=[judged.pk, action]), data).status_code == 403
    assert both.post(reverse("warn:release", args=[judged.pk]), form(judged)).status_code == 404
    assert not both.get(reverse("warn:silences")).context["rows"][0][3]
    assert both.post(reverse("warn:silence_act", args=[quiet.pk, "end"])).status_code == 404
    places.put_area(code="W", kind="district", name_zh="西区")
    for code, status in (("W", 200), ("E", 302)):
        data = silence_form(area=places.Area.objects.get(code=code).pk)
        assert both.post(reverse("warn:silence_new"), data).status_code == status


def test_the_neighbour_officer_neither_sees_nor_silences(judged):
    ground = places.put_area(code="E", kind="district", name_zh="东区")
    places.put_organisation(code="east", kind="district", name_zh="东区政府", area=ground)
    neighbour = client("duty_officer", "east")
    assert neighbour.get(reverse("warn:warning", args=[judged.pk])).status_code == 404
    data = silence_form(object_number="bench/well-0")
    answer = neighbour.post(reverse("warn:silence_new"), data)
    assert answer.status_code == 200
    assert not Silence.objects.exists()


def test_the_list_filters_and_gives_files(release):
    made, _duty = release(3)
    duty = client()
    for query, count in (("", 1), ("?show=going", 1), ("?severity=4", 0), ("?state=released", 1),
                         (f"?q={made.identifier}", 1), ("?event=bridge", 0), ("?show=supervised", 0)):  # fmt: skip
        page = duty.get(reverse("warn:warnings") + query)
        assert len(page.context["page"].warnings) == count, query
    csv = b"".join(duty.get(reverse("warn:warning_export", args=["csv"])).streaming_content)
    assert made.identifier in csv.decode("utf-8-sig")


def test_the_response_is_pressed_by_a_handler_and_verified_by_another(release):
    made, _duty = release(3)
    handler, second = client("handler", name="crew"), client("handler", name="second")
    for action, data in (("acknowledged", {}), ("on_site", {}),
                         ("fed_back", {"reason": "阀门已关", "evidence": "http://x/photo.jpg"})):  # fmt: skip
        handler.post(reverse("warn:act", args=[made.pk, action]), data)
    handler.post(reverse("warn:act", args=[made.pk, "verified"]))
    made.refresh_from_db()
    assert made.state == "fed_back"
    second.post(reverse("warn:act", args=[made.pk, "verified"]))
    made.refresh_from_db()
    assert made.state == "verified"
    assert made.steps.get(action="fed_back").evidence == ["http://x/photo.jpg"]
    assert handler.post(reverse("warn:act", args=[made.pk, "lift"])).status_code == 403


def test_a_new_warning_from_a_call_begins_with_its_place(wells):
    duty = client()
    kind = warn.EventType.objects.get(code="gas-leak")
    data = {"event_type": kind.pk, "severity": 3, "reason": "市民来电"}
    answer = duty.post(reverse("warn:warning_new"), data)
    assert "area" in answer.context["form"].errors
    answer = duty.post(reverse("warn:warning_new"), data | {"object_number": "bench/well-3"})
    assert answer.status_code == 302
    assert warn.Warning.objects.get().city_object.name_zh == "well-3"


# ── Receipts ──────────────────────────────────────────────────────────────────


def link(person="fitter", at=None):
    row = Delivery.objects.filter(person__code=person).first()
    return reverse("warn:receipt", args=[signatures.link_token(row.pk, at or now())])


def test_one_tap_on_a_signed_link_acknowledges_and_looking_does_not(staff, release):
    made, _duty = release(3)
    phone, address = Client(), link()
    page = phone.get(address)
    assert page.status_code == 200
    made.refresh_from_db()
    assert made.state == "released"
    phone.post(address)
    made.refresh_from_db()
    assert made.state == "acknowledged"
    assert "已签收" in phone.get(address).content.decode()


def test_an_expired_or_forged_link_is_refused_with_its_reason(staff, release):
    release(3)
    old = Client().post(link(at=now() - timedelta(days=4)))
    assert (old.status_code, "过期" in old.content.decode()) == (400, True)
    for bad in ("nonsense", signatures.link_token(1, now())[:-3] + "AAA", "%F0"):
        answer = Client().post(reverse("warn:receipt", args=[bad]))
        assert (answer.status_code, "无效" in answer.content.decode()) == (400, True), bad


def test_one_acknowledges_only_what_was_sent_to_oneself(staff, release):
    mine = client("handler", "gas", person="fitter", name="fitter")
    other = client("handler", "gas", name="nosy")
    made, _duty = release(3)
    row = Delivery.objects.get(person__code="fitter", channel__kind="in_app")
    assert other.post(reverse("warn:acknowledge", args=[row.pk])).status_code == 404
    assert [waits for _row, waits in mine.get(reverse("warn:mine")).context["rows"]] == [True]
    mine.post(reverse("warn:acknowledge", args=[row.pk]))
    assert [waits for _row, waits in mine.get(reverse("warn:mine")).context["rows"]] == [False]
    made.refresh_from_db()
    assert made.state == "acknowledged"


@pytest.fixture
def hooked(staff, release):
    Channel.objects.create(
        code="hook", name_zh="燃气公司系统", kind="webhook", url="http://127.0.0.1:9/x",
        organisation=staff.first.organisation,
    )  # fmt: skip
    release(3)
    return Channel.objects.get(code="hook"), Delivery.objects.get(channel__code="hook")


def send(channel, body, at=None, **changed):
    headers = signatures.sign(secret=signatures.secret_of(channel), body=body, at=at or now())
    return Client().post(
        reverse("warn:webhook", args=[channel.code]), body, content_type="application/json",
        headers=headers | changed,
    )  # fmt: skip


def test_a_signed_receipt_is_taken_once(hooked):
    channel, row = hooked
    at, body = now(), json.dumps({"delivery": row.pk, "by": "gas-system"}).encode()
    first = send(channel, body, at)
    assert (first.status_code, first.json()) == (200, {"acknowledged": True, "new": True})
    replayed = send(channel, body, at)
    assert replayed.status_code == 409
    assert "重复" in replayed.json()["error"]
    row.refresh_from_db()
    assert (row.receipt_by, row.receipt_how) == ("gas-system", "webhook")


def test_a_forged_receipt_is_refused(hooked):
    channel, row = hooked
    body = json.dumps({"delivery": row.pk}).encode()
    assert send(channel, body, **{"X-Chengan-Signature": "sha256=00"}).status_code == 401
    headers = signatures.sign(secret="guess", body=body, at=now())
    assert send(channel, body, **headers).status_code == 401
    assert send(channel, body, **{"X-Chengan-Timestamp": "soon"}).status_code == 401
    row.refresh_from_db()
    assert row.receipt_at is None


@pytest.mark.parametrize("apart", [timedelta(days=1), -timedelta(days=1), timedelta(minutes=6)])
def test_a_clock_wrong_by_a_day_is_told_by_how_much(hooked, apart):
    channel, row = hooked
    answer = send(channel, json.dumps({"delivery": row.pk}).encode(), now() + apart)
    assert answer.status_code == 401
    said = int(re.search(r"相差 (-?\d+) 秒", answer.json()["error"])[1])
    assert abs(said + apart.total_seconds()) < 60


def test_a_channels_secret_opens_no_other_channels_delivery(hooked):
    channel, _row = hooked
    other = Delivery.objects.exclude(channel=channel).first()
    answer = send(channel, json.dumps({"delivery": other.pk}).encode())
    assert answer.status_code == 404
    assert send(channel, b"{}").status_code == 400
    assert send(channel, b"\xff").status_code == 400


def test_a_new_secret_ends_the_old_one(hooked):
    channel, row = hooked
    boss = client("administrator")
    boss.post(reverse("warn:channel_edit", args=[channel.pk]), {"new_secret": "1"})
    assert send(channel, json.dumps({"delivery": row.pk}).encode()).status_code == 401


# ── CAP out ───────────────────────────────────────────────────────────────────


def test_the_public_feed_lists_public_messages_alone(staff, release):
    made, duty = release(3)
    feed = Client().get(reverse("warn:cap_feed"))
    assert feed["Content-Type"].startswith("application/atom+xml")
    assert made.identifier not in feed.content.decode()
    assert Client().get(reverse("warn:cap_message", args=[made.identifier])).status_code == 404
    seen = client().get(reverse("warn:cap_message", args=[made.identifier]))
    assert seen.status_code == 200
    warn.amend(
        warning=made,
        texts={"is_public": True},
        by=duty,
        at=AT + timedelta(minutes=1),
        reason="公开",
    )
    out = made.messages.order_by("-id").first()
    assert out.identifier in Client().get(reverse("warn:cap_feed")).content.decode()
    answer = Client().get(reverse("warn:cap_message", args=[out.identifier]))
    assert answer["Content-Type"] == "application/cap+xml"
    sent = made.headline_zh
    warn.amend(warning=made, texts={"headline_zh": "另一个标题"}, by=duty,
               at=AT + timedelta(minutes=2), reason="更正")  # fmt: skip
    listed = Client().get(reverse("warn:cap_feed")).content.decode()
    assert sent in listed and "另一个标题" in listed


# ── Silences, tables, feeds ───────────────────────────────────────────────────


def silence_form(**changed):
    start = timezone.localtime(now())
    given = {
        "max_severity": 4, "starts_at": f"{start:%Y-%m-%dT%H:%M}", "reason": "检修",
        "ends_at": f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}", "idle_h": "1",
    }  # fmt: skip
    return given | changed


def test_a_silence_is_set_shown_with_what_it_hides_and_ended(say):
    duty = client()
    say("breach.began", "w0")
    answer = duty.post(reverse("warn:silence_new"), silence_form(object_number="bench/well-0"))
    assert answer.status_code == 302
    page = duty.get(reverse("warn:silences"))
    [(made, _state, hidden, _may)] = page.context["rows"]
    assert [each.city_object.name_zh for each in hidden] == ["well-0"]
    assert duty.get(reverse("warn:alarms") + "?status=open").context["hidden"] == 1
    duty.post(reverse("warn:silence_act", args=[made.pk, "end"]))
    assert not duty.get(reverse("warn:silences")).context["rows"]


def test_a_silence_that_ends_in_the_past_is_told_so(wells):
    data = silence_form(object_number="bench/well-0", ends_at="2020-01-01T00:00")
    answer = client().post(reverse("warn:silence_new"), data)
    assert "已过" in answer.content.decode()
    assert not Silence.objects.exists()


def test_authority_changes_by_versions_and_red_keeps_its_second_person(wells):
    boss = client("administrator")
    row = Authority.objects.get(event_type=None, severity=5)
    address = reverse("warn:authority_edit", args=[row.pk])
    data = {
        name: ["kind:city"] for name in ("issuers", "raisers", "lowerers", "lifters", "approvers")
    }
    data |= {"mark": "D", "source": "市里决定", "version": 1}
    answer = boss.post(address, data)
    assert "needs_approval" in answer.context["form"].errors
    assert boss.post(address, data | {"needs_approval": "on"}).status_code == 302
    rows = Authority.objects.filter(event_type=None, severity=5).order_by("version")
    assert [(each.version, bool(each.retired_at)) for each in rows] == [(1, True), (2, False)]
    late = boss.post(address, data | {"needs_approval": "on"})
    assert "已被" in late.content.decode()
    assert client().get(address).status_code == 403
    assert journal.after(0, ["warn.authority.changed"])[0].data["version"] == 2


def test_rules_of_correlation_are_changed_as_data(wells):
    boss = client("administrator")
    rule = CorrelationRule.objects.get(code="gas-one-network")
    address = reverse("warn:rule_edit", args=["together", rule.pk])
    found = boss.get(address).context["form"].initial
    data = {k: v for k, v in found.items() if v is not None} | {
        "min_alarms": 3, "properties": "methane，oxygen", "causes": "", "kinds": "",
    }  # fmt: skip
    assert boss.post(address, data).status_code == 302
    rule.refresh_from_db()
    assert (rule.min_alarms, rule.properties) == (3, ["methane", "oxygen"])
    assert client().post(address, data).status_code == 403


def test_a_message_from_a_file_becomes_a_warning_and_a_hostile_one_does_not(wells):
    duty = client()

    def take(name):
        file = SimpleUploadedFile(name, (MESSAGES / name).read_bytes())
        return duty.post(reverse("warn:take_file"), {"file": file}, follow=True)

    assert "DOCTYPE" in take("xee.cap").content.decode()
    assert "CAP 1.1" in take("earthquake.cap").content.decode()
    assert not warn.Warning.objects.exists()
    assert take("australia.cap").status_code == 200
    assert "已接收过" in take("australia.cap").content.decode()


def test_a_feed_is_kept_and_asked_at_once(wells):
    boss = client("administrator")
    data = {"code": "met", "name_zh": "气象台", "url": "https://example.org/cap.atom",
            "interval_s": 60, "is_active": "on"}  # fmt: skip
    assert boss.post(reverse("warn:feed_new"), data).status_code == 302
    assert Feed.objects.get().next_at <= now()
