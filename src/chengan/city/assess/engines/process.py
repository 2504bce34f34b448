"""Runs an engine in its own process with limits of time and memory, and reads its answer."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from chengan.city.assess.errors import EngineFailed
from chengan.city.assess.messages import Message
from chengan.city.assess.messages import message as _
from chengan.core.sentences import Sentence

HERE: Final = Path(__file__).resolve().parents[4]
ENGINES: Final = ("water", "drainage", "leak")
SAID: Final = 600
LOOK_S: Final = 0.5
SHARE: Final = "@"
"""An engine tells how far it is by a line of this and the share done, on its standard error."""


@dataclass(frozen=True)
class Limits:
    """`seconds` on the clock and of the processor, `megabytes` of address space."""

    seconds: float = 120.0
    megabytes: int = 4096


def ask(
    engine: str,
    question: Mapping[str, Any],
    limits: Limits = Limits(),
    heard: Callable[[float], None] | None = None,
) -> dict[str, Any]:
    """Put a question to an engine and give its answer; `heard` is told the share done, 0 to 1.

    Raises
    ------
    EngineFailed
        If it did not end in time or in its memory, or refused the model: what it said.
    """
    if engine not in ENGINES:
        about = {"name": engine, "known": ", ".join(ENGINES)}
        raise EngineFailed(_("“%(name)s” is no engine; there are %(known)s.") % about)
    code, told, said = _run(engine, json.dumps(question).encode(), limits, heard)
    if code != 0:
        raise EngineFailed(_last_words(said, code))
    try:
        answer: dict[str, Any] = json.loads(told)
    except ValueError as error:
        raise EngineFailed(_last_words(said, 0)) from error
    if refused := answer.get("refused"):
        raise EngineFailed(Sentence(refused["core"], **refused["about"]))
    return answer


def _run(
    engine: str, question: bytes, limits: Limits, heard: Callable[[float], None] | None
) -> tuple[int, bytes, bytes]:
    """Run an engine to its end: its code, its answer, what it said beside."""
    with tempfile.TemporaryFile() as beside:
        work = subprocess.Popen(
            [sys.executable, "-m", f"chengan.city.assess.engines.{engine}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=beside,
            env=_bare_environment(),
            preexec_fn=lambda: _limit(limits),  # noqa: PLW1509 - it takes no lock
        )  # fmt: skip
        try:
            told = _waited(work, question, limits.seconds, beside, heard)
        except BaseException:
            work.kill()
            work.communicate()
            raise
        beside.seek(0)
        return work.returncode, told, beside.read()


def _waited(
    work: subprocess.Popen[bytes], question: bytes, seconds: float, beside: IO[bytes],
    heard: Callable[[float], None] | None,
) -> bytes:  # fmt: skip
    end = time.monotonic() + seconds
    given: bytes | None = question
    while True:
        try:
            return work.communicate(given, timeout=LOOK_S if heard else seconds)[0]
        except subprocess.TimeoutExpired as error:
            given = None
            if time.monotonic() >= end:
                text = _("No answer within %s s: the run was stopped.") % f"{seconds:g}"
                raise EngineFailed(text) from error
            if heard and (share := _share(os.pread(beside.fileno(), 1 << 20, 0))) is not None:
                heard(share)


def _share(said: bytes) -> float | None:
    """The last share that an engine told."""
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line[:1] == SHARE]
    return float(lines[-1][1:]) if lines and lines[-1][1:] else None


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
    lines = [line for line in lines if not line.startswith(SHARE)]
    text = " ".join(lines[-3:])[-SAID:]
    if not text:
        return _("The engine ended with code %s and said nothing.") % code
    return _("The engine said: %s") % text
