"""Notices of other stages: the same channels, receipts, retry and substitutes as warnings have."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from chengan.city.journal import api as journal
from chengan.city.places.models import Post, Shift
from chengan.city.warn import api as warn
from chengan.city.warn.models import Channel, Delivery, Notice
from chengan.city.warn.services import noticing, receipts, sending, signatures, sweeping
from tests.city.warn.conftest import AT, officer

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
ABOUT = "incident:00000000-0000-4000-8000-000000000001"


@pytest.fixture
def tell(wells, staff, settings, tmp_path):
    settings.SMS_FOLDER = tmp_path / "sms"

    def write(due=AT + 10 * MINUTE, key="n1", **changes):
        values = {
            "key": key, "about": ABOUT, "url": "/command/x/", "severity": 3,
            "subject_zh": "督办：关阀超期", "subject_en": "Overdue: close the valve",
        } | changes  # fmt: skip
        return warn.notify(
            message=warn.Message(**values), organisation=staff.first.organisation,
            city_object=wells["w0"].thing.city_object, receipt_due_at=due, at=AT,
        )  # fmt: skip

    return write


def told(rank):
    rows = Delivery.objects.filter(rank=rank, person__isnull=False)
    return sorted(set(rows.values_list("person__code", flat=True)))


def kinds():
    return [each.kind for each in journal.about(ABOUT)]


def test_whoever_is_on_duty_gets_a_row_for_each_channel_once(tell):
    officer("handler", "gas", person="fitter", name="fitter")
    tell(), tell()
    rows = Delivery.objects.filter(person__code="fitter")
    assert sorted(rows.values_list("channel__kind", "status")) == [
        ("email", "waiting"), ("in_app", "sent"), ("sms", "waiting"),
    ]  # fmt: skip
    assert Notice.objects.count() == 1


def test_a_drill_and_sample_data_say_so_before_anything_else(tell):
    row = noticing.subject(tell(is_exercise=True, is_sample=True))
    assert row.startswith("【演练 · DRILL】【样例数据】督办")


def test_nobody_answers_and_it_goes_to_the_substitute_up_the_tree_and_to_the_duty_room(tell):
    tell()
    assert noticing.sweep_notices(AT + 9 * MINUTE) == 0
    for turn in range(1, 4):
        at = AT + turn * 10 * MINUTE
        assert (noticing.sweep_notices(at), noticing.sweep_notices(at)) == (1, 0)
    assert [told(rank) for rank in range(4)] == [["fitter"], ["standin"], ["chief"], ["guard"]]
    for turn in range(4, 12):  # the duty room rings for an hour
        noticing.sweep_notices(AT + turn * 10 * MINUTE)
    assert [told(rank) for rank in (4, noticing.LAST)] == [["guard"], ["guard"]]
    assert noticing.sweep_notices(AT + timedelta(days=9)) == 0
    assert kinds().count("warn.notice.escalated") == noticing.LAST


def test_an_empty_duty_room_is_said_and_rung_again(tell, staff):
    Shift.objects.all().delete()
    notice = tell()
    Notice.objects.filter(pk=notice.pk).update(rank=noticing.ABOVE)
    assert noticing.sweep_notices(AT + 10 * MINUTE) == 1
    assert kinds() == ["warn.notice.unreachable"]
    seat = Post.objects.get(code="seat")
    Shift.objects.create(
        post=seat, person=staff.duty, starts_at=AT, ends_at=AT + timedelta(hours=8)
    )
    assert noticing.sweep_notices(AT + 20 * MINUTE) == 1
    assert told(noticing.DUTY_ROOM + 1) == ["guard"]


def test_one_answer_ends_it_whoever_gives_it(tell):
    notice = tell()
    row = Delivery.objects.filter(person__code="fitter").first()
    assert receipts.acknowledge(delivery=row, by="fitter", how="link", at=AT + MINUTE)
    assert not warn.acknowledge_notice(notice=notice, by="x", how="signed_in", at=AT + MINUTE)
    notice.refresh_from_db()
    assert (notice.receipt_at, notice.receipt_by) == (AT + MINUTE, "fitter")
    assert noticing.sweep_notices(AT + timedelta(days=1)) == 0
    assert kinds() == ["warn.notice.receipt"]


def test_a_message_that_wants_no_answer_leads_to_its_page(tell, settings):
    tell(due=None)
    sending.sweep_deliveries(AT)
    [file] = settings.SMS_FOLDER.iterdir()
    assert file.read_text().rstrip().endswith(f"{settings.BASE_URL}/command/x/")
    assert noticing.sweep_notices(AT + timedelta(days=1)) == 0


def test_the_sweep_of_time_limits_takes_notices_too(tell):
    tell()
    assert sweeping._deadlines(AT + 10 * MINUTE) == 1


def test_what_can_never_be_delivered_is_said_of_its_matter(tell, settings):
    settings.EMAIL_HOST = ""
    tell()
    Delivery.objects.filter(channel__kind="email").update(attempts=sending.ATTEMPTS - 1)
    sending.sweep_deliveries(AT)
    assert "warn.notice.undelivered" in kinds()


def test_a_webhook_carries_what_it_is_about(tell, staff):
    Channel.objects.create(
        code="hook", name_zh="公司", kind="webhook", url="http://example.org/in",
        organisation=staff.first.organisation,
    )  # fmt: skip
    tell(is_exercise=True)
    data = sending.letter_of(Delivery.objects.get(channel__code="hook"), AT).data
    assert ABOUT in data and '"is_exercise": true' in data


def test_the_link_and_the_page_of_ones_own_acknowledge(tell):
    mine = Client()
    mine.force_login(officer("handler", "gas", person="fitter", name="fitter"))
    notice = tell()
    [(row, waits)] = mine.get(reverse("warn:mine")).context["rows"]
    assert (row.notice, waits) == (notice, True)
    address = reverse(
        "warn:receipt", args=[signatures.link_token(row.pk, AT + timedelta(days=9999))]
    )
    assert "督办：关阀超期" in Client().get(address).content.decode()
    Client().post(address)
    notice.refresh_from_db()
    assert notice.receipt_by == "fitter"
    [(_row, waits)] = mine.get(reverse("warn:mine")).context["rows"]
    assert waits is False


def test_deliveries_of_notices_are_seen_by_their_branch_alone(tell):
    tell()
    for role, organisation, count in (("duty_officer", "city", 2), ("handler", "gas", 2)):
        client = Client()
        client.force_login(officer(role, organisation))
        page = client.get(reverse("warn:deliveries"))
        assert len(page.context["rows"]) == count, role
        assert "督办：关阀超期" in page.content.decode()
    from chengan.city.places import api as places

    places.put_organisation(code="east", kind="district", name_zh="东区政府")
    client.force_login(officer("duty_officer", "east"))
    assert client.get(reverse("warn:deliveries")).context["rows"] == []
