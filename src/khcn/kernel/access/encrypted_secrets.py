"""Secrets that the program has to read again, encrypted in the database by the key of the installation.

Each purpose has a key of its own, made of that of the installation, so that what was stored for one opens nothing of another.
What was encrypted by the keys before (``KHCN_SECRET_KEYS_BEFORE``) is still read.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class LostSecretError(ValueError):
    """The key by which a secret was encrypted is lost."""


def encrypted(secret: str, *, purpose: str) -> str:
    """What is stored of a secret."""
    return _keys(purpose).encrypt(secret.encode()).decode()


def decrypted(stored: str, *, purpose: str) -> str:
    """The secret. Raises :class:`LostSecretError`."""
    try:
        return _keys(purpose).decrypt(stored.encode()).decode()
    except InvalidToken as fault:
        raise LostSecretError(purpose) from fault


def _keys(purpose: str) -> MultiFernet:
    """Of the installation's key, and of those before it."""
    texts = (f"{purpose} {key}" for key in (settings.SECRET_KEY, *settings.LOG_SECRETS_BEFORE))
    keys = (base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()) for text in texts)
    return MultiFernet([Fernet(key) for key in keys])
