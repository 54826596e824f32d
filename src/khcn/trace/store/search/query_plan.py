"""What SQL can say of a query: conditions that every event of the answer meets, and perhaps some others too.

Whatever is left out here costs time and never an answer: `khcn.epcis.query.matching` decides about each event.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from khcn.epcis.errors import QueryError
from khcn.epcis.master_data import MasterData
from khcn.epcis.query.parsing import Condition, EventQuery, Operator
from khcn.epcis.store import thing_of
from khcn.epcis.times import Time
from khcn.kernel.province import province_key
from khcn.trace.enums import CLASS_TOUCHES, EPC_TOUCHES, Touch
from khcn.trace.store import master_data
from khcn.trace.store.database.sql import NONE, Sql, contains, either, every, one_of, text_range
from khcn.trace.store.encoding.bodies import as_written
from khcn.trace.store.encoding.instants import MICRO_DIGITS, microseconds
from khcn.trace.store.encoding.rows import declaration_of, identity_key, link_name
from khcn.trace.store.search.epc_patterns import reach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from khcn.epcis.model import Vocabulary

MOST_CONDITIONS: Final = 100
MOST_VALUES: Final = 2000
_MANY_STARTS: Final = 300  # ranges beyond which SQLite takes no condition
_MANY: Final = 5000  # names beyond which a list in a statement helps no more


@dataclass(frozen=True, slots=True)
class Spot:
    """Things by name or by how they begin (as `rows.link_name` has them), touched in one of some ways."""

    touches: tuple[int, ...]
    names: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()

    def condition(self, alias: str) -> Sql:
        thing = f"{alias}.thing"
        which = [one_of(thing, self.names)] if self.names else []
        which += [text_range(thing, start) for start in self.starts]
        return every([either(which), one_of(f"{alias}.touch", self.touches)])


@dataclass(frozen=True, slots=True)
class Things:
    """That an event touches one thing of these. `breadth` grows with the number of events that may do so."""

    spots: tuple[Spot, ...]
    breadth: int

    @property
    def has_classes(self) -> bool:
        return any(spot.touches == (Touch.CLASS.value,) for spot in self.spots)

    def condition(self, alias: str) -> Sql:
        """The condition on a row of ``trace_link``."""
        return either(spot.condition(alias) for spot in self.spots)


@dataclass(slots=True)
class Narrowing:
    """What SQL knows of a query.

    `event`: conditions on ``trace_event e``; `things`: what the event must touch, all of them; `keys`: identities, one
    of which the event has; `earliest` and `latest`: microseconds of its event time, both included; `exact`: nothing
    of the query is left for `matches` to decide.
    """

    event: list[Sql] = field(default_factory=list)
    things: list[Things] = field(default_factory=list)
    keys: set[bytes] | None = None
    earliest: int | None = None
    latest: int | None = None
    exact: bool = True

    @property
    def is_columns(self) -> bool:
        """Whether conditions on columns are the whole query, so that SQL can count its answer."""
        return self.exact and not self.things and self.keys is None


@dataclass(frozen=True, slots=True)
class Plan:
    """How a query is answered: what SQL narrows, and the master data that its conditions look at."""

    narrowing: Narrowing
    master_data: MasterData


def plan(query: EventQuery) -> Plan:
    """Read a query. Asks for master data where, and as far as, the query needs them.

    Raises:
        QueryError: ``QueryTooComplexException`` for a query of very many conditions or values.
    """
    if len(query.conditions) > MOST_CONDITIONS or sum(map(_count, query.conditions)) > MOST_VALUES:
        raise QueryError(
            "QueryTooComplexException",
            "",
            f"Truy vấn có hơn {MOST_CONDITIONS} điều kiện hoặc hơn {MOST_VALUES} giá trị. Chia thành nhiều truy vấn.",
            f"the query has more than {MOST_CONDITIONS} conditions or {MOST_VALUES} values",
        )
    narrowing = Narrowing()
    vocabularies: list[Vocabulary] = []
    for condition in query.conditions:
        if not _by_column(narrowing, condition):
            narrowing.exact = False
            vocabularies += _roughly(narrowing, condition)
    return Plan(narrowing, MasterData(vocabularies))


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


def _by_column(narrowing: Narrowing, condition: Condition) -> bool:
    """Add a condition that a column of ``trace_event`` speaks of; False where none does."""
    operator, subject = condition.operator, condition.subject
    if operator is Operator.EXISTS and subject == "errorDeclaration":
        if condition.values == (True,):
            narrowing.event.append(Sql("e.declared"))
        return True
    if subject in {"eventTime", "recordTime"}:
        _at_time(narrowing, condition)
        return True
    if operator is not Operator.EQ or subject not in _COLUMNS:
        return False
    values = _texts(condition)
    if subject in _PLACES:
        values = [thing_of(value) for value in values]
        narrowing.exact = False  # `thing_of` sees through spellings that `same_identifier` does not
    narrowing.event.append(one_of(f"e.{_COLUMNS[subject]}", list(dict.fromkeys(values))))
    return True


def _at_time(narrowing: Narrowing, condition: Condition) -> None:
    """Add a condition on event or record time; whole microseconds are decided by it, finer ones are not."""
    [moment] = condition.values
    if not isinstance(moment, Time):
        raise TypeError(f"{condition.subject} is compared with {moment!r}")
    micro = microseconds(moment)
    fine = len(moment.fraction) > MICRO_DIGITS
    from_then = condition.operator is Operator.GE
    if condition.subject == "recordTime":
        comparison = ">=" if from_then else "<=" if fine else "<"
        narrowing.event.append(Sql(f"e.record_time {comparison} %s", (micro,)))
    elif from_then:
        narrowing.earliest = max(micro, micro if narrowing.earliest is None else narrowing.earliest)
    else:
        last = micro if fine else micro - 1
        narrowing.latest = min(last, last if narrowing.latest is None else narrowing.latest)
    if fine:
        narrowing.exact = False


# --------------------------------------------------------------------------------------------- the rest


def _roughly(narrowing: Narrowing, condition: Condition) -> Iterable[Vocabulary]:
    """Add what SQL can say of a condition; gives the master data that it needs."""
    operator, subject = condition.operator, condition.subject
    if subject == "attribute":
        return _of_attributes(narrowing, condition)
    if operator is Operator.WD:
        return _within(narrowing, condition)
    if operator is Operator.MATCH:
        _matched(narrowing, condition)
    elif subject in _LINKED:
        narrowing.things.append(_named(_LINKED[subject], map(thing_of, _texts(condition)), 1))
    elif subject == "eventID":
        _identified(narrowing, _texts(condition))
    elif subject in _OF_DECLARATIONS:
        narrowing.event.append(Sql("e.declared"))
    elif condition.values != (False,) or operator is not Operator.EXISTS:
        # EXISTS with false asks for nothing
        narrowing.event += [
            NONE if part is None else contains("e.body", part) for part in _written(condition)
        ]
    return ()


def _named(touch: Touch, things: Iterable[str], breadth: int) -> Things:
    """Things that are touched in one way."""
    names = tuple(dict.fromkeys(link_name(thing, touch) for thing in things))
    return Things((Spot((touch.value,), names),), breadth)


_LINKED: Final = {
    "bizTransaction": Touch.TRANSACTION,
    "source": Touch.SOURCE,
    "destination": Touch.DESTINATION,
    "transformationID": Touch.TRANSFORMATION,
}
_OF_DECLARATIONS: Final = frozenset({"errorDeclarationTime", "errorReason", "correctiveEventID"})
_EPCS: Final = (Touch.EPC.value, Touch.CHILD.value)
_MATCHED: Final[dict[str, tuple[int, ...]]] = {
    "epc": _EPCS,
    "parentID": (Touch.PARENT.value,),
    "inputEPC": (Touch.INPUT.value,),
    "outputEPC": (Touch.OUTPUT.value,),
    "anyEPC": tuple(touch.value for touch in EPC_TOUCHES),
    "epcClass": (Touch.QUANTITY.value, Touch.CHILD_QUANTITY.value),
    "inputEPCClass": (Touch.INPUT_QUANTITY.value,),
    "outputEPCClass": (Touch.OUTPUT_QUANTITY.value,),
    "anyEPCClass": tuple(touch.value for touch in CLASS_TOUCHES),
}


def _matched(narrowing: Narrowing, condition: Condition) -> None:
    reaches = [reach(value) for value in _texts(condition)]
    things: list[str] = []
    classes: list[str] = []
    starts: list[str] = []
    for one in reaches:
        if one is None:
            return
        things += one.things
        classes += one.classes
        starts += one.starts
    if len(starts) > _MANY_STARTS:
        return
    touches = _MATCHED[condition.subject]
    spots = [Spot(touches, tuple(dict.fromkeys(things)))]
    if classes:
        spots += _named(Touch.CLASS, classes, 3).spots
    if starts:
        spots.append(Spot(touches, starts=tuple(dict.fromkeys(starts))))
    single = 0 if condition.subject.endswith(("EPC", "epc", "parentID")) else 2
    narrowing.things.append(Things(tuple(spots), 4 if starts else 3 if classes else single))


def _identified(narrowing: Narrowing, names: list[str]) -> None:
    province = province_key()
    keys = {identity_key(province, identity) for name in names for identity in (name, declaration_of(name))}
    narrowing.keys = keys if narrowing.keys is None else narrowing.keys & keys


def _written(condition: Condition) -> Iterable[str | None]:
    """Texts that the body of an event holds if it has a field at all; None: none can."""
    if condition.subject == "extension":
        quoted = as_written(condition.name.rpartition("}")[2])
        return [quoted and quoted[1:]]  # after its prefix or namespace
    if condition.subject == "quantity":
        return ['"quantity":']
    if condition.subject.startswith("persistentDisposition"):
        return ['"persistentDisposition":']
    return ['"sensorElementList":']


# --------------------------------------------------------------------------------------------- master data


def _within(narrowing: Narrowing, condition: Condition) -> list[Vocabulary]:
    places = _texts(condition)
    found = master_data.within(places)
    known = MasterData(found)
    inside = {thing_of(one) for place in places for one in known.within(place)}
    if len(inside) <= _MANY:
        narrowing.event.append(one_of(f"e.{_COLUMNS[condition.subject]}", sorted(inside)))
    return found


_ATTRIBUTED: Final[dict[str, Callable[[tuple[str, ...]], Sql | Things]]] = {
    "readPoint": lambda names: one_of("e.read_point", names),
    "bizLocation": lambda names: one_of("e.biz_location", names),
    "bizTransaction": lambda names: _named(Touch.TRANSACTION, names, 2),
    "source": lambda names: _named(Touch.SOURCE, names, 2),
    "destination": lambda names: _named(Touch.DESTINATION, names, 2),
    "epcClass": lambda names: Things((Spot(_MATCHED["anyEPCClass"], names),), 2),
}


def _of_attributes(narrowing: Narrowing, condition: Condition) -> list[Vocabulary]:
    wanted = _texts(condition) if condition.operator is Operator.HASATTR else [condition.name]
    found = master_data.with_attributes(wanted)
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
        narrowing.event.append(NONE)
    elif restrict is not None and len(names) <= _MANY:
        restriction = restrict(names)
        if isinstance(restriction, Things):
            narrowing.things.append(restriction)
        else:
            narrowing.event.append(restriction)
    return found
