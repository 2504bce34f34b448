"""The product's own way to keep passwords, with the least work the library allows."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Argon2 that costs a test nothing; what it makes is read like any other."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
