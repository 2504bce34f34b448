"""Profiles of another form, since the program was renewed, begin anew; what they had told ends.

What the old ones held can't be replayed, so the journal says which of their alarms go on.
"""

from collections.abc import Collection

import numpy as np

from chengan.city.journal import api as journal
from chengan.city.sense.runner import ending
from chengan.city.sense.runner.ending import Ending
from chengan.city.sense.runner.facts import KINDS
from chengan.core.arrays import NEVER
from chengan.core.stream.events import Kind

TOLD = tuple(KINDS[k] for k in (Kind.BREACH_BEGAN, Kind.BREACH_CHANGED, Kind.BREACH_ENDED))


def given_up(lost: np.ndarray, newest: np.ndarray, known: Collection[Ending]) -> list[Ending]:
    """The ends of the alarms that go on in the slots `lost`, but for those `known`.

    newest : by slot, time of the newest reading, µs; of one that never came here others tell.
    """
    mine = lost[newest[lost] != NEVER].tolist()
    if not mine:
        return []
    subjects = [f"datastream:{slot}" for slot in mine]
    told = [each.data for each in journal.last_of_each(subjects, TOLD, cause="anomaly")]
    ends = {(each.slot, each.onset) for each in known}
    return [
        Ending(slot, onset, int(newest[slot]), ending.RENEWED)
        for slot, onset, level in (
            (int(each["datastream"]), int(each["onset"]), each["severity"]) for each in told
        )
        if level and (slot, onset) not in ends
    ]
