"""Pages of the ways out and in: channels, deliveries with receipts, feeds."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengan.city.places import api as places
from chengan.city.warn import errors, selectors
from chengan.city.warn.models import CapMessage, Channel, Delivery, Feed
from chengan.city.warn.services import receiving, sending, signatures, tables, watching
from chengan.city.warn.table_forms import ChannelForm, FeedForm

May = places.Permission
PAGE = 100
NAMES = ("status", "channel", "purpose", "receipt", "q")
MOST_BYTES = 5 << 20


def _visible(user: Any) -> QuerySet[Delivery]:
    seen = selectors.visible_warnings(user).order_by().values("pk")
    reach = places.scope(user, May.VIEW_INCIDENTS)
    of_notices = reach.paths_q("notice__owner_path") & Q(notice__isnull=False)
    found = Delivery.objects.filter(Q(warning__in=seen) | of_notices)
    related = ("warning", "notice", "channel", "person", "organisation")
    return found.select_related(*related).order_by("-id")


def _filtered(request: HttpRequest) -> QuerySet[Delivery]:
    given = {name: request.GET.get(name, "") for name in NAMES}
    found = _visible(request.user)
    if given["status"]:
        found = found.filter(status=given["status"])
    if given["purpose"]:
        found = found.filter(purpose=given["purpose"])
    if given["channel"]:
        found = found.filter(channel__kind=given["channel"])
    if given["receipt"] == "missing":
        found = found.filter(needs_receipt=True, receipt_at=None)
    if text := given["q"].strip():
        found = found.filter(
            Q(person__name_zh__icontains=text) | Q(address__icontains=text)
            | Q(subject__icontains=text)
        )  # fmt: skip
    return found


@login_required
def deliveries(request: HttpRequest) -> HttpResponse:
    """Every message to every recipient: whether it went out, whether it was acknowledged."""
    places.require(request.user, May.VIEW_ALARMS)
    found = _filtered(request)
    after = request.GET.get("after", "")
    if after.isdecimal():
        found = found.filter(pk__lt=int(after))
    rows = list(found[: PAGE + 1])
    context = {
        "rows": rows[:PAGE],
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else "",
        "statuses": Delivery.Status.choices,
        "kinds": Channel.Kind.choices,
        "receipts": [("missing", _("Not acknowledged"))],
        "silent": watching.silent(timezone.now()),
        "may_manage": places.may(request.user, May.MANAGE_CHANNELS),
        "saved": places.saved_views(request, "warn:deliveries"),
        "csv": reverse("warn:delivery_export", args=["csv"]),
        "excel": reverse("warn:delivery_export", args=["xlsx"]),
    }
    return render(request, "warn/deliveries.html", context)


@login_required
def delivery_export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The filtered deliveries as CSV or Excel."""
    places.require(request.user, May.VIEW_ALARMS)
    headers = [
        _("Warning"), _("Purpose"), _("Channel"), _("Recipient"), _("organisation"), _("address"),
        _("Why"), _("Status"), _("Attempts"), _("Last error"), _("Made"), _("Sent"),
        _("Acknowledged"), _("Acknowledged by"), _("How"),
    ]  # fmt: skip
    rows = (
        [
            each.warning.number if each.warning else each.subject, each.get_purpose_display(),
            str(each.channel.name_zh), str(each.person or ""), str(each.organisation or ""),
            each.address, each.why_zh, each.get_status_display(), each.attempts, each.last_error,
            each.created_at, each.sent_at, each.receipt_at, each.receipt_by, each.receipt_how,
        ]
        for each in _filtered(request).iterator(1000)
    )  # fmt: skip
    return places.table_file("deliveries", form, headers, rows)


