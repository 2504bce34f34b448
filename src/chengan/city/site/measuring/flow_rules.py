"""The same rules in bytewax: a stateful operator keyed by stream around the plain ones."""

from collections.abc import Iterable

from chengan.city.site.measuring.plain_rules import Asked, Event, Stream


def run(asked: Asked, readings: Iterable[tuple[int, int, float]]) -> list[Event]:
    """Judge readings (stream, time µs, value) in a dataflow with one worker."""
    import bytewax.operators as op
    from bytewax.dataflow import Dataflow
    from bytewax.testing import TestingSink, TestingSource, run_main

    found: list[Event] = []

    def judge(
        state: Stream | None, reading: tuple[int, int, float]
    ) -> tuple[Stream | None, list[Event]]:
        kept = state or Stream(reading[0])
        return kept, kept.take(asked, reading[1], reading[2])

    flow = Dataflow("rules")
    source = op.input("readings", flow, TestingSource(list(readings), batch_size=1000))
    keyed = op.key_on("by_stream", source, lambda reading: str(reading[0]))
    events = op.stateful_map("judge", keyed, judge)
    flat = op.flat_map("events", events, lambda pair: pair[1])
    op.output("out", flat, TestingSink(found))
    run_main(flow)  # type: ignore[no-untyped-call]
    return found
