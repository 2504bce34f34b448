"""What can be wrong with a file of readings."""

from chengan.city.site.errors import SiteError


class UnreadableFile(SiteError):
    """The file is not CSV or Parquet, or a column is missing."""
