"""What can go wrong in the house around the apps."""


class SiteError(Exception):
    """Base of this package's errors."""


class BadSetting(SiteError):
    """An environment variable has a value that can't be used."""


class NotRunning(SiteError):
    """There is no running city to work on."""


class BadBackup(SiteError):
    """A backup file is not whole, or of another version."""


class NoRecordings(SiteError):
    """A bench was not told where its recordings lie, or found none there."""
