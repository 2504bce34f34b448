"""What is refused of a file.

NoTable (ValueError)    nothing in it that could be a wide table; the message says what was expected
"""


class NoTable(ValueError):
    """The file holds no wide table."""
