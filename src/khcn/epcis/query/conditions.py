"""Event queries as typed conditions (EPCIS 2.0, 8.2.7.1, "SimpleEventQuery")."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from khcn.epcis.times import Time

Value = str | Decimal | Time | bool


class Operator(StrEnum):
    EQ = "EQ"
    GT = "GT"
    GE = "GE"
    LT = "LT"
    LE = "LE"
    EXISTS = "EXISTS"
    MATCH = "MATCH"
    WD = "WD"  # "with descendants"
    HASATTR = "HASATTR"


@dataclass(frozen=True, slots=True)
class Condition:
    """One parameter: all conditions of a query must hold.

    `subject` is the EPCIS field (``eventTime``, ``epc``, ``quantity`` …), or ``extension`` and ``attribute``, for
    which `scope` says where to look (``ILMD``, ``SENSORREPORT``, ``readPoint`` …; empty: the event itself) and `name`
    for what. `values` are alternatives. `uom` is a unit the numbers are in. `inner`: at any depth below the first.
    """

    operator: Operator
    subject: str
    values: tuple[Value, ...] = ()
    scope: str = ""
    name: str = ""
    uom: str = ""
    inner: bool = False


@dataclass(frozen=True, slots=True)
class EventQuery:
    """A query for events. Times and numbers are typed, words bare, extension names in Clark notation."""

    conditions: tuple[Condition, ...] = ()
    order_by: str | None = None
    descending: bool = True
    event_count_limit: int | None = None
    max_event_count: int | None = None
    per_page: int | None = None
    next_page_token: str | None = None
