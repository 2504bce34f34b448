"""Other authorities' warnings: feeds that behave, and feeds that do not."""

import gzip
import itertools
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpcore
import pytest
from shapely.geometry import shape

from chengan.city.journal import api as journal
from chengan.city.warn import api as warn
from chengan.city.warn.errors import BadCap, BadFeed
from chengan.city.warn.models import CapMessage, Feed
from chengan.city.warn.services import feeds, guarded, receiving
from tests.city.warn.cap.test_national import message
from tests.city.warn.conftest import AT

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ALERT = "32010041600000_20260302123000_0"
LATER = "32010041600000_20260302133000_0"
END = "32010041600000_20260302143000_0"


@pytest.fixture
def server():
    """A web server on loopback: `pages` by path, `/endless` without end, `/bomb`, `/away` redirects."""
    pages = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/endless":
                return self.endless()
            if self.path == "/away":
                self.send_response(302)
                self.send_header("Location", pages["away"])
                self.end_headers()
                return None
            if self.path == "/bomb":
                return self.bomb()
            if self.path == "/drip":
                return self.drip()
            body = pages.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.end_headers()
            self.wfile.write(body or b"")
            return None

        def bomb(self):
            """Ten megabytes of a feed in ten kilobytes."""
            self.send_response(200)
            self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(gzip.compress(b"<feed>" + b" " * 10_000_000))

        def drip(self):
            """One byte, then silence until the other side goes away."""
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<")
            self.wfile.flush()
            self.rfile.read(1)

        def endless(self):
            self.send_response(200)
            self.end_headers()
            try:
                for _turn in itertools.count():
                    self.wfile.write(b"<feed>" * 10_000)
            except OSError:
                return

        def log_message(self, *_args):
            pass

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.daemon_threads = True
    thread = Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}", pages
    made.shutdown()
    thread.join()
    made.server_close()


