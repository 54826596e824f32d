"""Who is acting: a plain value, set explicitly by middleware, commands and jobs.

Nothing below the web layer ever sees a request. Code that needs the actor takes it as an argument; the change
log, which is written from many places, reads it from the context that :func:`acting` opens.
"""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterator


class Role(TextChoices):
    """What an account may do in general; the division it belongs to narrows it further."""

    OFFICER = "officer", _("Chuyên viên")
    HEAD = "head", _("Lãnh đạo phòng, đơn vị")
    OFFICE = "office", _("Văn phòng (tổng hợp)")
    LEADER = "leader", _("Lãnh đạo Sở")
    ADMIN = "admin", _("Quản trị hệ thống")
    READER = "reader", _("Chỉ xem")
    SYSTEM = "system", _("Hệ thống")


# What an account can be; the system itself signs in nowhere.
ACCOUNT_ROLES = [(role.value, role.label) for role in Role if role is not Role.SYSTEM]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that reads or changes records."""

    user_id: int | None
    label: str
    role: Role
    unit_id: int | None = None
    unit_code: str = ""

    @property
    def is_staff_of_department(self) -> bool:
        """Everyone with an account of the department, whatever the role."""
        return self.user_id is not None or self.role is Role.SYSTEM


SYSTEM = Actor(user_id=None, label="Hệ thống", role=Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class Act:
    """One doing: all that is written inside it shares the actor, the reason and one id."""

    actor: Actor
    reason: str = ""
    batch: uuid.UUID = field(default_factory=uuid.uuid4)


class NoActorError(RuntimeError):
    """A record was written while nobody was acting. The writer must open :func:`acting` first."""


_current: ContextVar[Act | None] = ContextVar("khcn_act", default=None)


@contextmanager
def acting(actor: Actor, reason: str = "") -> Iterator[Act]:
    """Everything written inside is logged under ``actor``; nested calls keep the outer batch id, and the outer reason
    unless they give one.
    """
    outer = _current.get()
    act = Act(actor, reason or outer.reason, outer.batch) if outer else Act(actor, reason)
    token = _current.set(act)
    try:
        yield act
    finally:
        _current.reset(token)


def current_act() -> Act:
    """The act in progress. Raises :class:`NoActorError` when there is none."""
    act = _current.get()
    if act is None:
        message = "an audited record is being written outside acting(...)"
        raise NoActorError(message)
    return act
