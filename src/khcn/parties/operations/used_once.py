"""What is good once: noted when it is used, refused when it comes again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from khcn.parties.models import UsedOnce

if TYPE_CHECKING:
    from datetime import datetime


def _digest(kind: str, value: str) -> str:
    return hashlib.sha256(f"khcn.used_once {kind} {value}".encode()).hexdigest()


def use_once(kind: str, value: str, *, until: datetime) -> bool:
    """Whether it comes for the first time. Of two who send it at the same time one is let in."""
    try:
        with transaction.atomic():
            UsedOnce.objects.create(digest=_digest(kind, value), until=until)
    except IntegrityError:
        return False
    return True


def forget_use(kind: str, value: str) -> None:
    """What it was used for did not happen: it is good again."""
    UsedOnce.objects.filter(digest=_digest(kind, value)).delete()


def forget_used(*, at: datetime) -> None:
    """Delete what is refused as too old anyway."""
    UsedOnce.objects.filter(until__lt=at).delete()
