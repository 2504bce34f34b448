"""Runs an engine in its own process with limits of time and memory, and reads its answer."""

import ctypes
import json
import os
import re
import resource
import signal
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
SHARE: Final = re.compile(r"^@([01](?:\.\d+)?)\n", re.MULTILINE)
"""An engine tells how far it is by a line of @ and the share done, on its standard error."""
LAST: Final = 4096
"""Bytes of what it said in which the share is looked for."""
DIE_WITH_PARENT: Final = 1
"""`PR_SET_PDEATHSIG` of Linux' prctl(2)."""
LIBC: Final = ctypes.CDLL(None)


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
    """Run an engine to its end: its code, its answer, what it said beside.

    The question lies in a file: an engine that is slow to start finds it whole.
    """
    worker = os.getpid()
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as beside:
        asked.write(question)
        asked.seek(0)
        work = subprocess.Popen(
            _command(engine), stdin=asked, stdout=subprocess.PIPE, stderr=beside,
            env=_bare_environment(),
            preexec_fn=lambda: _limit(limits, worker),  # noqa: PLW1509 - it takes no lock
        )  # fmt: skip
        try:
            told = _waited(work, limits.seconds, beside, heard)
        except BaseException:
            work.kill()
            work.communicate()
            raise
        beside.seek(0)
        return work.returncode, told, beside.read()


def _command(engine: str) -> list[str]:
    return [sys.executable, "-m", f"chengan.city.assess.engines.{engine}"]


def _waited(
    work: subprocess.Popen[bytes], seconds: float, beside: IO[bytes],
    heard: Callable[[float], None] | None,
) -> bytes:  # fmt: skip
    end = time.monotonic() + seconds
    while True:
        left = max(0.0, end - time.monotonic())
        try:
            return work.communicate(timeout=min(LOOK_S, left) if heard else left)[0]
        except subprocess.TimeoutExpired as error:
            if time.monotonic() >= end:
                text = _("No answer within %s s: the run was stopped.") % f"{seconds:g}"
                raise EngineFailed(text) from error
            if heard and (share := _share(_last(beside))) is not None:
                heard(share)


def _last(beside: IO[bytes]) -> bytes:
    size = os.fstat(beside.fileno()).st_size
    return os.pread(beside.fileno(), LAST, max(0, size - LAST))


def _share(said: bytes) -> float | None:
    """The last share that an engine told; other lines that begin alike are none."""
    found = SHARE.findall(said.decode("utf-8", "replace"))
    return min(1.0, float(found[-1])) if found else None


def _limit(limits: Limits, worker: int) -> None:
    """Bound the engine; it dies with its worker, also where that is killed."""
    seconds = max(1, int(limits.seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    size = limits.megabytes << 20
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        LIBC.prctl(DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != worker:
            os._exit(1)


def _bare_environment() -> dict[str, str]:
    """Give what Python needs and nothing else: an engine knows no secret of the city."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT")
    found = {name: os.environ[name] for name in kept if name in os.environ}
    return found | {"PYTHONPATH": str(HERE), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def _last_words(said: bytes, code: int) -> Message:
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    lines = [line for line in lines if not SHARE.match(f"{line}\n")]
    text = " ".join(lines[-3:])[-SAID:]
    if not text:
        return _("The engine ended with code %s and said nothing.") % code
    return _("The engine said: %s") % text
