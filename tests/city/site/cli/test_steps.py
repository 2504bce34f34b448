"""The steps of a start: printed, and ended by Ctrl-C even where a library does not hear it."""

import contextlib
import signal

import pytest

from chengan.city.site.cli.steps import Steps


def test_a_step_is_told_when_it_begins_and_when_it_is_done(capsys):
    steps = Steps()
    steps("migrate", "begun")
    steps("migrate", "done")
    first, second = capsys.readouterr().out.splitlines()
    assert "… 数据库结构 · database structure" in first
    assert "✓ 数据库结构 · database structure" in second


def test_an_interrupt_that_nobody_heard_ends_the_start_at_the_next_step():
    steps = Steps()
    with steps.interruptible(), contextlib.suppress(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        steps("web", "begun")


def test_afterwards_ctrl_c_is_what_it_was():
    before = signal.getsignal(signal.SIGINT)
    with Steps().interruptible():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before
