"""The part of a query that SQL can evaluate: conditions that every matching event meets, and perhaps others too.

A missing condition costs time but never changes the answer: `khcn.epcis.query.matching` decides about each event.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from khcn.epcis.errors import QueryError
from khcn.epcis.master_data import MasterData
from khcn.epcis.query.conditions import Condition, EventQuery, Operator
from khcn.epcis.store import thing_of
from khcn.epcis.times import Time
from khcn.trace.store import master_data
from khcn.trace.store.database.sql import NONE, Sql, either, every, one_of, sql_contains, text_range
from khcn.trace.store.encoding.identities import declaration_of, identity_key
from khcn.trace.store.encoding.instants import MICRO_DIGITS, microseconds
from khcn.trace.store.encoding.rows import object_row_name
from khcn.trace.store.encoding.stored_texts import as_written
from khcn.trace.store.search.epc_patterns import pattern_targets
from khcn.trace.store.visibility import EVERYTHING, Viewer
from khcn.trace.stored_codes import CLASS_ROLES, INSTANCE_ROLES, EventRole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from khcn.epcis.model import Vocabulary

MAX_CONDITIONS: Final = 100
MAX_VALUES: Final = 2000
_MAX_PREFIXES: Final = 300  # SQLite refuses conditions with more ranges
_MAX_NAMES: Final = 5000  # a longer list of names makes a statement no faster


@dataclass(frozen=True, slots=True)
class ThingMatch:
    """Things by name or by prefix (in the form of `rows.object_row_name`), in one of some roles."""

    roles: tuple[int, ...]
    names: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()

    def condition(self, alias: str) -> Sql:
        thing = f"{alias}.thing"
        which = [one_of(thing, self.names)] if self.names else []
        which += [text_range(thing, start) for start in self.prefixes]
        return every([either(which), one_of(f"{alias}.role", self.roles)])


@dataclass(frozen=True, slots=True)
class Things:
    """The condition that an event names one of these things; `breadth` grows with the number of matching events."""

    matches: tuple[ThingMatch, ...]
    breadth: int

    @property
    def has_classes(self) -> bool:
        return any(match.roles == (EventRole.CLASS.value,) for match in self.matches)

    def condition(self, alias: str) -> Sql:
        """The condition on a row of ``trace_eventobject``."""
        return either(match.condition(alias) for match in self.matches)


@dataclass(slots=True)
class SqlFilter:
    """The conditions of a query that SQL can evaluate.

    `event`: conditions on ``trace_event e``; `things`: things that the event must name, all of them; `keys`: identities,
    of which the event has one; `earliest` and `latest`: microseconds of its event time, inclusive; `exact`: the
    conditions are equivalent to the query, so that `matches` need not be called.
    """

    event: list[Sql] = field(default_factory=list)
    things: list[Things] = field(default_factory=list)
    keys: set[bytes] | None = None
    earliest: int | None = None
    latest: int | None = None
    exact: bool = True

    @property
    def is_columns(self) -> bool:
        """Whether the query is equivalent to conditions on columns, so that SQL can count the answer."""
        return self.exact and not self.things and self.keys is None


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """How a query is answered: the SQL conditions, and the master data that its conditions refer to."""

    sql_filter: SqlFilter
    master_data: MasterData


def plan_query(query: EventQuery, viewer: Viewer = EVERYTHING) -> QueryPlan:
    """Plan a query; reads only the master data that the query needs and that counts for the viewer.

    Raises:
        QueryError: ``QueryTooComplexException`` for a query with too many conditions or values.
    """
    if len(query.conditions) > MAX_CONDITIONS or sum(map(_count, query.conditions)) > MAX_VALUES:
        raise QueryError(
            "QueryTooComplexException",
            "",
            f"Truy vấn có hơn {MAX_CONDITIONS} điều kiện hoặc hơn {MAX_VALUES} giá trị. Chia thành nhiều truy vấn.",
            f"the query has more than {MAX_CONDITIONS} conditions or {MAX_VALUES} values",
        )
    sql_filter = SqlFilter()
    vocabularies: list[Vocabulary] = []
    for condition in query.conditions:
        if not _by_column(sql_filter, condition):
            sql_filter.exact = False
            vocabularies += _approximate(sql_filter, condition, viewer)
    return QueryPlan(sql_filter, MasterData(vocabularies))


# --------------------------------------------------------------------------------------------- columns

_COLUMNS: Final = {
    "eventType": "event_type",
    "action": "action",
    "bizStep": "biz_step",
    "disposition": "disposition",
    "readPoint": "read_point",
    "bizLocation": "biz_location",
}
_PLACES: Final = frozenset({"readPoint", "bizLocation"})


def _count(condition: Condition) -> int:
    return len(condition.values)


def _texts(condition: Condition) -> list[str]:
    return [str(value) for value in condition.values]


def _by_column(sql_filter: SqlFilter, condition: Condition) -> bool:
    """Add a condition that is about a column of ``trace_event``; False where there is no such column."""
    operator, subject = condition.operator, condition.subject
    if operator is Operator.EXISTS and subject == "errorDeclaration":
        if condition.values == (True,):
            sql_filter.event.append(Sql("e.declared"))
        return True
    if subject in {"eventTime", "recordTime"}:
        _at_time(sql_filter, condition)
        return True
    if operator is not Operator.EQ or subject not in _COLUMNS:
        return False
    values = _texts(condition)
    if subject in _PLACES:
        values = [thing_of(value) for value in values]
        sql_filter.exact = False  # `thing_of` unifies spellings that `same_identifier` distinguishes
    sql_filter.event.append(one_of(f"e.{_COLUMNS[subject]}", list(dict.fromkeys(values))))
    return True


def _at_time(sql_filter: SqlFilter, condition: Condition) -> None:
    """Add a condition on event or record time; exact for whole microseconds only."""
    [moment] = condition.values
    if not isinstance(moment, Time):
        raise TypeError(f"{condition.subject} is compared with {moment!r}")
    micro = microseconds(moment)
    fine = len(moment.fraction) > MICRO_DIGITS
    from_then = condition.operator is Operator.GE
    if condition.subject == "recordTime":
        comparison = ">=" if from_then else "<=" if fine else "<"
        sql_filter.event.append(Sql(f"e.record_time {comparison} %s", (micro,)))
    elif from_then:
        sql_filter.earliest = max(micro, micro if sql_filter.earliest is None else sql_filter.earliest)
    else:
        last = micro if fine else micro - 1
        sql_filter.latest = min(last, last if sql_filter.latest is None else sql_filter.latest)
    if fine:
        sql_filter.exact = False


# --------------------------------------------------------------------------------------------- the rest


def _approximate(sql_filter: SqlFilter, condition: Condition, viewer: Viewer) -> Iterable[Vocabulary]:
    """Add the conditions that SQL can evaluate; returns the master data that the condition needs."""
    operator, subject = condition.operator, condition.subject
    if subject == "attribute":
        return _of_attributes(sql_filter, condition, viewer)
    if operator is Operator.WD:
        return _within(sql_filter, condition, viewer)
    if operator is Operator.MATCH:
        _matched(sql_filter, condition)
    elif subject in _LINKED:
        sql_filter.things.append(_things_in_role(_LINKED[subject], map(thing_of, _texts(condition)), 1))
    elif subject == "eventID":
        _by_event_id(sql_filter, _texts(condition))
    elif subject in _OF_DECLARATIONS:
        sql_filter.event.append(Sql("e.declared"))
    elif condition.values != (False,) or operator is not Operator.EXISTS:
        # EXISTS with false is no condition
        sql_filter.event += [
            NONE if part is None else sql_contains("e.body", part) for part in _written(condition)
        ]
    return ()


def _things_in_role(role: EventRole, things: Iterable[str], breadth: int) -> Things:
    """The condition that an event names one of some things in a role."""
    names = tuple(dict.fromkeys(object_row_name(thing, role) for thing in things))
    return Things((ThingMatch((role.value,), names),), breadth)


_LINKED: Final = {
    "bizTransaction": EventRole.TRANSACTION,
    "source": EventRole.SOURCE,
    "destination": EventRole.DESTINATION,
    "transformationID": EventRole.TRANSFORMATION,
}
_OF_DECLARATIONS: Final = frozenset({"errorDeclarationTime", "errorReason", "correctiveEventID"})
_EPCS: Final = (EventRole.EPC.value, EventRole.CHILD.value)
_MATCH_ROLES: Final[dict[str, tuple[int, ...]]] = {
    "epc": _EPCS,
    "parentID": (EventRole.PARENT.value,),
    "inputEPC": (EventRole.INPUT.value,),
    "outputEPC": (EventRole.OUTPUT.value,),
    "anyEPC": tuple(role.value for role in INSTANCE_ROLES),
    "epcClass": (EventRole.QUANTITY.value, EventRole.CHILD_QUANTITY.value),
    "inputEPCClass": (EventRole.INPUT_QUANTITY.value,),
    "outputEPCClass": (EventRole.OUTPUT_QUANTITY.value,),
    "anyEPCClass": tuple(role.value for role in CLASS_ROLES),
}


def _matched(sql_filter: SqlFilter, condition: Condition) -> None:
    targets = [pattern_targets(value) for value in _texts(condition)]
    things: list[str] = []
    classes: list[str] = []
    prefixes: list[str] = []
    for one in targets:
        if one is None:
            return
        things += one.things
        classes += one.classes
        prefixes += one.prefixes
    if len(prefixes) > _MAX_PREFIXES:
        return
    roles = _MATCH_ROLES[condition.subject]
    matches = [ThingMatch(roles, tuple(dict.fromkeys(things)))]
    if classes:
        matches += _things_in_role(EventRole.CLASS, classes, 3).matches
    if prefixes:
        matches.append(ThingMatch(roles, prefixes=tuple(dict.fromkeys(prefixes))))
    single = 0 if condition.subject.endswith(("EPC", "epc", "parentID")) else 2
    sql_filter.things.append(Things(tuple(matches), 4 if prefixes else 3 if classes else single))


def _by_event_id(sql_filter: SqlFilter, names: list[str]) -> None:
    keys = {identity_key(identity) for name in names for identity in (name, declaration_of(name))}
    sql_filter.keys = keys if sql_filter.keys is None else sql_filter.keys & keys


def _written(condition: Condition) -> Iterable[str | None]:
    """Texts that the body of an event contains if it has the field at all; None: no body can contain it."""
    if condition.subject == "extension":
        quoted = as_written(condition.name.rpartition("}")[2])
        return [quoted and quoted[1:]]  # after its prefix or namespace
    if condition.subject == "quantity":
        return ['"quantity":']
    if condition.subject.startswith("persistentDisposition"):
        return ['"persistentDisposition":']
    return ['"sensorElementList":']


# --------------------------------------------------------------------------------------------- master data


def _within(sql_filter: SqlFilter, condition: Condition, viewer: Viewer) -> list[Vocabulary]:
    places = _texts(condition)
    found = master_data.places_within(places, viewer)
    known = MasterData(found)
    inside = {thing_of(one) for place in places for one in known.within(place)}
    if len(inside) <= _MAX_NAMES:
        sql_filter.event.append(one_of(f"e.{_COLUMNS[condition.subject]}", sorted(inside)))
    return found


_ATTRIBUTED: Final[dict[str, Callable[[tuple[str, ...]], Sql | Things]]] = {
    "readPoint": lambda names: one_of("e.read_point", names),
    "bizLocation": lambda names: one_of("e.biz_location", names),
    "bizTransaction": lambda names: _things_in_role(EventRole.TRANSACTION, names, 2),
    "source": lambda names: _things_in_role(EventRole.SOURCE, names, 2),
    "destination": lambda names: _things_in_role(EventRole.DESTINATION, names, 2),
    "epcClass": lambda names: Things((ThingMatch(_MATCH_ROLES["anyEPCClass"], names),), 2),
}


def _of_attributes(sql_filter: SqlFilter, condition: Condition, viewer: Viewer) -> list[Vocabulary]:
    wanted = _texts(condition) if condition.operator is Operator.HASATTR else [condition.name]
    found = master_data.with_attributes(wanted, viewer)
    known = MasterData(found)
    ids = {
        element.id
        for vocabulary in found
        for element in vocabulary.elements
        if any(known.values(element.id, name) for name in wanted)
    }
    names = tuple(sorted({thing_of(one) for one in ids}))
    restrict = _ATTRIBUTED.get(condition.scope)
    if not names:
        sql_filter.event.append(NONE)
    elif restrict is not None and len(names) <= _MAX_NAMES:
        restriction = restrict(names)
        if isinstance(restriction, Things):
            sql_filter.things.append(restriction)
        else:
            sql_filter.event.append(restriction)
    return found


def event_time_conditions(alias: str, sql_filter: SqlFilter) -> list[Sql]:
    """The conditions on the event time."""
    found = []
    if sql_filter.earliest is not None:
        found.append(Sql(f"{alias}.event_time >= %s", (sql_filter.earliest,)))
    if sql_filter.latest is not None:
        found.append(Sql(f"{alias}.event_time <= %s", (sql_filter.latest,)))
    return found