def atom(*paths):
    entries = "".join(
        f'<entry><id>{path}</id><link type="application/cap+xml" href="{path}"/></entry>'
        for path in paths
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode()


def feed(url, **more):
    given = {"code": "met", "name_zh": "气象台", "url": url, "next_at": AT, "allow_private": True}
    return Feed.objects.create(**(given | more))


def at_time(text, hour):
    return text.replace(b"2026-03-02 12:30:00", f"2026-03-02 {hour}:30:00".encode())


def test_a_feed_brings_a_warning_once_and_its_facts(server, wells):
    url, pages = server
    pages["/cap.atom"], pages["/1.xml"] = atom("/1.xml"), message()
    made = feed(f"{url}/cap.atom")
    assert feeds.sweep_feeds(AT) == 1
    assert feeds.sweep_feeds(AT) == 0
    assert feeds.sweep_feeds(AT + HOUR) == 0
    made.refresh_from_db()
    assert (made.taken, made.last_error, made.last_ok_at) == (1, "", AT + HOUR)
    found = warn.Warning.objects.get()
    assert (found.state, found.origin, found.severity) == ("released", "external", 4)
    assert (found.identifier, found.event_type.code) == (ALERT, "11b06")
    fact = journal.after(0, ["warning.received"])[0]
    assert (fact.actor, fact.data["event_type"], fact.data["severity"]) == ("feed:met", "11b06", 4)


def test_an_entry_is_asked_for_once_whatever_it_is_called_and_again_when_it_changed(
    server, wells, monkeypatch
):
    url, pages = server
    pages["/cap.atom"] = atom("/1.xml", "/2.xml")
    pages["/1.xml"] = message()
    pages["/2.xml"] = at_time(message().replace(ALERT.encode(), LATER.encode()), 13)
    monkeypatch.setattr(feeds, "MOST_MESSAGES", 1)
    made, asked = feed(f"{url}/cap.atom"), []
    plain = guarded.fetch
    monkeypatch.setattr(
        guarded, "fetch", lambda url, **more: asked.append(url[-6:]) or plain(url, **more)
    )
    assert [feeds.sweep_feeds(AT + turn * HOUR) for turn in range(3)] == [1, 1, 0]
    assert [each for each in asked if each != "p.atom"] == ["/2.xml", "/1.xml"]
    pages["/cap.atom"] = atom("/2.xml").replace(b"</id>", b"</id><updated>later</updated>")
    assert feeds.sweep_feeds(AT + 3 * HOUR) == 0
    assert asked[-1] == "/2.xml"
    assert made.entries.count() == 1


def test_an_entry_that_cannot_be_read_is_named_waits_longer_and_holds_up_no_other(
    server, wells, monkeypatch
):
    url, pages = server
    pages["/cap.atom"], pages["/1.xml"] = atom("/1.xml", "/gone.xml"), message()
    monkeypatch.setattr(feeds, "MOST_MESSAGES", 1)
    made = feed(f"{url}/cap.atom")
    minutes = [AT + timedelta(minutes=turn) for turn in range(4)]
    assert [feeds.sweep_feeds(each) for each in minutes] == [0, 1, 0, 0]
    made.refresh_from_db()
    assert "/gone.xml: HTTP 404" in made.last_error
    entry = made.entries.get(read_at=None)
    assert (entry.failures, entry.next_at) == (2, minutes[2] + timedelta(minutes=2))
    pages["/gone.xml"] = at_time(message().replace(ALERT.encode(), LATER.encode()), 13)
    assert feeds.sweep_feeds(AT + HOUR) == 1
    made.refresh_from_db()
    assert made.last_error == ""


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/endless", "bytes"),
        ("/bomb", "bytes"),
        ("/nothing", "404"),
        ("/html", "html"),
        ("/away", "file:"),
    ],
)
def test_a_feed_that_misbehaves_is_named_and_holds_up_no_other(server, wells, path, said):
    url, pages = server
    pages |= {"/html": b"<html></html>", "away": "file:///etc/passwd", "/1.xml": message()}
    bad, good = feed(f"{url}{path}"), feed(f"{url}/1.xml", code="good")
    assert feeds.sweep_feeds(AT) == 1
    bad.refresh_from_db()
    good.refresh_from_db()
    assert said in bad.last_error
    assert good.last_error == ""
    assert bad.next_at > AT


def test_a_feed_that_drips_for_ever_is_stopped_by_time(server):
    url, _pages = server
    with pytest.raises(BadFeed, match="does not end"):
        guarded.fetch(f"{url}/endless", allow_private=True, total_s=0.0, most_bytes=1 << 40)


class Dripping:
    """A connection that always has one byte more; remembers how long it was given."""

    def __init__(self):
        self.given = []

    def read(self, _most, timeout=None):
        self.given.append(timeout)
        return b"x"


def test_one_byte_at_a_time_does_not_buy_more_time(server, monkeypatch):
    slow, now = Dripping(), iter([94.0, 97.0, 101.0])
    with monkeypatch.context() as patch:
        patch.setattr(guarded.time, "monotonic", lambda: next(now))
        made = guarded.Timed(slow, end=100.0)
        made.read(1, timeout=5.0)
        made.read(1, timeout=5.0)
        with pytest.raises(httpcore.ReadTimeout, match="does not end"):
            made.read(1, timeout=5.0)
    assert slow.given == [5.0, 3.0]
    with pytest.raises(BadFeed, match=r"timed out|does not end"):
        guarded.fetch(f"{server[0]}/drip", allow_private=True, total_s=0.3)


def test_no_way_leads_into_our_own_network_not_even_by_redirect(server, wells):
    url, pages = server
    with pytest.raises(BadFeed, match="内网"):
        guarded.fetch(f"{url}/1.xml", allow_private=False)
    pages["away"] = "http://169.254.169.254/latest"
    found = guarded.Guard(allow_private=False)
    with pytest.raises(Exception, match="内网"):
        found.connect_tcp("169.254.169.254", 80)
    with pytest.raises(Exception, match="内网"):
        found.connect_tcp("localhost", 80)


