"""Who is acting: a plain value, set explicitly by middleware, commands and jobs.

Nothing below the web layer ever sees a request. Code that needs the actor takes it as an argument; the change
log, which is written from many places, reads it from the context that :func:`acting` opens.
"""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime


class Role(TextChoices):
    """The roles that rules ask for by name; the division an account belongs to narrows them further.

    The roles of accounts are rows (``parties.AccountRole``): these, under the names that the department gives them, and those
    that its administrators add. A role of theirs acts as one of these, or as none.
    """

    OFFICER = "officer", _("Chuyên viên")
    HEAD = "head", _("Lãnh đạo phòng, đơn vị")
    OFFICE = "office", _("Văn phòng (tổng hợp)")
    LEADER = "leader", _("Lãnh đạo Sở")
    ADMIN = "admin", _("Quản trị hệ thống")
    READER = "reader", _("Chỉ xem")
    SYSTEM = "system", _("Hệ thống")


# What a role of accounts can act as; the system itself signs in nowhere.
ACCOUNT_ROLES = [(role.value, role.label) for role in Role if role is not Role.SYSTEM]


class ActorKind(TextChoices):
    """What sort of principal is acting. Every scope asks this first; a kind that it does not name sees nothing."""

    STAFF = "staff", _("Cán bộ của Sở")
    ORGANISATION = "organisation", _("Tài khoản của tổ chức bên ngoài")
    PUBLIC = "public", _("Công chúng")
    SYSTEM = "system", _("Hệ thống")


EVERYTHING = "*"
# Who may do one of these to records decides; a role that does so by a right is guarded as those that do by themselves.
VERBS_THAT_DECIDE = frozenset({EVERYTHING, "create", "change", "delete", "act"})


@dataclass(frozen=True, slots=True)
class Grant:
    """A right that the administrator gave to, or took from, the actor's role and unit (docs/adr/0012).

    ``register`` is a register's name, the name of an area, or ``*``; ``verb`` a verb of ``Register.may``, or ``*``.
    """

    register: str
    verb: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that reads or changes records.

    Without a kind it is the public, and without a role a member of staff may do nothing: what is forgotten is closed.
    ``role`` is what the actor's role acts as, which rules ask for. An actor whose role acts as none of the built-in ones has
    what was granted to it, and nothing else.
    """

    user_id: int | None
    label: str
    role: Role | None
    unit_id: int | None = None
    unit_code: str = ""
    kind: ActorKind = ActorKind.PUBLIC
    organisation_id: int | None = None
    grants: tuple[Grant, ...] = ()
    # Who acts for somebody else by delegation has that person's role and unit, but only for these registers or areas.
    delegated: tuple[str, ...] | None = None
    own: Actor | None = None  # who works by delegation, with the rights of their own account
    # By delegation: the name of who does it, and of whom it is done for. ``label`` then says both.
    own_label: str = ""
    on_behalf_of: str = ""
    role_code: str = ""  # of a role that administrators added
    role_name: str = ""  # of such a role, or what the department calls a built-in one
    only_looks: bool = False  # where nobody but administrators writes (khcn.kernel.access.viewing_only)
    role_elsewhere: Role | None = (
        None  # what the role of such an actor acts as in an installation where people write
    )

    @property
    def role_in_force(self) -> str:
        """Code of the role that is in force; empty without one."""
        return self.role_code or (self.role.value if self.role is not None else "")

    @property
    def role_label(self) -> str:
        """What the department calls this role."""
        return self.role_name or (str(self.role.label) if self.role is not None else "")

    @property
    def is_of_department(self) -> bool:
        """An account of the department with a role in force, or the program itself."""
        return self.kind is ActorKind.SYSTEM or (self.kind is ActorKind.STAFF and bool(self.role_in_force))

    @property
    def is_staff_of_department(self) -> bool:
        """The same, with a role that acts as a built-in one: who sees what is the department's as a whole."""
        return self.kind is ActorKind.SYSTEM or (self.kind is ActorKind.STAFF and self.role is not None)

    @property
    def writes_by_right(self) -> bool:
        """Somebody of the department to whom the administrator gave a right to write in some register."""
        return self.is_of_department and any(
            each.allowed and each.verb in VERBS_THAT_DECIDE for each in self.grants
        )

    @property
    def keeps_own_records(self) -> bool:
        """Staff who keep things of their own (filters, reminders, tokens of programs, delegations): nobody where nobody writes."""
        return self.is_staff_of_department and not self.only_looks

    @property
    def gets_reminders(self) -> bool:
        """People of the department, whatever their role, but for who only looks where nobody writes: the morning's mail, the feed."""
        return self.is_of_department and not self.only_looks

    @property
    def is_outside(self) -> bool:
        """An account of an outside organisation."""
        return self.kind is ActorKind.ORGANISATION and self.organisation_id is not None

    def granted(self, register: str, verb: str) -> bool | None:
        """What the administrator decided about this verb; the narrowest decision counts, None when there is none."""
        if not self.grants:  # nearly always, and a page asks this hundreds of times
            return None
        area = register.partition(".")[0]
        decided = {(grant.register, grant.verb): grant.allowed for grant in self.grants}
        for name in (register, area, EVERYTHING):
            for asked in (verb, EVERYTHING):
                if (name, asked) in decided:
                    return decided[name, asked]
        return None

    def is_delegated(self, register: str) -> bool:
        """Does the delegation under which the actor works cover this register? True for who acts in their own name."""
        if self.delegated is None:
            return True
        return bool({register, register.partition(".")[0], EVERYTHING} & set(self.delegated))

    def in_own_right(self) -> Actor:
        """The same actor for a question that the delegation has been found to cover."""
        return self if self.delegated is None else replace(self, delegated=None, own=None)


