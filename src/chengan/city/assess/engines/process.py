"""Runs an engine in its own process with limits of time and memory, and reads its answer."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from chengan.city.assess.errors import EngineFailed
from chengan.city.assess.messages import Message
from chengan.city.assess.messages import message as _
from chengan.core.sentences import Sentence

HERE: Final = Path(__file__).resolve().parents[4]
ENGINES: Final = ("water", "drainage", "leak")
SAID: Final = 600


@dataclass(frozen=True)
class Limits:
    """`seconds` on the clock and of the processor, `megabytes` of address space."""

    seconds: float = 120.0
    megabytes: int = 4096


def ask(engine: str, question: Mapping[str, Any], limits: Limits = Limits()) -> dict[str, Any]:
    """Put a question to an engine and give its answer.

    Raises
    ------
    EngineFailed
        If it did not end in time or in its memory, or refused the model: what it said.
    """
    if engine not in ENGINES:
        about = {"name": engine, "known": ", ".join(ENGINES)}
        raise EngineFailed(_("“%(name)s” is no engine; there are %(known)s.") % about)
    try:
        done = subprocess.run(
            [sys.executable, "-m", f"chengan.city.assess.engines.{engine}"],
            input=json.dumps(question).encode(),
            capture_output=True,
            timeout=limits.seconds,
            check=False,
            env=_bare_environment(),
            preexec_fn=lambda: _limit(limits),
        )
    except subprocess.TimeoutExpired as error:
        text = _("No answer within %s s: the run was stopped.") % f"{limits.seconds:g}"
        raise EngineFailed(text) from error
    if done.returncode != 0:
        raise EngineFailed(_last_words(done.stderr, done.returncode))
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise EngineFailed(_last_words(done.stderr, 0)) from error
    if refused := answer.get("refused"):
        raise EngineFailed(Sentence(refused["core"], **refused["about"]))
    return answer


def _limit(limits: Limits) -> None:
    seconds = max(1, int(limits.seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    size = limits.megabytes << 20
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _bare_environment() -> dict[str, str]:
    """Give what Python needs and nothing else: an engine knows no secret of the city."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT")
    found = {name: os.environ[name] for name in kept if name in os.environ}
    return found | {"PYTHONPATH": str(HERE), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def _last_words(said: bytes, code: int) -> Message:
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    text = " ".join(lines[-3:])[-SAID:]
    if not text:
        return _("The engine ended with code %s and said nothing.") % code
    return _("The engine said: %s") % text
