"""What is good once: noted when it is used, refused when it comes again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from khcn.parties.models import UsedOnce

if TYPE_CHECKING:
    from datetime import datetime


def use_once(kind: str, value: str, *, until: datetime) -> bool:
    """Whether it comes for the first time. Of two who send it at the same time one is let in."""
    digest = hashlib.sha256(f"khcn.used_once {kind} {value}".encode()).hexdigest()
    try:
        with transaction.atomic():
            UsedOnce.objects.create(digest=digest, until=until)
    except IntegrityError:
        return False
    return True


def forget_used(*, at: datetime) -> None:
    """Delete what is refused as too old anyway."""
    UsedOnce.objects.filter(until__lt=at).delete()
