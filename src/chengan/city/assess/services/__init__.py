"""Writes of the register: found, assessed, signed, raised, lowered, re-rated, laid on the map."""