SYSTEM = Actor(user_id=None, label="Hệ thống", role=Role.SYSTEM, kind=ActorKind.SYSTEM)
PUBLIC = Actor(user_id=None, label="Khách", role=None)


@dataclass(frozen=True, slots=True)
class Act:
    """One act of an actor: all that is written during it has the same actor, reason and id."""

    actor: Actor
    reason: str = ""
    batch: uuid.UUID = field(default_factory=uuid.uuid4)
    # The day on which a person acts, where what is written is judged by it; None for work of the program itself.
    on: date | None = None
    # The moment at which the server was asked; None for work of the program itself.
    at: datetime | None = None


class NoActorError(RuntimeError):
    """A record was written while nobody was acting. The writer must open :func:`acting` first."""


_current: ContextVar[Act | None] = ContextVar("khcn_act", default=None)


@contextmanager
def acting(
    actor: Actor,
    reason: str = "",
    *,
    on: date | None = None,
    at: datetime | None = None,
    new_batch: bool = False,
    batch: uuid.UUID | None = None,
) -> Iterator[Act]:
    """Everything written inside is logged under ``actor``; nested calls keep the outer batch id, day and moment, and the outer
    reason unless they give one.

    ``new_batch``: not the outer id, because what is written will have to be found again by its id alone. ``batch``: the id,
    where there is no outer one; that of a request is the one in the log of the program.
    """
    outer = None if new_batch else _current.get()
    if outer:
        act = Act(actor, reason or outer.reason, outer.batch, outer.on or on, outer.at or at)
    else:
        act = Act(actor, reason, batch or uuid.uuid4(), on, at)
    token = _current.set(act)
    try:
        yield act
    finally:
        _current.reset(token)


def acting_actor() -> Actor:
    """Who is acting; the program itself where nobody is."""
    act = _current.get()
    return SYSTEM if act is None else act.actor


def day_of_act() -> date | None:
    """The day on which a person acts; None for work of the program itself, and where nobody acts."""
    act = _current.get()
    return None if act is None else act.on


def moment_of_act() -> datetime | None:
    """The moment at which the server was asked for what is being done; None for work of the program itself."""
    act = _current.get()
    return None if act is None else act.at


def current_act() -> Act:
    """The act in progress. Raises :class:`NoActorError` when there is none."""
    act = _current.get()
    if act is None:
        message = "an audited record is being written outside acting(...)"
        raise NoActorError(message)
    return act
