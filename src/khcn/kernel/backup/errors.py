"""What hinders a backup or a restore, in words for the operator."""

from __future__ import annotations


class BackupError(Exception):
    """The text says what happened, where, and what to do."""


class DamagedSetError(BackupError):
    """A part of the set is missing, cut off or changed."""


class WrongKeyError(BackupError):
    """The set is whole, as far as can be seen, but cannot be opened with the key that is there."""
