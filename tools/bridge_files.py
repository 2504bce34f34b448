"""Reads the bridge recordings as they come: three spellings of units, swapped dates, Latin-1."""

import io
import re
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

BRIDGE_DAY = "2022-04-11"
MUNICH = pd.Timedelta(hours=2)  # the clock is local, CEST: our reading of the files
HEADER = re.compile(r"(?P<name>[\w .-]+?)\s*[(\[](?P<unit>[^)\]]+)[)\]]")


def micros(stamps: pd.Series) -> np.ndarray:
    """Microseconds since 1970 of naive UTC stamps."""
    return stamps.astype("datetime64[us]").astype("int64").to_numpy()


def column(header: str) -> tuple[str, str]:
    r"""Give name and unit of a header in any of its spellings: `(um/m)`, `(um\m)`, `[kN]`."""
    found = HEADER.match(header)
    if found is None:
        sys.exit(f"bridge: cannot read the header {header!r}")
    return found["name"], found["unit"].replace("\\", "/")


def bridge_times(text: pd.Series) -> pd.Series:
    """Give UTC stamps of the bridge's clock; day and month stand swapped in the 100 Hz files.

    Exits if the day is not the one in the files' names, so that a corrected file is not swapped.
    """
    form = "%d.%m.%Y %H:%M:%S.%f" if "." in text.iloc[0][:3] else "%Y-%d-%m %H:%M:%S.%f"
    stamps = pd.to_datetime(text.str.strip(), format=form)
    if set(stamps.dt.strftime("%Y-%m-%d")) != {BRIDGE_DAY}:
        sys.exit(f"bridge: {text.iloc[0]!r} is not {BRIDGE_DAY} with day and month swapped")
    return stamps - MUNICH


def bridge_table(archive: Path, member: str = "") -> pd.DataFrame:
    """Read one table of a zip archive (Latin-1); columns `time` and those named by `column`."""
    with zipfile.ZipFile(archive) as opened:
        text = opened.read(member or opened.namelist()[0]).decode("latin-1")
    data = pd.read_csv(io.StringIO(text), index_col=False).dropna(axis="columns", how="all")
    names = ["time", *[" ".join(column(header)) for header in data.columns[1:]]]
    data.columns = pd.Index(names)
    data["time"] = micros(bridge_times(data["time"]))
    return data