def test_an_update_changes_the_warning_and_a_cancel_lifts_it(wells):
    receiving.take_message(xml=message(), at=AT)
    later = at_time(
        message(identifier=LATER, msg_type="Update", colour="Red", references=ALERT), 13
    )
    receiving.take_message(xml=later, at=AT + HOUR)
    found = warn.Warning.objects.get()
    assert (found.severity, found.state) == (5, "released")
    end = at_time(message(identifier=END, msg_type="Cancle", references=ALERT), 14)
    receiving.take_message(xml=end, at=AT + 2 * HOUR)
    found.refresh_from_db()
    assert found.state == "lifted"
    assert [each.kind for each in journal.after(0) if each.kind.startswith("warning.")] == [
        "warning.received", "warning.raised", "warning.lifted",
    ]  # fmt: skip


def test_an_older_update_that_comes_late_is_kept_and_changes_nothing(wells):
    receiving.take_message(xml=message(), at=AT)
    newer = at_time(
        message(identifier=LATER, msg_type="Update", colour="Red", references=ALERT), 13
    )
    receiving.take_message(xml=newer, at=AT + HOUR)
    older = message(identifier=END, msg_type="Update", colour="Blue", references=ALERT)
    receiving.take_message(xml=older, at=AT + 2 * HOUR)
    assert warn.Warning.objects.get().severity == 5
    assert CapMessage.objects.count() == 3


def test_no_feed_lifts_what_another_brought_and_no_sender_anothers(wells):
    mine, other = feed("http://a.example/x"), feed("http://b.example/x", code="b")
    receiving.take_message(xml=message(), at=AT, feed=mine)
    end = at_time(message(identifier=END, msg_type="Cancle", references=ALERT), 14)
    receiving.take_message(xml=end, at=AT + HOUR, feed=other)
    found = warn.Warning.objects.get()
    assert found.state == "released"
    later = at_time(message(identifier=LATER, msg_type="Cancle", references=ALERT), 15)
    receiving.take_message(xml=later, at=AT + HOUR, feed=mine)
    found.refresh_from_db()
    assert found.state == "lifted"


def test_a_message_from_the_future_does_not_block_right_ones(wells):
    """Sent "tomorrow", taken now: a cancel of an hour later, by a right clock, lifts it."""
    tomorrow = message().replace(b"2026-03-02 12:30:00", b"2026-03-03 12:30:00")
    receiving.take_message(xml=tomorrow, at=AT)
    end = at_time(message(identifier=END, msg_type="Cancle", references=ALERT), 14)
    receiving.take_message(xml=end, at=AT + 2 * HOUR)
    assert warn.Warning.objects.get().state == "lifted"


def test_a_test_message_is_kept_and_warns_nobody(wells):
    xml = message().replace(b"<status>Actual", b"<status>Test")
    assert receiving.take_message(xml=xml, at=AT) is not None
    assert not warn.Warning.objects.exists()


def test_a_sender_whose_clock_is_a_day_ahead_is_taken_and_said(wells):
    row = receiving.take_message(xml=message(), at=AT - timedelta(days=1))
    assert any("24.5" in each for each in row.problems)
    assert warn.Warning.objects.exists()


def test_what_had_expired_before_it_came_warns_nobody(wells):
    xml = message().replace(b"<expires></expires>", b"<expires>2026-03-02 11:00:00</expires>")
    receiving.take_message(xml=xml, at=AT)
    assert not warn.Warning.objects.exists()


def test_a_warning_of_another_authority_ends_when_its_time_is_over(wells):
    xml = message().replace(b"<expires></expires>", b"<expires>2026-03-02 18:00:00</expires>")
    receiving.take_message(xml=xml, at=AT)
    assert receiving.expire(AT + 5 * HOUR) == 0
    assert receiving.expire(AT + 6 * HOUR) == 1
    assert warn.Warning.objects.get().state == "lifted"