@require_POST
@login_required
def send_again(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Try a message again now that was given up or waits."""
    places.require(request.user, May.MANAGE_CHANNELS)
    found = get_object_or_404(_visible(request.user), pk=delivery_id)
    if sending.send_again([found], timezone.now()):
        messages.success(request, _("It is being tried again."))
    return redirect("warn:deliveries")


@login_required
def channels(request: HttpRequest) -> HttpResponse:
    """The ways to people."""
    places.require(request.user, May.MANAGE_CHANNELS)
    found = Channel.objects.select_related("organisation").order_by("pk")
    return render(request, "warn/channels.html", {"rows": found})


@login_required
def channel_edit(request: HttpRequest, channel_id: int | None = None) -> HttpResponse:
    """Change a channel or make one; a webhook shows its secret to whoever manages it."""
    places.require(request.user, May.MANAGE_CHANNELS)
    row = get_object_or_404(Channel, pk=channel_id) if channel_id else None
    if request.method == "POST" and row and "new_secret" in request.POST:
        tables.new_secret(channel=row, by=request.user.get_username(), at=timezone.now())
        messages.success(request, _("There is a new secret; tell the receiver."))
        return redirect("warn:channel_edit", channel_id=row.pk)
    form = ChannelForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        made = form.save()
        tables.record("channel.changed", f"channel:{made.code}", request.user.get_username(),
                      timezone.now(), {"kind": made.kind, "is_active": made.is_active})  # fmt: skip
        messages.success(request, _("Kept."))
        return redirect("warn:channels")
    is_hook = bool(row and row.kind == Channel.Kind.WEBHOOK)
    context = {"form": form, "row": row, "word": _("channel"), "back": reverse("warn:channels"),
               "secret": signatures.secret_of(row) if row and is_hook else ""}  # fmt: skip
    return render(request, "warn/table_edit.html", context)


@login_required
def feeds(request: HttpRequest) -> HttpResponse:
    """The feeds we subscribe to, how they do, and what came in."""
    places.require(request.user, May.VIEW_ALARMS)
    seen = selectors.visible_warnings(request.user).order_by().values("pk")
    came = CapMessage.objects.filter(direction=CapMessage.Direction.IN)
    came = came.filter(Q(warning__in=seen) | Q(warning=None)).select_related("warning", "feed")
    context = {
        "rows": Feed.objects.order_by("pk"),
        "messages_in": [
            (each, receiving.waits_for_second(each)) for each in came.order_by("-id")[:50]
        ],
        "may_manage": places.may(request.user, May.MANAGE_CHANNELS),
        "own": request.build_absolute_uri(reverse("warn:cap_feed")),
    }
    return render(request, "warn/feeds.html", context)


@login_required
def feed_edit(request: HttpRequest, feed_id: int | None = None) -> HttpResponse:
    """Change a feed or subscribe to one; it is asked at once."""
    places.require(request.user, May.MANAGE_CHANNELS)
    row = get_object_or_404(Feed, pk=feed_id) if feed_id else Feed(next_at=timezone.now())
    form = FeedForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        form.instance.next_at = timezone.now()
        made = form.save()
        tables.record("feed.changed", f"feed:{made.code}", request.user.get_username(),
                      timezone.now(), {"url": made.url, "is_active": made.is_active})  # fmt: skip
        messages.success(request, _("Kept; the feed is being asked."))
        return redirect("warn:feeds")
    context = {
        "form": form,
        "row": feed_id and row,
        "word": _("feed"),
        "back": reverse("warn:feeds"),
    }
    return render(request, "warn/table_edit.html", context)


@require_POST
@login_required
def take_file(request: HttpRequest) -> HttpResponse:
    """Take in a message from a file: CAP 1.2 or the national message; red needs two persons."""
    if not places.may(request.user, May.APPROVE_WARNINGS):
        places.require(request.user, May.RELEASE_WARNINGS)
    given = request.FILES.get("file")
    if given is None or (given.size or 0) > MOST_BYTES:
        messages.error(request, _("Choose a file of at most 5 MB."))
        return redirect("warn:feeds")
    try:
        by = request.user.get_username()
        row = receiving.take_message(xml=given.read(), at=timezone.now(), by=by)
    except errors.WarnError as error:
        messages.error(request, f"{given.name}: {error}")
        return redirect("warn:feeds")
    if row is None:
        messages.info(request, _("This message was taken in before."))
        return redirect("warn:feeds")
    if receiving.waits_for_second(row):
        text = _("Red from a file, not in force: a second person must take in the same file.")
        messages.warning(request, text)
        return redirect("warn:feeds")
    messages.success(request, _("Taken in: %(id)s") % {"id": row.identifier})
    return redirect("warn:warning", row.warning_id) if row.warning_id else redirect("warn:feeds")
