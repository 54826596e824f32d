"""How passwords are stored."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id with numbers for this program: twice the passes that OWASP asks for with this memory (docs/adr/0025).

    A web process hashes two passwords at a time at most. Django's own number of threads would take processors from pages.
    """

    time_cost = 2
    memory_cost = 46 * 1024  # KiB
    parallelism = 1
