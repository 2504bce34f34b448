"""What an event says beyond its columns: figures for the fact, by (slot, cause, onset)."""

from typing import Any

Said = dict[tuple[int, str, int], dict[str, Any]]
