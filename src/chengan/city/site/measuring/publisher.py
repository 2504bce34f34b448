"""Starts the gateways' process and tells it how far it may go."""

import subprocess
import sys
from typing import Self

from chengan.city.site.measuring.gateways import Plan, spoken


class Publisher:
    """The gateways in a process of their own, so that a bench does not slow what it measures."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.child = subprocess.Popen(
            [sys.executable, "-m", "chengan.city.site.measuring.gateways"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self._say(spoken(plan))

    @property
    def pid(self) -> int:
        """Its process."""
        return self.child.pid

    def allow(self, readings: int) -> int:
        """Let it send so many readings in all, in whole bodies; how many are acknowledged."""
        return self._say(str(readings // self.plan.body_rows)) * self.plan.body_rows

    def _say(self, line: str) -> int:
        if self.child.stdin is None or self.child.stdout is None:
            raise BrokenPipeError("the gateways have no ear")
        self.child.stdin.write(line + "\n")
        self.child.stdin.flush()
        return int(self.child.stdout.readline() or 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.child.stdin:
            self.child.stdin.close()
        try:
            self.child.wait(15)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        if self.child.stdout:
            self.child.stdout.close()
