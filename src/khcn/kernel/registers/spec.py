"""A register: one class that names a model and what people see of it. Everything else is derived.

The class holds data only; it never decides. A screen that needs deciding gets a view of its own
(docs/architecture.md, stop rules).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from khcn.kernel.access import Predicate, is_staff, nobody
from khcn.kernel.fields.sections import Section, names_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.db.models import Model, QuerySet
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.actions import Action
    from khcn.kernel.actors import Actor
    from khcn.kernel.indicators import Indicator
    from khcn.kernel.workflow import Workflow

# A ``register.py`` takes everything it is written with from here.
__all__ = ["ILLUSTRATIVE_HEADING", "Column", "Panel", "Register", "Section", "Tile"]


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
    """Related records on the record's page: the child register's model by label, and its link back."""

    title: StrOrPromise
    model: str
    link: str


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
    search: ClassVar[tuple[str, ...]] = ("search_text",)
    form: ClassVar[tuple[Section, ...]] = ()
    panels: ClassVar[tuple[Panel, ...]] = ()
    natural_key: ClassVar[tuple[str, ...]] = ()
    lookup: ClassVar[str] = ""  # the column by which other workbooks name a record of this register
    lookup_aliases: ClassVar[tuple[str, ...]] = ()  # other columns that may be written instead
    lookup_creates: ClassVar[bool] = False  # may an import create a record from that name alone?
    shown: ClassVar[str] = ""  # the column that lists of other registers show for a record; else ``lookup``
    order: ClassVar[tuple[str, ...]] = ("sort_key",)
    date_field: ClassVar[str] = ""  # the business date that puts a record into a period
    workflow: ClassVar[Workflow | None] = None
    actions: tuple[Action, ...] = ()  # a higher area adds its own by ``registry.extend``
    read: ClassVar[Predicate] = is_staff
    write: ClassVar[Predicate] = nobody
    indicators: ClassVar[tuple[Indicator, ...]] = ()
    tiles: ClassVar[tuple[Tile, ...]] = ()  # on the home page
    similar: ClassVar[
        tuple[str, ...]
    ] = ()  # text columns in which a new record is compared with those there are
    in_menu: ClassVar[bool] = True
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

    def rows(self, actor: Actor, on: date) -> QuerySet[Any]:
        """What this actor may see, with the register's annotations as of ``on``."""
        rows: QuerySet[Any] = _annotated(self, on).all().visible_to(actor)  # type: ignore[attr-defined]
        return rows

    def may(self, verb: str, actor: Actor, record: object = None) -> bool:
        """May ``actor`` do this to ``record`` (or, without one, to some record of the register)?

        ``verb`` is one of read, choose, create, change, delete, export, attach, act.
        """
        rule = self.read if verb in {"read", "choose", "export"} else self.write
        return bool(rule.test(actor, record))

    def list_url(self) -> str:
        """Address of the list."""
        return reverse("register-list", args=[self.area, self.slug])

    def detail_url(self, pk: int) -> str:
        """Address of one record."""
        return reverse("register-detail", args=[self.area, self.slug, pk])

    def form_fields(self) -> tuple[str, ...]:
        """Fields a person fills in, in the order of the form."""
        return names_of(self.form)

    def __str__(self) -> str:
        return self.name


@lru_cache(maxsize=256)
def _annotated(register: Register, on: date) -> QuerySet[Any]:
    """The register's rows with its annotations as of a day. Building them costs as much as a whole page; a query set
    that is never evaluated itself can be kept: callers take a copy, or they would see the rows of an earlier request.
    """
    adding = type(register).annotate
    records: QuerySet[Any] = register.model._default_manager.all()
    return adding(records, on) if adding else records


ILLUSTRATIVE_HEADING = _("Cột có dữ liệu minh họa")
