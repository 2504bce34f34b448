"""Django's management commands that the house has of its own."""
