"""Readers of files of places: one format a module, each gives rows and row-exact errors.

Takes: GeoJSON, CSV, Excel, EPANET .inp and OSM .pbf files; no Django, no network.
Does: turns every position to WGS 84, cleans every geometry, guesses columns, refuses bombs.
Gives: `preview` and `open_rows`; a bad row is a RowError, never the end of the file.
"""

from chengan.city.places.readers.errors import (
    FileTooLarge,
    MissingColumn,
    NotRecognised,
    PlacementNeeded,
    ReaderError,
    UnsafeFile,
)
from chengan.city.places.readers.opening import Preview, open_rows, preview, table_lines
from chengan.city.places.readers.rows import Options, Row, RowError

__all__ = [
    "FileTooLarge",
    "MissingColumn",
    "NotRecognised",
    "Options",
    "PlacementNeeded",
    "Preview",
    "ReaderError",
    "Row",
    "RowError",
    "UnsafeFile",
    "open_rows",
    "preview",
    "table_lines",
]
