"""What every page asks about the account that it is for: values and not records, by statements put together once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.db.models import F, Value

from khcn.kernel.prepared_query import PreparedQuery, asked

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet


class StoredPosition(NamedTuple):
    """A role with its days, and a unit."""

    role: str = ""
    name: str = ""
    acts_as: str = ""
    begins: date | None = None
    ends: date | None = None
    unit: int | None = None
    unit_code: str | None = ""

    def on(self, day: date) -> StoredPosition:
        """The same on a day, without the role where that is not in force."""
        is_in_force = (
            self.begins is not None and self.begins <= day and (self.ends is None or day < self.ends)
        )
        return self if is_in_force else StoredPosition(unit=self.unit, unit_code=self.unit_code)


_POSITION = (
    "role_id",
    "role__name",
    "role__acts_as",
    "role__valid_from",
    "role__valid_to",
    "unit",
    "unit__code",
)


class StoredRight(NamedTuple):
    """The values of a right that count."""

    pk: int
    role_id: str | None
    unit_code: str
    register: str
    verb: str
    allowed: bool


def _positions() -> QuerySet[Any]:
    assigned, account = apps.get_model("parties.RoleAssignment"), apps.get_model("parties.User")
    rows = [
        records.annotate(place=Value(place), key=F("pk")).values_list(*_POSITION, "place", "key")
        for place, records in enumerate(
            (
                assigned.objects.valid(on=asked("on")).filter(user=asked("user")),
                account.objects.filter(pk=asked("user")),
            )
        )
    ]
    return rows[0].union(rows[1], all=True).order_by("place", "key")[:1]


# What is assigned to a user on a day, else what is written on the account.
_POSITIONS = PreparedQuery(_positions)


def stored_position(user: int, *, on: date) -> StoredPosition:
    """What is assigned to a user on a day, else what is written on the account, by one statement; without a role that is not in force."""
    rows = _POSITIONS.rows(user=user, on=on)
    return StoredPosition._make(rows[0][: len(_POSITION)]).on(on) if rows else StoredPosition()


# The rights in force on a day, as values of a StoredRight.
RIGHTS = PreparedQuery(
    lambda: (
        apps.get_model("parties.RoleRight")
        .objects.valid(on=asked("on"))
        .order_by("pk")
        .values_list(*StoredRight._fields)
    )
)
