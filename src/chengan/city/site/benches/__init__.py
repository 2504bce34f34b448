"""Repeatable measurements, one module each: `run(options, progress)` returns its figures."""
