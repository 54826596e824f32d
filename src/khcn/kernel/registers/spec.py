"""A register: one class that names a model and what people see of it. Everything else is derived.

The class holds data only; it never decides. A screen that needs deciding gets a view of its own
(docs/architecture.md, stop rules).
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.closed_registers import closed_link, closed_models, is_open_path
from khcn.kernel.access.scopes import (
    ACT,
    CHANGE,
    CHOOSE,
    CREATE,
    DELETE,
    READ,
    READING,
    VERBS,
    intersection_of_reaches,
    is_within_reach,
    rows_within_reach,
)
from khcn.kernel.actors import ActorKind
from khcn.kernel.fields.reference_targets import target_of
from khcn.kernel.fields.sections import Section, field_names_of, kinds_of_sections
from khcn.kernel.registers.owned_fields import OwnedFields
from khcn.kernel.registers.plausibility import NotBefore
from khcn.kernel.registers.record_titles import numbered_title, record_title
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.search.declarations import declared
from khcn.kernel.search.register_search import rows_with_words
from khcn.kernel.search.search_words import read_phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from django.db.models import Model, QuerySet
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.access.predicates import Predicate
    from khcn.kernel.access.scopes import Reach, Scope
    from khcn.kernel.actions import Action
    from khcn.kernel.actors import Actor
    from khcn.kernel.deadlines import DeadlineKind
    from khcn.kernel.fields.field_kind import FieldKind
    from khcn.kernel.indicators import Indicator
    from khcn.kernel.indicators.breakdowns import Breakdown
    from khcn.kernel.registers.workflow_actions import Effect
    from khcn.kernel.search.declarations import SearchDeclaration
    from khcn.kernel.workflow import State, Workflow

_ROW_WRITES = frozenset({CREATE, CHANGE, DELETE})

# A ``register.py`` takes everything it is written with from here.
__all__ = [
    "ILLUSTRATIVE_HEADING",
    "Column",
    "NotBefore",
    "OwnedFields",
    "Panel",
    "Register",
    "Section",
    "Tile",
]


@dataclass(frozen=True, slots=True)
class Column:
    """A list column: an ORM path or annotation, its heading when the field's own name will not do, and its look.

    ``look`` is one of: "" (by field type), "money", "link" (opens the record), "badge".
    ``choices`` gives labels for stored values of an annotation.
    """

    path: str
    heading: StrOrPromise = ""
    look: str = ""
    choices: tuple[tuple[str, StrOrPromise], ...] = ()
    hidden: bool = False  # offered in the column choice, not shown at first


@dataclass(frozen=True, slots=True)
class Panel:
    """Where records of this register are listed: on the page of the record that the foreign key ``link`` names.

    Declared by the child, so that a register never names one of a higher area. ``position`` orders the panels of a
    page; registers of several areas share one page.
    """

    link: str
    title: StrOrPromise
    position: int = 100


@dataclass(frozen=True, slots=True)
class Tile:
    """A number on the home page that opens its records: an indicator, and those it is made of.

    ``tone`` is one of: "", "ok", "warn", "bad"; "warn" and "bad" apply only while the number is not zero.
    """

    code: str
    title: StrOrPromise = ""  # the indicator's own label when empty
    parts: tuple[tuple[StrOrPromise, str], ...] = ()
    tone: str = ""
    position: int = 100


class Register:
    """The declaration of one register. Subclass, fill in, and decorate with :func:`~.registry.register`."""

    model: ClassVar[type[Model]]
    slug: ClassVar[str]  # in addresses, English plural
    owner: ClassVar[str] = ""  # code of the division that answers for the records
    icon: ClassVar[str] = "list"
    columns: ClassVar[tuple[str | Column, ...]]
    filters: ClassVar[dict[str, list[str]]] = {}
    search: ClassVar[tuple[str, ...]] = ()  # links to records by whose names these are found too
    form: ClassVar[tuple[Section, ...]] = ()
    inline_in: ClassVar[str] = ""  # the link to the record whose form also holds the rows of this register
    panel_of: ClassVar[tuple[Panel, ...]] = ()  # pages of other records that list records of this register
    natural_key: ClassVar[tuple[str, ...]] = ()
    distinguished_by: ClassVar[str] = ""  # the text in the natural key that only namesakes have
    numbered_by: ClassVar[str] = ""  # the number in the natural key that the writer gives to new records
    known_by: ClassVar[tuple[str, ...]] = ()  # with other values in these it is hardly the same record
    codes_by: ClassVar[str] = ""  # a choice that shows in the code: each of its values has its own codes
    codes_under: ClassVar[tuple[str, ...]] = ()  # a link, and what its record's code has in the first code
    lookup: ClassVar[str] = ""  # the column by which other workbooks name a record of this register
    lookup_aliases: ClassVar[tuple[str, ...]] = ()  # other columns that may be written instead
    lookup_creates: ClassVar[bool] = False  # may an import create a record from that name alone?
    shown: ClassVar[str] = ""  # the column that lists of other registers show for a record; else ``lookup``
    named_with: ClassVar[str] = ""  # a column of a linked record that titles and choices add to a code
    chosen_with: ClassVar[tuple[str, ...]] = ()  # what choices alone add to a number that says nothing
    happened: ClassVar[tuple[str, ...]] = ()  # days of what has happened: one to come is doubted
    begins_today: ClassVar[tuple[str, ...]] = ()  # days that a form of a new record begins with
    not_before: ClassVar[tuple[NotBefore, ...]] = ()  # days that seldom stand before others
    order: ClassVar[tuple[str, ...]] = ("sort_key",)
    date_field: ClassVar[str] = ""  # the business date that puts a record into a period
    workflow: ClassVar[Workflow | None] = None  # of a stored one, each step is an action too
    effects: ClassVar[Mapping[str, Effect]] = {}  # what steps bring about beside the state, by their names
    board: ClassVar[tuple[str, ...]] = ()  # columns on the cards of its board, a list for each state
    outcome: ClassVar[Section | None] = None  # fields that actions write: shown on the page, in no form
    actions: tuple[Action, ...] = ()  # a higher area adds its own by ``registry.extend_register``
    writer: ClassVar[RowWriter] = RowWriter()  # every channel writes through it
    owned: ClassVar[tuple[OwnedFields, ...]] = ()  # fields that only an action writes
    scope: ClassVar[Scope | None] = None  # whose rows; a register without one does not start
    indicators: ClassVar[tuple[Indicator, ...]] = ()
    deadlines: ClassVar[tuple[DeadlineKind, ...]] = ()  # terms that run for its records
    tiles: ClassVar[tuple[Tile, ...]] = ()  # on the home page
    charts: ClassVar[tuple[str | Breakdown, ...]] = ()  # figures whose quarters stand beside last year's
    similar: ClassVar[tuple[str, ...]] = ()  # text columns that a new record is compared by
    bulk_fields: ClassVar[tuple[str, ...]] = ()  # given one value on many records at once (docs/adr/0050)
    grid_fields: ClassVar[tuple[str, ...]] = ()  # beside the natural key, the columns of "Sửa dạng bảng"
    in_menu: ClassVar[bool] = True
    may_be_long: ClassVar[bool] = False  # 10⁵ rows and more in twenty years: its ``order`` has an index
    takes_person: ClassVar[bool] = False  # its fields decide who is trusted: written by no token
    whole_numbers: ClassVar[Predicate | None] = None  # who is given files with its masked numbers whole
    hidden: frozenset[str] = frozenset()  # set by ``seen_by`` alone, like the next two
    closed: frozenset[type[Model]] = frozenset()  # linked records whose names are not shown
    is_seen_from_outside: bool = False
    detail_template: ClassVar[str] = "registers/detail.html"
    # Adds annotations that columns and filters may name; takes the day of "as of" questions.
    annotate: ClassVar[Callable[[QuerySet[Any], date], QuerySet[Any]] | None] = None
    derived_filters: ClassVar[dict[str, tuple[StrOrPromise, tuple[tuple[str, StrOrPromise], ...]]]] = {}

    @property
    def area(self) -> str:
        """Name of the app that owns the model."""
        return self.model._meta.app_label

    @property
    def name(self) -> str:
        """Stable name, "science.sciencetask"."""
        return self.model._meta.label_lower

    @property
    def title(self) -> StrOrPromise:
        """What officials call the register."""
        return self.model._meta.verbose_name_plural or ""

    @property
    def singular(self) -> StrOrPromise:
        """What officials call one record."""
        return self.model._meta.verbose_name or ""

    def reach(self, verb: str, actor: Actor) -> Reach:
        """The rows to which ``actor`` may do this: the one place where rights are decided (docs/adr/0012).

        What the administrator decided for the role of a member of staff counts before the declaration. Nobody can do
        more to a row than look it up in a chooser without being allowed to read it.
        """
        if verb in {READ, CHOOSE}:
            return self._decided(verb, actor)
        if verb in _ROW_WRITES and not self._may_act_on_owner(actor):
            return False  # the rules would refuse every row: no page for writing one is offered
        return intersection_of_reaches(self._decided(READ, actor), self._decided(verb, actor))

    def _may_act_on_owner(self, actor: Actor) -> bool:
        """Where a row changes another record: may the actor act on some record of that kind?"""
        if not self.writer.acts_on_link:
            return True
        owner: Any = self.model._meta.get_field(self.writer.acts_on_link).related_model
        return target_of(owner).may(ACT, actor)

    def _decided(self, verb: str, actor: Actor) -> Reach:
        if self.scope is None or verb not in VERBS:
            return False
        if not actor.is_delegated(self.name):  # what it does not cover is read with the delegate's own rights
            return self._decided(verb, actor.own) if verb in READING and actor.own is not None else False
        if actor.kind is ActorKind.STAFF and actor.role_in_force:
            granted = actor.granted(self.name, verb)
            if granted is None and verb == CHOOSE:  # who may read nothing any more sees no names either
                granted = False if actor.granted(self.name, READ) is False else None
            if granted is not None:
                return intersection_of_reaches(granted, self.scope.bound(actor))
        return intersection_of_reaches(self.scope.reach(actor.in_own_right(), verb), self.scope.bound(actor))

    def may(self, verb: str, actor: Actor, record: Model | None = None) -> bool:
        """May ``actor`` do this to ``record`` (or, without one, to some record of the register)?

        ``verb`` is one of read, choose, create, change, delete, export, attach, act.
        """
        reach = self.reach(verb, actor)
        if isinstance(reach, bool) or record is None:
            return bool(reach)
        if record.pk is None:
            return is_within_reach(reach, record)
        return self.model._base_manager.filter(reach, pk=record.pk).exists()

    def fits(self, verb: str, actor: Actor, record: Model) -> bool:
        """Are the values that ``record`` has in memory within reach? Asked of what a person typed, before it is written."""
        return is_within_reach(self.reach(verb, actor), record)

    def visible(self, actor: Actor, verb: str = READ) -> QuerySet[Any]:
        """The plain rows to which this actor may do ``verb``."""
        return self.rows_within(self.reach(verb, actor))

    def rows(self, actor: Actor, on: date) -> QuerySet[Any]:
        """What this actor may see, with the register's annotations as of ``on``."""
        return self.rows_within(self.reach(READ, actor), on)

    def rows_within(self, reach: Reach, on: date | None = None) -> QuerySet[Any]:
        """The rows within reach, plain or with the register's annotations as of ``on``."""
        return rows_within_reach(
            self.model._default_manager.all() if on is None else _annotated(self, on), reach
        )

    def with_phrase(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Rows in whose texts for search these words stand side by side."""
        return rows_with_words(rows, self.searched, read_phrase(text)).rows

    @property
    def searched(self) -> SearchDeclaration:
        """By what records are found."""
        found = declared(self.model)
        return found.without(self.hidden | (set(found.links) - set(self.search)))

    def seen_by(self, actor: Actor) -> Register:
        """The register without the fields that its scope hides from this actor; pages, filters, forms, exports and the
        API that are made from it cannot show them.
        """
        hidden = self.scope.hidden(actor) if self.scope is not None else frozenset()
        outside = not actor.is_of_department
        models = frozenset() if outside else closed_models(self, actor)
        if not (outside or hidden or models):
            return self
        closed = {path for path in self.filters if not is_open_path(self.model, path, "choose", actor)}
        closed |= {path for path in self.search if not is_open_path(self.model, path, "read", actor)}
        return _without(self, hidden, frozenset(closed), models, outside=outside)

    def title_for(self, actor: Actor, record: Model) -> str:
        """What the record is called where something else names it: by its number to an actor who may neither read nor
        choose it, else without the names that the actor is not shown.
        """
        if self.may(READ, actor, record) or self.may(CHOOSE, actor, record):
            return record_title(self.seen_by(actor), record)
        return numbered_title(self, record.pk)

    def stored_state(self, record: Model) -> State | None:
        """The state of a record in the register's stored workflow; None where there is none."""
        if self.workflow is None or self.workflow.replayed:
            return None
        return self.workflow.by_value[record.state]  # type: ignore[attr-defined]

    def label_of(self, state: State) -> StrOrPromise:
        """The state in the words for the actor to whom the register is shown."""
        return state.public_label if self.is_seen_from_outside else state.label

    def list_url(self) -> str:
        """Address of the list."""
        return _list_url(self.area, self.slug)

    def detail_url(self, pk: int) -> str:
        """Address of one record."""
        return f"{self.list_url()}{pk}/"

    def form_fields(self) -> tuple[str, ...]:
        """Fields a person fills in, in the order of the form."""
        return field_names_of(self.form)

    def related_fields(self) -> tuple[str, ...]:
        """Foreign keys that a record's page shows, to be fetched along with the record."""
        names = (*self.form_fields(), *(self.outcome.fields if self.outcome else ()))
        return tuple(name for name in names if self.model._meta.get_field(name).many_to_one)

    def __str__(self) -> str:
        return self.name


@lru_cache(maxsize=256)
def _list_url(area: str, slug: str) -> str:
    return reverse("register-list", args=[area, slug])


@lru_cache(maxsize=256)
def _annotated(register: Register, on: date) -> QuerySet[Any]:
    """The register's rows with its annotations as of a day. Building them costs as much as a whole page; a query set
    that is never evaluated itself can be kept: callers take a copy, or they would see the rows of an earlier request.
    """
    adding = type(register).annotate
    records: QuerySet[Any] = register.model._default_manager.all()
    return adding(records, on) if adding else records


@lru_cache(maxsize=256)
def _without(
    register: Register,
    hidden: frozenset[str],
    closed: frozenset[str],
    models: frozenset[type[Model]],
    *,
    outside: bool,
) -> Register:
    """A copy of the declaration in which hidden fields do not occur, and closed paths neither filter nor search, and
    records of ``models`` have no names; for people outside the department also with the public words for states.
    """

    def is_shown(path: str) -> bool:
        return path not in hidden and path.partition("__")[0] not in hidden

    def worded(choices: tuple[tuple[str, StrOrPromise], ...]) -> tuple[tuple[str, StrOrPromise], ...]:
        states = register.workflow.by_value if register.workflow is not None and outside else {}
        if not states or not set(states) <= {value for value, _label in choices}:
            return choices  # of something else than states
        return tuple(
            (value, states[value].public_label if value in states else label) for value, label in choices
        )

    found: Any = copy(register)
    found.hidden, found.closed, found.is_seen_from_outside = hidden, models, outside
    found.columns = tuple(
        replace(each, choices=worded(each.choices)) if isinstance(each, Column) else each
        for each in register.columns
        if is_shown(each.path if isinstance(each, Column) else each)
    )
    found.filters = {
        path: lookups for path, lookups in register.filters.items() if is_shown(path) and path not in closed
    }
    found.search = tuple(path for path in register.search if path not in closed and is_shown(path))
    # What rows are ordered by stands in the marks of the pages of a list as well.
    found.order = tuple(
        path for path in register.order if not closed_link(register.model, path.lstrip("-"), models)
    )
    found.derived_filters = {
        path: (title, worded(choices))
        for path, (title, choices) in register.derived_filters.items()
        if is_shown(path)
    }
    sections = (
        Section(section.title, *(name for name in section.fields if is_shown(name)), when=section.when)
        for section in register.form
        if section.when is None or is_shown(section.when[0])
    )
    found.form = tuple(section for section in sections if section.fields)
    if register.outcome is not None:
        found.outcome = Section(
            register.outcome.title, *(name for name in register.outcome.fields if is_shown(name))
        )
    found.similar = tuple(path for path in register.similar if is_shown(path))
    made: Register = found
    return made


ILLUSTRATIVE_HEADING = _("Cột có dữ liệu minh họa")


@lru_cache(maxsize=256)
def kinds_of_register_form(register: Register) -> dict[str, FieldKind]:
    """By name the kinds of the fields in the form that the specification of a register declares."""
    return kinds_of_sections(register.form, model=register.model)
