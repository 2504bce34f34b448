"""Takes a data folder, runs PostgreSQL and NATS in it, gives their addresses.

`start_services(root, progress, choices)` starts both and returns `Services` (also a context);
`Supervisor` looks after these and any other child process. No Django here.
"""

from . import ports
from .binaries import postgres_wheel
from .errors import EmbeddedError
from .nats import listens
from .process import Program
from .services import Choices, Services, environment_of, start_services
from .supervisor import Supervisor, read_status

__all__ = [
    "Choices",
    "EmbeddedError",
    "Program",
    "Services",
    "Supervisor",
    "environment_of",
    "listens",
    "ports",
    "postgres_wheel",
    "read_status",
    "start_services",
]
