"""Assess's front door."""

__all__: list[str] = []
