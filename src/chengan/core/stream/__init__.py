"""One step of the stream: (state, limits, readings) in, (state, events) out.

- `state`: what is remembered of each stream.
- `limits`: what is asked of each stream.
- `evaluate`: `step` by readings, `advance` by time.
- `events`: what came out, as columns; `explain`: one event as plain figures.
- `dedupe`: readings that came twice.
- `warm`: compiles it all beforehand.

Nothing is imported here, so that a web process can name a cause without loading the compiler.
"""