def test_a_feed_that_lists_the_newest_first_lifts_what_it_lifted(server, wells):
    """Subscribed to late: the cancellation stands above what it cancels."""
    url, pages = server
    end = at_time(message(identifier=END, msg_type="Cancle", references=ALERT), 14)
    pages["/cap.atom"] = atom("/end.xml", "/1.xml")
    pages |= {"/1.xml": message(), "/end.xml": end}
    feed(f"{url}/cap.atom")
    assert feeds.sweep_feeds(AT + 3 * HOUR) == 2
    assert warn.Warning.objects.get().state == "lifted"


def test_what_comes_after_its_own_end_warns_nobody_and_after_its_update_is_no_second_one(wells):
    end = at_time(message(identifier=END, msg_type="Cancle", references=ALERT), 14)
    receiving.take_message(xml=end, at=AT + 2 * HOUR)
    receiving.take_message(xml=message(), at=AT + 2 * HOUR)
    assert not warn.Warning.objects.exists()
    other = "32010041600000_20260302123000_5"
    later = message(identifier=LATER, msg_type="Update", references=other)
    receiving.take_message(xml=at_time(later, 13), at=AT + 2 * HOUR)
    receiving.take_message(xml=message(identifier=other), at=AT + 2 * HOUR)
    assert warn.Warning.objects.get().messages.count() == 2


def test_a_drill_of_others_never_lifts_the_real_thing(wells):
    receiving.take_message(xml=message(), at=AT)
    end = at_time(message(identifier=END, msg_type="Cancle", references=ALERT), 14)
    drill = end.replace(b"<status>Actual", b"<status>Exercise")
    receiving.take_message(xml=drill, at=AT + 2 * HOUR)
    assert warn.Warning.objects.get().state == "released"


def test_areas_side_by_side_are_one_ground_and_one_across_itself_is_left_out(wells):
    squares = (
        "<polygon>0,0 0,1 1,1 1,0 0,0</polygon><polygon>0,1 0,2 1,2 1,1 0,1</polygon>"
        "<polygon>5,5 6,6 6,5 5,6 5,5</polygon>"
    )
    xml = message().replace(b"<polygon></polygon>", squares.encode())
    row = receiving.take_message(xml=xml, at=AT)
    assert shape(row.warning.geometry).area == 2
    assert any("Self-intersection" in each for each in row.problems)


def test_red_from_a_file_needs_a_second_person_with_the_same_file(wells):
    red = message(colour="Red")
    row = receiving.take_message(xml=red, at=AT, by="one")
    assert receiving.waits_for_second(row)
    with pytest.raises(warn.NeedsSecond):
        receiving.take_message(xml=red, at=AT, by="one")
    with pytest.raises(BadCap, match="编号"):
        receiving.take_message(xml=red.replace("阵风".encode(), b"x"), at=AT, by="two")
    assert not warn.Warning.objects.exists()
    row = receiving.take_message(xml=red, at=AT, by="two")
    assert (row.taken_by, row.seconded_by, row.warning.severity) == ("one", "two", 5)
    assert row.warning.steps.get().by == "two"
    assert receiving.take_message(xml=red, at=AT, by="three") is None


def test_a_raise_to_red_from_a_file_waits_too_and_the_feed_itself_settles_it(wells):
    made = feed("http://a.example/x")
    receiving.take_message(xml=message(), at=AT, feed=made)
    later = message(identifier=LATER, msg_type="Update", colour="Red", references=ALERT)
    later = at_time(later, 13)
    receiving.take_message(xml=later, at=AT + HOUR, by="one")
    assert warn.Warning.objects.get().severity == 4
    receiving.take_message(xml=later, at=AT + HOUR, feed=made)
    assert warn.Warning.objects.get().severity == 5


def test_the_same_message_twice_is_one_warning(wells):
    assert receiving.take_message(xml=message(), at=AT) is not None
    assert receiving.take_message(xml=message(), at=AT) is None
    assert warn.Warning.objects.count() == 1
