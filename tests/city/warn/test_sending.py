"""Messages really go out: to an SMTP server, an HTTP receiver, a file; and again when they fail."""

import json
import socket
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from aiosmtpd.controller import Controller

from chengan.city.journal import api as journal
from chengan.city.warn.cap import reading
from chengan.city.warn.models import Channel, Delivery
from chengan.city.warn.services import receipts, releasing, sending, signatures, watching
from tests.city.warn.conftest import AT, officer

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
ENDLESS = 202
"""A receiver answers so with 64 MB behind it."""


class Postbox:
    """Keeps the mails it gets; refuses as long as `is_closed`."""

    def __init__(self):
        self.mails, self.is_closed = [], False

    async def handle_DATA(self, _server, _session, envelope):
        if self.is_closed:
            return "451 try later"
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def smtp(settings):
    box = Postbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield box
    server.stop()


@pytest.fixture
def hook():
    """A real HTTP receiver on loopback; `answers` are the statuses it gives, 200 afterwards."""
    got, answers = [], []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((dict(self.headers), body))
            status = answers.pop(0) if answers else 200
            self.send_response(status)
            self.end_headers()
            if status == ENDLESS:
                self.endless()

        def endless(self):
            try:
                for _turn in range(64):
                    self.wfile.write(b"x" * 1_000_000)
                got.append("read it all")
            except OSError:
                return

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/in", got, answers
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.SMS_FOLDER = tmp_path / "sms"
    settings.WEBHOOK_PRIVATE = True


def rows(kind):
    return Delivery.objects.filter(channel__kind=kind)


def test_a_mail_arrives_at_a_real_server_with_its_link_and_key(staff, release, smtp):
    release(3)
    sending.sweep_deliveries(AT)
    [mail] = smtp.mails
    assert mail["To"] == "fitter@example.org"
    assert "燃气泄漏" in mail["Subject"]
    assert "/warn/r/" in mail.get_content()
    row = rows("email").get()
    assert (row.status, row.sent_at, mail["X-Chengan-Key"]) == ("sent", AT, row.key)


def test_a_mail_that_is_refused_is_tried_again_with_longer_pauses(staff, release, smtp):
    release(3)
    smtp.is_closed = True
    at, pauses = AT, []
    for _turn in range(3):
        sending.sweep_deliveries(at)
        row = rows("email").get()
        pauses.append((row.next_at - at).total_seconds())
        at = row.next_at
    assert pauses == [5, 10, 20]
    assert "451" in row.last_error
    smtp.is_closed = False
    sending.sweep_deliveries(at - SECOND)
    assert smtp.mails == []
    sending.sweep_deliveries(at)
    assert len(smtp.mails) == 1


def test_pauses_double_up_to_a_quarter_of_an_hour():  # by hand
    assert [sending.pause_s(n) for n in (1, 2, 3, 8, 9, 14)] == [5, 10, 20, 640, 900, 900]


def test_what_can_never_be_delivered_is_given_up_and_said(staff, release, settings):
    settings.EMAIL_HOST = ""
    made, _duty = release(3)
    rows("email").update(attempts=sending.ATTEMPTS - 1)
    sending.sweep_deliveries(AT)
    row = rows("email").get()
    assert (row.status, "CHENGAN_SMTP_HOST" in row.last_error) == ("failed", True)
    said = [each for each in journal.after(0) if each.kind == "warning.undelivered"]
    assert [each.data["channel"] for each in said] == ["email"]
    assert sending.send_again([row], AT) == 1
    assert rows("email").get().status == "waiting"
    assert made


def test_a_claim_that_was_never_finished_is_sent_again(staff, release, smtp):
    release(3)
    assert sending._claim(AT, 64)  # killed here
    sending.sweep_deliveries(AT)
    assert smtp.mails == []
    sending.sweep_deliveries(AT + sending.CLAIM)
    assert len(smtp.mails) == 1


