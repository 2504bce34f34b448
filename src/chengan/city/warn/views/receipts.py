"""Acknowledging: one tap on a phone, by signed link or signed in; a machine's signed message."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from chengan.city.warn import errors
from chengan.city.warn.models import Channel, Delivery
from chengan.city.warn.services import receipts, signatures

STATUS = {"Forged": 401, "Expired": 401, "Replayed": 409}
RELATED = ("warning__event_type", "notice", "channel", "person", "organisation")


def link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a signed link: what is warned of, and one button.

    Looking acknowledges nothing: mail programs and scanners open links by themselves.
    """
    at, refused, found, done = timezone.now(), "", None, False
    try:
        number = signatures.open_token(token, at)
        found = Delivery.objects.select_related(*RELATED).filter(pk=number).first()
        if found is None or (found.warning is None and found.notice is None):
            raise Http404
        done = found.receipt_at is not None
        if request.method == "POST" and not done:
            receipts.acknowledge(delivery=found, by=_name(found), how="link", at=at)
            done = True
    except errors.WarnError as error:
        refused = str(error)
    context = {"delivery": found, "refused": refused, "done": done}
    return render(
        request, "warn/receipt.html", context, status=400 if refused and not found else 200
    )


def _name(delivery: Delivery) -> str:
    person = delivery.person
    if person is None:
        return str(delivery.organisation or delivery.address)[:150]
    return person.user.get_username() if person.user else person.name_zh[:150]


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What was sent to me, what still wants an answer first."""
    found = Delivery.objects.filter(person__user_id=request.user.pk or 0).select_related(*RELATED)
    rows = found.exclude(warning=None, notice=None).order_by("-id").distinct()[:100]
    seen: dict[tuple[Any, ...], Delivery] = {}
    for each in rows:
        key = (each.warning_id, each.notice_id, each.step, each.purpose)
        if key not in seen or (each.receipt_at and not seen[key].receipt_at):
            seen[key] = each
    lines = sorted(seen.values(), key=lambda row: (not _waits(row), -row.pk))
    return render(request, "warn/mine.html", {"rows": [(row, _waits(row)) for row in lines]})


def _waits(row: Delivery) -> bool:
    if row.notice is not None:
        return row.needs_receipt and row.notice.receipt_at is None
    over = {"lifted", "evaluated", "archived", "withdrawn"}
    warning = row.warning
    return bool(
        row.needs_receipt and row.receipt_at is None and warning and warning.state not in over
    )


@require_POST
@login_required
def acknowledge(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Acknowledge one of one's own messages."""
    mine_only = Delivery.objects.filter(person__user_id=request.user.pk or 0)
    found = get_object_or_404(mine_only.select_related(*RELATED), pk=delivery_id)
    try:
        receipts.acknowledge(
            delivery=found, by=request.user.get_username(), how="signed_in", at=timezone.now()
        )
    except errors.WarnError as error:
        messages.error(request, str(error))
    return redirect("warn:mine")


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, code: str) -> JsonResponse:
    """Take a machine's receipt: `{"delivery": 17, "by": "…"}`, signed with its channel's secret."""
    channel = Channel.objects.filter(code=code, kind=Channel.Kind.WEBHOOK, is_active=True).first()
    if channel is None:
        return JsonResponse({"error": f"没有渠道 {code} · no such channel"}, status=404)
    at = timezone.now()
    try:
        signatures.check(
            secret=signatures.secret_of(channel),
            body=request.body,
            stamp=request.headers.get("X-Chengan-Timestamp", ""),
            signature=request.headers.get("X-Chengan-Signature", ""),
            at=at,
        )
        said = _said(request.body)
        found = Delivery.objects.select_related(*RELATED).filter(
            pk=said["delivery"], channel=channel
        )
        delivery = found.first()
        if delivery is None:
            return JsonResponse({"error": "没有这条消息 · no such delivery of yours"}, status=404)
        is_new = receipts.acknowledge(
            delivery=delivery, by=str(said.get("by") or code)[:150], how="webhook", at=at
        )
    except errors.WarnError as error:
        return JsonResponse({"error": str(error)}, status=STATUS.get(type(error).__name__, 400))
    return JsonResponse({"acknowledged": True, "new": is_new})


def _said(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise errors.WarnError(f"不是 JSON · not JSON: {error}") from error
    if not isinstance(found, dict) or not isinstance(found.get("delivery"), int):
        raise errors.WarnError('需要 {"delivery": 编号} · expected {"delivery": number}')
    return found
