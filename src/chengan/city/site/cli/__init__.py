"""The command line `chengan`: starts the city, looks after it, moves data in and out."""

from chengan.city.site.cli.main import main

__all__ = ["main"]
