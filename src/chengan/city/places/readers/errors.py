"""Why a whole file is not read (a bad row alone is a RowError, not an exception).

ReaderError
├── NotRecognised     none of the formats, or a format that must be converted first
├── FileTooLarge      more bytes than the options allow
├── UnsafeFile        a zip bomb, XML entities, endless lines: made to hurt
├── MissingColumn     a column that the options name, or that is needed, is not there
├── PlacementNeeded   plan coordinates without a place on the ground
└── TornFile          the file ends or breaks where it cannot be read on
"""


class ReaderError(Exception):
    """Base of what readers refuse."""


class NotRecognised(ReaderError):
    """The file is of no format that is read here."""


class FileTooLarge(ReaderError):
    """The file has more bytes than allowed."""


class UnsafeFile(ReaderError):
    """The file would grow beyond all measure when opened, or reaches outside itself."""


class MissingColumn(ReaderError):
    """A needed column is not in the file."""


class PlacementNeeded(ReaderError):
    """The file's coordinates are plan units: say where the plan lies."""


class TornFile(ReaderError):
    """The file cannot be read on from here."""
