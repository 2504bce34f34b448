"""Puts a warning into words for other systems: a CAP message, stored before anything is sent."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from signxml.exceptions import SignXMLException

from chengan.city.warn import models
from chengan.city.warn.cap import codes, polygons, signing, writing
from chengan.city.warn.cap.message import Area, Info, Message, Reference
from chengan.city.warn.models import CapMessage, Origin, WarningStep
from chengan.city.warn.selectors import recipients
from chengan.city.warn.services import telling

MSG_TYPE = {
    "released": "Alert",
    "updated": "Update",
    "raised": "Update",
    "lowered": "Update",
    "lifted": "Cancel",
}
log = logging.getLogger(__name__)


def publish(
    *, warning: models.Warning, step: WarningStep, identifier: str, at: datetime
) -> CapMessage:
    """Write the CAP message of a step and keep it, byte for byte."""
    said = message_of(warning, MSG_TYPE[step.action], identifier, at, note=step.reason)
    xml, problems = _perhaps_signed(writing.to_xml(said))
    return CapMessage.objects.create(
        direction=CapMessage.Direction.OUT,
        warning=warning,
        sender=said.sender,
        identifier=said.identifier,
        sent_at=said.sent,
        msg_type=said.msg_type,
        status=said.status,
        scope=said.scope,
        references=" ".join(map(writing.reference, said.references)),
        xml=xml,
        problems=problems,
        received_at=at,
    )


def message_of(
    warning: models.Warning, msg_type: str, identifier: str, at: datetime, note: str = ""
) -> Message:
    """The CAP message of a warning as it stands, in Chinese and English."""
    is_public = recipients.reaches_public(warning)
    return Message(
        identifier=identifier,
        sender=settings.DEFAULT_FROM_EMAIL,
        sent=at.replace(microsecond=0),
        status=_status(warning),
        msg_type=msg_type,
        source=settings.CITY_NAME,
        scope="Public" if is_public else "Restricted",
        restriction="" if is_public else "责任单位和主管部门 · responsible units and departments",
        note=_note(warning, note),
        references=[] if msg_type == "Alert" else _earlier(warning),
        infos=[_info(warning, msg_type, at, language) for language in ("zh-CN", "en-US")],
    )


def _status(warning: models.Warning) -> str:
    if warning.is_sample:
        return "Test"
    return "Exercise" if warning.is_exercise else "Actual"


def _note(warning: models.Warning, note: str) -> str:
    marks = ["样例数据 · sample data"] if warning.is_sample else []
    marks += ["演练 · exercise"] if warning.is_exercise else []
    return "；".join([*marks, note] if note else marks)


def _earlier(warning: models.Warning) -> list[Reference]:
    """Every message of this warning so far; an external one is named as its sender sent it."""
    rows = CapMessage.objects.filter(warning=warning).order_by("id")
    return [Reference(each.sender, each.identifier, each.sent_at) for each in rows]


def _info(warning: models.Warning, msg_type: str, at: datetime, language: str) -> Info:
    zh = language == "zh-CN"
    kind = warning.event_type
    is_over = msg_type == "Cancel"
    headline = warning.headline_zh if zh else warning.headline_en or warning.headline_zh
    urgency, certainty = _urgency(warning, at), _certainty(warning)
    return Info(
        language=language,
        categories=[kind.cap_category],
        event=kind.name_zh if zh else kind.name_en or kind.name_zh,
        urgency="Past" if is_over else urgency,
        severity=codes.CAP_SEVERITY[warning.severity],
        certainty=certainty,
        responses=["AllClear"] if is_over else ["Execute" if warning.instruction_zh else "Monitor"],
        event_codes=_event_codes(warning),
        effective=at,
        onset=warning.expected_at,
        expires=None if is_over else telling.ends_at(warning, at),
        sender_name=settings.CITY_NAME if zh else settings.CITY_NAME_EN,
        headline=_drill(zh) + headline if warning.is_exercise else headline,
        description=warning.description_zh if zh else warning.description_en,
        instruction=warning.instruction_zh if zh else warning.instruction_en,
        web=f"{settings.BASE_URL}/warn/warnings/{warning.pk}/",
        parameters=_parameters(warning),
        areas=_areas(warning, zh=zh),
    )


def _drill(zh: bool) -> str:
    return "【演练】" if zh else "[DRILL] "


def _urgency(warning: models.Warning, at: datetime) -> str:
    if warning.expected_at is None:
        return "Immediate"
    ahead = warning.expected_at - at
    if ahead <= timedelta(0):
        return "Immediate"
    return "Expected" if ahead <= timedelta(hours=1) else "Future"


def _certainty(warning: models.Warning) -> str:
    if warning.probability is None:
        return "Observed" if warning.origin == Origin.ALARM else "Likely"
    return "Likely" if warning.probability > 0.5 else "Possible"


def _event_codes(warning: models.Warning) -> list[tuple[str, str]]:
    kind = warning.event_type
    found = [("chengan", kind.code)]
    return [("national", kind.national_code), *found] if kind.national_code else found


def _parameters(warning: models.Warning) -> list[tuple[str, str]]:
    found = []
    if warning.severity in codes.COLOUR_EN:
        found.append(("colour", codes.COLOUR_EN[warning.severity]))
        if warning.event_type.national_code:
            code = codes.compact(warning.event_type.national_code, warning.severity)
            found.append(("compactCode", code))
    if warning.probability is not None:
        found.append(("probability", f"{warning.probability:g}"))
    if warning.expected_at is not None:
        found.append(("expectedTime", writing.moment(warning.expected_at)))
    return found


def _areas(warning: models.Warning, *, zh: bool) -> list[Area]:
    words = warning.area_zh if zh else warning.area_en or warning.area_zh
    return [Area(words or (settings.CITY_NAME if zh else settings.CITY_NAME_EN),
                 polygons.rings(warning.geometry))]  # fmt: skip


def _perhaps_signed(xml: bytes) -> tuple[bytes, list[str]]:
    """Sign where a key is set; a key that can't be used holds no warning back, and is named."""
    if not settings.CAP_KEY_FILE:
        return xml, []
    try:
        key = Path(settings.CAP_KEY_FILE).read_bytes()
        certificate = Path(settings.CAP_CERTIFICATE_FILE).read_bytes()
        return signing.signed(xml, key_pem=key, certificate_pem=certificate), []
    except (OSError, ValueError, SignXMLException) as error:
        log.exception("a CAP message went out unsigned")
        return xml, [f"未签名 · not signed (CHENGAN_CAP_KEY, CHENGAN_CAP_CERTIFICATE): {error}"]