def test_an_sms_goes_into_a_file_and_twice_is_once(staff, release, settings):
    release(3)
    sending.sweep_deliveries(AT)
    [file] = settings.SMS_FOLDER.iterdir()
    text = file.read_text()
    assert text.startswith("1fitter\n")
    assert "/warn/r/" in text


def test_an_adapter_that_is_not_there_is_named(staff, release, settings):
    settings.SMS_ADAPTER = "no.such:Thing"
    release(3)
    sending.sweep_deliveries(AT)
    assert "no.such:Thing" in rows("sms").get().last_error


def test_a_webhook_is_signed_and_its_receiver_can_check_and_answer(staff, release, hook):
    url, got, answers = hook
    channel = Channel.objects.create(
        code="hook", name_zh="公司", kind="webhook", url=url, organisation=staff.first.organisation
    )
    answers.append(503)
    release(3)
    sending.sweep_deliveries(AT)
    assert rows("webhook").get().last_error == "HTTP 503"
    sending.sweep_deliveries(AT + 5 * SECOND)
    (_first, _body), (headers, body) = got
    said = json.loads(body)
    assert said["warning"]["severity"] == 3
    signatures.check(
        secret=signatures.secret_of(channel), body=body, stamp=headers["X-Chengan-Timestamp"],
        signature=headers["X-Chengan-Signature"], at=AT + 6 * SECOND,
    )  # fmt: skip
    row = Delivery.objects.get(pk=said["delivery"])
    assert row.key == headers["X-Chengan-Key"] == said["key"]
    assert receipts.acknowledge(delivery=row, by="system", how="webhook", at=AT)


def test_of_a_receivers_answer_only_the_status_counts(staff, release, hook):
    url, got, answers = hook
    Channel.objects.create(
        code="hook", name_zh="公司", kind="webhook", url=url, organisation=staff.first.organisation
    )
    answers.append(ENDLESS)
    release(3)
    sending.sweep_deliveries(AT)
    assert rows("webhook").get().status == "sent"
    assert "read it all" not in got


def test_a_drill_says_so_in_both_languages_in_subject_body_and_message(staff, release):
    made, duty = release(3)
    type(made).objects.filter(pk=made.pk).update(is_exercise=True, is_sample=False)
    made.refresh_from_db()
    releasing.amend(warning=made, texts={}, by=duty, at=AT + SECOND, reason="演练")
    for row in Delivery.objects.filter(warning=made, purpose="update"):
        assert row.subject.startswith("【演练 · DRILL】")
        assert "not a real warning" in row.body.splitlines()[0]
    said = reading.read(bytes(made.messages.order_by("-id")[0].xml)).message
    assert said.status == "Exercise"
    assert [each.headline[:7] for each in said.infos] == ["【演练】wel", "[DRILL]"]


def test_a_webhook_into_our_own_network_is_not_called_unless_allowed(
    staff, release, hook, settings
):
    settings.WEBHOOK_PRIVATE = False
    url, got, _answers = hook
    Channel.objects.create(
        code="hook", name_zh="公司", kind="webhook", url=url, organisation=staff.first.organisation
    )
    release(3)
    sending.sweep_deliveries(AT)
    assert got == []
    assert "内网" in rows("webhook").get().last_error


# ── Who guards the guards ─────────────────────────────────────────────────────


def test_a_loop_that_falls_silent_raises_an_alarm_of_its_own_once(staff):
    officer(person="guard")
    for name in watching.LOOPS:
        watching.beat(name, AT)
    late = AT + watching.SILENT + SECOND
    watching.beat("facts", late)
    assert watching.guard(AT) == 0
    assert watching.guard(late) == len(watching.LOOPS) - 1
    assert watching.guard(late) == 0
    said = journal.after(0, ["warn.watch.silent"])
    names = ["close", "command", "deadlines", "deliveries", "feeds"]
    assert [each.data["name"] for each in said] == names
    assert Delivery.objects.filter(role="duty_room", person__code="guard").count() == len(names)
    watching.beat("deadlines", late)
    assert [each.name for each in watching.silent(late)] == [*names[:2], *names[3:]]
