"""Holds on to files that the running city may remove while they are being copied.

What the records of a moment name existed at that moment. Files are linked again and again while
the records are dumped, so that each of them lives on beside, whatever the city removes; a file that
grows meanwhile is the same file.
"""

import contextlib
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

EVERY_S: Final = 0.1
NAME: Final = ".frozen"


@contextlib.contextmanager
def frozen(root: Path, folders: Sequence[str]) -> Iterator[Path]:
    """Give a folder with all files of `folders` under `root`, also those removed meanwhile."""
    beside = root / NAME
    shutil.rmtree(beside, ignore_errors=True)
    over = threading.Event()
    _link_all(root, folders, beside)
    linker = threading.Thread(target=_go_on, args=(root, folders, beside, over))
    linker.start()
    try:
        yield beside
    finally:
        over.set()
        linker.join()
        shutil.rmtree(beside, ignore_errors=True)


def _go_on(root: Path, folders: Sequence[str], beside: Path, over: threading.Event) -> None:
    while not over.wait(EVERY_S):
        _link_all(root, folders, beside)


def _link_all(root: Path, folders: Sequence[str], beside: Path) -> None:
    for folder in folders:
        for path in (root / folder).rglob("*"):
            target = beside / path.relative_to(root)
            if path.is_file() and path.suffix != ".part" and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                with contextlib.suppress(FileNotFoundError, FileExistsError):
                    os.link(path, target)
