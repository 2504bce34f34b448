"""Chengan (城安): sense, assess, warn, command, close, learn, for a whole city in one place."""

__version__ = "0.1.0"
