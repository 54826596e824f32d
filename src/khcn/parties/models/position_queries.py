"""What every page asks about the account that it is for: values and not records, by statements put together once."""

from __future__ import annotations

from typing import NamedTuple

from django.apps import apps

from khcn.kernel.prepared_query import PreparedQuery, asked


class StoredRight(NamedTuple):
    """The values of a right that count."""

    pk: int
    role: str
    unit_code: str
    register: str
    verb: str
    allowed: bool


# Role, unit and code of the unit that are assigned to a user on a day.
ASSIGNED = PreparedQuery(
    lambda: (
        apps.get_model("parties.RoleAssignment")
        .objects.valid(on=asked("on"))
        .filter(user=asked("user"))
        .order_by("pk")
        .values_list("role", "unit", "unit__code")[:1]
    )
)
UNIT_CODE = PreparedQuery(
    lambda: apps.get_model("parties.OrgUnit").objects.filter(pk=asked("unit")).values_list("code")
)
# The rights in force on a day, as values of a StoredRight.
RIGHTS = PreparedQuery(
    lambda: (
        apps.get_model("parties.RoleRight")
        .objects.valid(on=asked("on"))
        .order_by("pk")
        .values_list(*StoredRight._fields)
    )
)
