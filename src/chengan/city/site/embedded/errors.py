"""What can go wrong below the house: folders, ports, PostgreSQL, NATS, child processes.

EmbeddedError
├── FolderError
│   ├── DiskFull            too little room in the data folder
│   ├── OtherVersion        the data folder was written by another format
│   ├── AlreadyRunning      another `chengan up` holds the data folder
│   └── NotWritable         the data folder cannot be made or written
├── NoFreePort              no loopback port could be had
├── ProgramMissing          a program that the wheels should bring is not there
├── StartFailed             a service ended, or did not become ready in time
├── ReloadFailed            NATS refused its new settings
└── InvalidSource           a device account that cannot be written down
"""

from __future__ import annotations


class EmbeddedError(Exception):
    """Base of every error of the embedded services; the message says what to do."""


class FolderError(EmbeddedError):
    """Something about the data folder."""


class DiskFull(FolderError):
    """There is less free room than the services need."""


class OtherVersion(FolderError):
    """The data folder has another format than this program writes."""


class AlreadyRunning(FolderError):
    """Another process holds the data folder."""


class NotWritable(FolderError):
    """The data folder cannot be made or written."""


class NoFreePort(EmbeddedError):
    """Neither the preferred nor any other loopback port is free."""


class ProgramMissing(EmbeddedError):
    """A server program is not installed or cannot be run."""


class StartFailed(EmbeddedError):
    """A service ended at once, or was not ready within its time limit."""


class ReloadFailed(EmbeddedError):
    """NATS kept its old settings."""


class InvalidSource(EmbeddedError):
    """A device account holds characters that have a meaning in subjects or settings."""
