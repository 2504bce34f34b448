"""What a user may do about a hidden danger now; the pages offer that, and refuse the rest."""

from collections.abc import Callable
from typing import Final

from chengan.city.close.models import DangerDeadline, Extension, HiddenDanger
from chengan.city.close.selectors.dangers import OVER, visible_dangers
from chengan.city.places import api as places

May = places.Permission
Status = HiddenDanger.Status
Test = Callable[[HiddenDanger, str], bool]
GOING: Final = {Status.ORDERED, Status.RECTIFYING}


def _waits(danger: HiddenDanger) -> Extension | None:
    return danger.extensions.filter(status=Extension.Status.WAITING).first()


def _may_answer(danger: HiddenDanger, name: str) -> bool:
    waiting = _waits(danger) if danger.status in GOING else None
    return waiting is not None and waiting.asked_by != name


def _due(step: str) -> Test:
    def test(danger: HiddenDanger, _name: str) -> bool:
        open_ = danger.deadlines.filter(step=step, settled_at=None)
        return danger.listed_at is not None and open_.exists()

    return test


def _may_list(danger: HiddenDanger, _name: str) -> bool:
    under_way = danger.status in {*GOING, Status.TO_VERIFY}
    return danger.is_major and under_way and danger.listed_at is None


ACTS: Final[dict[str, tuple[tuple[str, ...], Test]]] = {
    "judge": ((May.JUDGE_DANGERS,), lambda d, _: d.status == Status.REPORTED),
    "plan": (
        (May.JUDGE_DANGERS, May.RECTIFY_DANGERS),
        lambda d, _: d.status == Status.JUDGED and d.is_major,
    ),
    "order": ((May.JUDGE_DANGERS,), lambda d, _: d.status == Status.JUDGED),
    "start": ((May.RECTIFY_DANGERS,), lambda d, _: d.status == Status.ORDERED),
    "rectify": ((May.RECTIFY_DANGERS,), lambda d, _: d.status == Status.RECTIFYING),
    "verify": (
        (May.JUDGE_DANGERS,),
        lambda d, name: d.status == Status.TO_VERIFY and d.rectified_by != name,
    ),
    "send_back": (
        (May.JUDGE_DANGERS,),
        lambda d, name: d.status == Status.TO_VERIFY and d.rectified_by != name,
    ),
    "close": (
        (May.JUDGE_DANGERS,),
        lambda d, name: d.status == Status.VERIFIED and d.rectified_by != name,
    ),
    "answer": ((May.JUDGE_DANGERS,), _may_answer),
    "ask": ((May.RECTIFY_DANGERS,), lambda d, _: d.status in GOING and _waits(d) is None),
    "list": ((May.LIST_DANGERS,), _may_list),
    "file": ((May.LIST_DANGERS,), _due(DangerDeadline.Step.FILE)),
    "publish": ((May.LIST_DANGERS,), _due(DangerDeadline.Step.PUBLISH)),
    "end": ((May.LIST_DANGERS,), _due(DangerDeadline.Step.END)),
    "note": ((May.REPORT_DANGERS, May.RECTIFY_DANGERS), lambda d, _: d.status not in OVER),
    "dismiss": ((May.JUDGE_DANGERS,), lambda d, _: d.status in {Status.REPORTED, Status.JUDGED}),
}
"""Each act, the permissions of which one is needed, and whether the danger is there; in the order
in which the page offers them."""


def reaches(user: places.Somebody, permission: str, danger: HiddenDanger) -> bool:
    """Say whether the user holds `permission` for a danger.

    Rectifying is for the branch of the responsible organisation; all else for its ground as well.
    """
    if permission == May.RECTIFY_DANGERS:
        return places.may(user, permission, danger.organisation)
    return visible_dangers(user, permission).filter(pk=danger.pk).exists()


def acts(user: places.Somebody, danger: HiddenDanger) -> list[str]:
    """Give what the user may do about a danger now."""
    held: dict[str, bool] = {}
    name = user.get_username()
    found = []
    for act, (permissions, is_there) in ACTS.items():
        for each in permissions:
            if each not in held:
                held[each] = reaches(user, each, danger)
        if any(held[each] for each in permissions) and is_there(danger, name):
            found.append(act)
    return found
