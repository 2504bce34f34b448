"""Pipes, roads and dependencies: what fails if this fails, and checks of foreign engines."""
