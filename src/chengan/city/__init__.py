"""The city: Django apps of one shape; the flow is their names."""
