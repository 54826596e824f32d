"""Whose rows an actor may read, choose, create, change, act on, delete, export or attach files to (docs/adr/0012).

A register declares one scope. From it follow the filter of its rows and the check of one record, which is the same
condition: of a stored record the database answers, of one that is not stored yet :func:`is_within_reach` reads it in memory.
A scope opens rows to the kinds of actor that it names; for all others it is closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db.models import Model, Q, QuerySet

from khcn.kernel.access.predicates import Predicate, is_staff, nobody
from khcn.kernel.actors import Actor, ActorKind, Role

if TYPE_CHECKING:
    from datetime import datetime

READ, CHOOSE, EXPORT = "read", "choose", "export"
CREATE, CHANGE, DELETE, ATTACH, ACT = "create", "change", "delete", "attach", "act"
VERBS: Final = (READ, CHOOSE, CREATE, CHANGE, DELETE, EXPORT, ATTACH, ACT)
READING: Final = frozenset({READ, CHOOSE, EXPORT})

# All rows, no row, or those that meet a condition.
Reach = Q | bool
_M = TypeVar("_M", bound=Model)
_STAFF: Final = Actor(None, "", Role.ADMIN, kind=ActorKind.STAFF)


class Scope:
    """What one declaration answers. Subclasses open rows; what closes rows that another scope or right opened is a ``bound``."""

    def reach(self, actor: Actor, verb: str) -> Reach:
        """The rows to which ``actor`` may do this."""
        raise NotImplementedError

    def bound(self, actor: Actor) -> Reach:
        """The rows beyond which nothing opens one to ``actor``: no other scope, and no right that an administrator decided.

        True where the scopes and rights alone say which.
        """
        return True

    def seals_now(self) -> bool:
        """Whether rows are sealed from the department for the time being: until they are opened, nobody alone gets an account that
        reads some of them. Says nothing of whose rows these are, nor whether there are any.
        """
        return False

    def files(self, actor: Actor) -> Reach:
        """The rows whose files an outside ``actor`` reads: those to which it may add its own, where nothing else is said."""
        return self.reach(actor, ATTACH)

    def unread_before(self, actor: Actor, record: Any) -> datetime | None:
        """Until when the history of a record was written by somebody for themselves alone: no part of what ``actor`` reads of it."""
        return None

    def hidden(self, actor: Actor) -> frozenset[str]:
        """Fields that are not shown to ``actor``, though the rows are."""
        return frozenset()

    def paths(self) -> tuple[str, ...]:
        """Paths from the register's model that conditions use, for the check at start-up."""
        return ()

    def hidden_fields(self) -> frozenset[str]:
        """All fields that are hidden from somebody, for the check at start-up."""
        return frozenset()

    def __or__(self, other: Scope) -> Scope:
        return AnyOf((*_parts(self), *_parts(other)))


@dataclass(frozen=True)
class Department(Scope):
    """All rows are the department's: its staff read them, and those named by ``write`` do everything else.

    The predicates are asked about the register as a whole; rights that depend on the row are a scope of their own.
    """

    write: Predicate = nobody
    read: Predicate = is_staff

    def reach(self, actor: Actor, verb: str) -> Reach:
        if not actor.is_staff_of_department:
            return False
        return bool((self.read if verb in READING else self.write).test(actor, None))


@dataclass(frozen=True)
class OwnUnit(Scope):
    """Rows of the actor's own division, for those staff whom ``who`` names. Reading is left to :class:`Department`.

    ``verbs`` are what a division may do with them.
    """

    path: str
    who: Predicate
    verbs: frozenset[str] = frozenset({CREATE, CHANGE, DELETE, ATTACH, ACT})

    def reach(self, actor: Actor, verb: str) -> Reach:
        if verb not in self.verbs or actor.kind is not ActorKind.STAFF or actor.unit_id is None:
            return False
        return Q(**{self.path: actor.unit_id}) if self.who.test(actor, None) else False

    def paths(self) -> tuple[str, ...]:
        return (self.path,)


@dataclass(frozen=True)
class OwnOrganisation(Scope):
    """Rows that belong to the outside organisation whose account is acting.

    ``path`` leads to the organisation ("host", "task__host"; "pk" for the organisation itself).
    """

    path: str
    verbs: frozenset[str] = READING
    hide: tuple[str, ...] = ()

    def reach(self, actor: Actor, verb: str) -> Reach:
        if not actor.is_outside or verb not in self.verbs:
            return False
        return Q(**{self.path: actor.organisation_id})

    def hidden(self, actor: Actor) -> frozenset[str]:
        return frozenset(self.hide) if actor.is_outside else frozenset()

    def paths(self) -> tuple[str, ...]:
        return (self.path,)

    def hidden_fields(self) -> frozenset[str]:
        return frozenset(self.hide)


