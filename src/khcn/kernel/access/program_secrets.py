"""Secrets with which programs get in: keys of trace parties, tokens of staff accounts. Only their digests are stored."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

_RANDOM_BYTES: Final = 32
_LONGEST: Final = 100  # characters


def new_secret(prefix: str) -> str:
    """A secret that nobody guesses. The prefix says what it opens, also to those who find it in a log or a repository."""
    return prefix + secrets.token_urlsafe(_RANDOM_BYTES)


def digest_of(secret: str) -> bytes:
    """What is stored of a secret. It is random, so a fast digest without a salt is enough."""
    return hashlib.sha256(secret.encode()).digest()


def is_plausible(secret: str, prefix: str) -> bool:
    """Whether a text that was sent can be such a secret; the others need no question to the database."""
    return secret.startswith(prefix) and len(secret) <= _LONGEST
