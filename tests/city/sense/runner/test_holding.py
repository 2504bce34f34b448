"""A partition is one worker's at a time; who was superseded changes nothing any more."""

import pytest
from django.db.models import Sum

from chengan.city.hub.models import Counter
from chengan.city.journal import api as journal
from chengan.city.sense.models import Checkpoint, SealedTail, Segment, StreamLimit
from chengan.city.sense.runner.holding import Superseded
from chengan.city.sense.runner.partition import Partition
from tests.city.sense.runner.test_partition import held, message


def test_who_was_superseded_stores_counts_and_states_nothing(stream, lake):
    StreamLimit.objects.create(datastream=stream, high=[None, None, 0.005, None, None], version=1)
    slow = Partition(lake)
    slow.take([message(stream, 0, [1.0])], 1)
    heir = Partition(lake)
    with pytest.raises(Superseded):
        slow.take([message(stream, 10, [9.0])], 2)
    for act in (slow.seal, slow.roll, lambda: slow.heard(1)):
        with pytest.raises(Superseded):
            act()
    assert held(stream) == [0]
    assert journal.after(0, ["sense.breach.began"]) == []
    heir.take([message(stream, 10, [9.0])], 2)
    heir.close()
    slow.close()
    assert held(stream) == [0, 10]
    assert len(journal.after(0, ["sense.breach.began"])) == 1
    assert Counter.objects.aggregate(all=Sum("stored"))["all"] == 2


def test_an_heir_knows_what_its_forerunner_committed_and_makes_segments_of_it(stream, lake):
    first = Partition(lake)
    first.take([message(stream, 0, [1.0, 2.0])], 1)
    second = Partition(lake)
    assert second.point.log_seq == 1
    assert second.memory.state.same_as(first.memory.state)
    assert SealedTail.objects.count() == 1
    second.take([message(stream, 0, [1.0, 2.0])], 2)
    second.finish_sealing()
    assert (SealedTail.objects.count(), Segment.objects.get().rows) == (0, 2)
    assert held(stream) == [0, 1]
    second.close()
    first.close()


def test_sealing_goes_on_beside_the_work_and_survives_a_crash_at_any_moment(stream, lake):
    work = Partition(lake)
    for number in range(3):
        work.take([message(stream, 10 * number, [1.0])], number + 1)
        work.seal()
        work.take([message(stream, 10 * number + 5, [1.0])], number + 1)
        if number == 1:
            work.close()
            work = Partition(lake)
        work.finish_sealing()
    again = Partition(lake)
    assert held(stream) == [0, 5, 10, 15, 20, 25]
    assert again.memory.state.same_as(work.memory.state)
    assert (again.memory.newest == work.memory.newest).all()
    again.finish_sealing()
    assert held(stream) == [0, 5, 10, 15, 20, 25]
    point = Checkpoint.objects.get()
    assert point.state_epoch == again.point.epoch
    files = {file.name for file in (lake / "tail").iterdir()}
    again.close()
    work.close()
    assert again.tail.path.name in files
    assert SealedTail.objects.count() == 0


def test_late_readings_and_second_copies_are_told_in_sealed_tails_too(stream, lake):
    work = Partition(lake)
    work.take([message(stream, 10, [1.0])], 1)
    work.seal()
    work.take([message(stream, 20, [1.0])], 2)
    work.take([message(stream, 10, [1.0]), message(stream, 15, [1.0])], 3)
    work.finish_sealing()
    work.close()
    assert held(stream) == [10, 15, 20]
    sums = Counter.objects.aggregate(
        stored=Sum("stored"), duplicate=Sum("duplicate"), late=Sum("late")
    )
    assert sums == {"stored": 3, "duplicate": 1, "late": 1}