@dataclass(frozen=True)
class AnyOrganisation(Scope):
    """All rows, for every outside organisation: lists that are public anyway and that its own records refer to."""

    verbs: frozenset[str] = frozenset({CHOOSE})

    def reach(self, actor: Actor, verb: str) -> Reach:
        return actor.is_outside and verb in self.verbs


@dataclass(frozen=True)
class AnyOf(Scope):
    """Rows that one of several scopes opens."""

    parts: tuple[Scope, ...]

    def reach(self, actor: Actor, verb: str) -> Reach:
        found: Reach = False
        for part in self.parts:
            found = union_of_reaches(found, part.reach(actor, verb))
        return found

    def bound(self, actor: Actor) -> Reach:
        """What all of the parts allow."""
        found: Reach = True
        for part in self.parts:
            found = intersection_of_reaches(found, part.bound(actor))
        return found

    def seals_now(self) -> bool:
        """Whether one of the parts does."""
        return any(part.seals_now() for part in self.parts)

    def files(self, actor: Actor) -> Reach:
        """What one of the parts opens."""
        found: Reach = False
        for part in self.parts:
            found = union_of_reaches(found, part.files(actor))
        return found

    def unread_before(self, actor: Actor, record: Any) -> datetime | None:
        """The latest that one of the parts says."""
        moments = (part.unread_before(actor, record) for part in self.parts)
        return max((each for each in moments if each is not None), default=None)

    def hidden(self, actor: Actor) -> frozenset[str]:
        """What one of the parts that open rows to the actor hides. Fields are hidden for all rows alike: a row that only
        the hiding part opens must not show them because another part opens other rows.
        """
        opening = (part.hidden(actor) for part in self.parts if part.reach(actor, READ) is not False)
        return frozenset().union(*opening)

    def paths(self) -> tuple[str, ...]:
        return tuple(path for part in self.parts for path in part.paths())

    def hidden_fields(self) -> frozenset[str]:
        return frozenset().union(*(part.hidden_fields() for part in self.parts))


def keeps_from_staff(scope: Scope | None) -> bool:
    """Are there rows that nobody of the department reads, whatever right somebody has? Nothing else shows anything of them either."""
    return scope is not None and scope.bound(_STAFF) is not True


def _parts(scope: Scope) -> tuple[Scope, ...]:
    return scope.parts if isinstance(scope, AnyOf) else (scope,)


def union_of_reaches(one: Reach, other: Reach) -> Reach:
    """Rows of one or the other."""
    if one is True or other is True:
        return True
    if isinstance(one, bool) or isinstance(other, bool):
        return other if isinstance(one, bool) else one
    return one | other


def intersection_of_reaches(one: Reach, other: Reach) -> Reach:
    """Rows of the one and the other."""
    if one is False or other is False:
        return False
    if isinstance(one, bool) or isinstance(other, bool):
        return other if isinstance(one, bool) else one
    return one & other


def rows_within_reach(rows: QuerySet[_M], reach: Reach) -> QuerySet[_M]:
    """The rows that are within reach. An empty condition is a mistake somewhere and opens nothing."""
    if reach is True:
        return rows.all()  # a copy: what one reader has read is not handed to the next
    return rows.filter(reach) if reach else rows.none()


def is_within_reach(reach: Reach, record: Model) -> bool:
    """The same condition for a record in memory, which need not be stored yet."""
    if isinstance(reach, bool):
        return reach
    children: list[Any] = list(reach.children)
    found = [
        is_within_reach(each, record) if isinstance(each, Q) else _value(record, each[0]) == each[1]
        for each in children
    ]
    if not found or reach.negated:
        return False
    return all(found) if reach.connector == Q.AND else any(found)


def _value(record: Any, path: str) -> Any:
    """The key at the end of a path of foreign keys; None, which equals no key, where a link on the way is empty."""
    *links, last = path.split("__")
    for link in links:
        record = getattr(record, link, None)
        if record is None:
            return None
    return record.pk if last == "pk" else getattr(record, record._meta.get_field(last).attname)
