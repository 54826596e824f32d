"""What every kind of field can do. A kind is bound to one model field; it is cheap to make and keeps nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import django_filters
from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from khcn.kernel.fields.form_field_style import MESSAGES, style_form_field
from khcn.kernel.fields.help_lines import help_of
from khcn.kernel.fields.plain_text import plain_text
from khcn.kernel.fields.workbook_cells import workbook_cell_text, write_text_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django import forms
    from django.db.models import Field

    from khcn.kernel.actors import Actor
    from khcn.kernel.fields.reference_targets import Target
    from khcn.kernel.fields.workbook_cells import CellFormats

    Sample: TypeAlias = tuple[Field[Any, Any], tuple[Any, ...]]

_WIDE = 250  # a text that may be longer than this takes the whole width of a form
# As wide as there is: a bound outside the range of a smaller column would compare as "all rows".
_LEAST = -(2**62)

# What the types of a JSON schema are in Python; exact, so that true is no integer.
JSON_TYPES: Mapping[str, type] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "array": list,
    "object": dict,
    "null": type(None),
}

by_column: dict[type[Field[Any, Any]], type[FieldKind]] = {}
recognising: list[type[FieldKind]] = []


class FormFieldFilter(django_filters.Filter):  # type: ignore[misc]
    """A filter that reads what a form field reads."""

    def __init__(self, made: forms.Field, **options: Any) -> None:
        super().__init__(**options)
        made.required, made.initial = False, None
        self._field = made  # what the property ``field`` of the base class gives


class FieldKind:
    """One kind of field, bound to a model field. Subclasses say what is different.

    A value is always what the record holds; ``None`` is a value like any other.
    """

    name: ClassVar[str] = "text"
    # Model fields of these classes (and their subclasses) are of this kind.
    columns: ClassVar[tuple[type[Field[Any, Any]], ...]] = ()
    # A field of this kind and values of it, the least, the greatest and hostile ones among them: the conformance
    # tests (tests/fields/test_kinds.py) send them through form, workbook, JSON, change log and database.
    sample: ClassVar[Sample | None] = None
    is_known: ClassVar[bool] = (
        False  # of a field that no kind is for, people can neither type nor read the value
    )

    def __init_subclass__(cls) -> None:
        """Make the kind known."""
        cls.is_known = True
        for column in cls.__dict__.get("columns", ()):
            by_column[column] = cls
        if "recognises" in cls.__dict__:
            recognising.append(cls)

    def __init__(self, field: Any) -> None:
        self.field = field

    @classmethod
    def recognises(cls, field: Any) -> bool:
        """Asked before the class of the model field: a field with choices is a choice whatever its column holds."""
        del field
        return False

    @property
    def label(self) -> str:
        """What officials call the field."""
        return str(capfirst(self.field.verbose_name))

    @property
    def target(self) -> Target | None:
        """The register whose records are the values, for a reference."""
        return None

    def empty(self) -> Any:
        """What the record holds when nothing is typed: nothing where that is possible, else the field's default."""
        if self.field.null:
            return None
        if self.field.has_default():
            return self.field.get_default()
        return "" if self.field.empty_strings_allowed else None

    # ------------------------------------------------------------------------------------------ text

    takes_lines: ClassVar[bool] = False  # may a value have several lines?
    holds_words: ClassVar[bool] = False  # is a value what somebody wrote?
    is_masked: ClassVar[bool] = False  # do people see of a value only what tells it from others?
    summed: ClassVar[bool] = False  # do lists add it up?
    is_amount: ClassVar[bool] = (
        False  # is a value so many of something, of which sums are made and a percentage is none?
    )
    is_day: ClassVar[bool] = False  # is a value a day, which orders what happened?
    is_year: ClassVar[bool] = False  # is a value a year, and no quantity?
    look: ClassVar[str] = ""  # class of the cells of a list: "", "date" or "num"

    @property
    def is_beginning(self) -> bool:
        """Is a value the first day of something, so that a month stands for its first day?"""
        return False

    def text(self, value: Any) -> str:
        """A value as lists, pages and the history show it."""
        return plain_text(value)

    def texts(self) -> Callable[[Any], str]:
        """The same for many values of one page, in the language of now."""
        return self.text

    def word(self, value: object) -> str:
        """A value of the field as a condition names it."""
        return self.text(value)

    def listed(self, path: str) -> tuple[Any, FieldKind]:
        """The path or expression that a list reads for a column at ``path``, and the kind of what is there."""
        return path, self

    def sort_path(self, path: str) -> str:
        """What orders a list by a column at ``path``, "" when nothing does."""
        return path

    def lowest(self) -> Value:
        """A value below all others, so that empty ones have a place in the order."""
        return Value(_LEAST, output_field=models.BigIntegerField())

    def with_empty_lowest(self, path: str) -> Coalesce:
        """What rows are ordered by where the column may be empty."""
        lowest = self.lowest()
        return Coalesce(models.F(path), lowest, output_field=lowest.output_field)

    # ------------------------------------------------------------------------------------------ form

    required_message: ClassVar[str] = "required"

    must_be_typed: ClassVar[bool] = True  # False where typing nothing is an answer

    @property
    def required(self) -> bool:
        """Must a person type something?"""
        return self.must_be_typed and not self.field.blank

    @property
    def wide(self) -> bool:
        """Does it take the whole width of a form?"""
        return self.takes_lines or (getattr(self.field, "max_length", None) or 0) > _WIDE

    def form_field(self) -> forms.Field | None:
        """A form field that reads what officials type; None for a field that no form can hold."""
        made = self._form_field()
        if made is not None:
            made.help_text = help_of(self.field)
            style_form_field(made)
        return made

    def _form_field(self) -> forms.Field | None:
        """The form field without our words and classes; Django's own unless a kind has a better one."""
        return self.field.formfield()  # type: ignore[no-any-return]

    def _options(self) -> dict[str, Any]:
        """The arguments that a form field of ours takes from the model field."""
        options = {
            "required": self.required,
            "label": capfirst(self.field.verbose_name),
        }
        if self.field.has_default():
            options["initial"] = self.field.get_default()
        return options

    def typed_beside(self, typed: Any) -> dict[str, Any]:
        """What a text typed into the field settles for other fields of the form, by their names."""
        del typed
        return {}

    def prepare(self, field: forms.Field) -> None:
        """Called for each form that is shown or read, when the language and the records on file are known."""
        field.error_messages["required"] = MESSAGES[self.required_message] % {"label": field.label}

    # ------------------------------------------------------------------------------------------ filter

    keyboard: ClassVar[str] = ""  # the ``inputmode`` of a filter that is typed into

    def filter(self, **options: Any) -> django_filters.Filter:
        """The filter for one lookup of the field; it reads what the form reads, unless a kind has a better one."""
        made = self.form_field()
        return django_filters.CharFilter(**options) if made is None else FormFieldFilter(made, **options)

    def filter_choices(self) -> tuple[tuple[str, str], ...]:
        """What a filter offers to choose from, in the language of now; without any, it is typed into."""
        return ()

    def filter_hint(self) -> str:
        """What an empty filter shows as an example of what to type."""
        return ""

    # ------------------------------------------------------------------------------------------ workbook

    sheet_word: ClassVar[str] = "chữ"  # what the data dictionary calls a column of this kind
    sheet_width: ClassVar[int] = 28
    sheet_format: ClassVar[str] = "text"  # the look of empty cells below the headings
    sheet_validated: ClassVar[bool] = False  # do the model field's validators look at a cell?
    takes_number: ClassVar[bool] = False  # is the number of a cell what counts, however Excel shows it?
    reads_dash: ClassVar[bool] = False  # is a dash alone an answer?

    @property
    def sheet_unit(self) -> str:
        """The unit of the amounts, "" where they have none; a sheet may be in multiples of it ("triệu đồng") or in another ("m²")."""
        return ""

    @property
    def sibling(self) -> str:
        """A second field that a cell of this one fills, "" where there is none."""
        return ""

    def sheet_paths(self) -> list[Any]:
        """The paths or expressions that an export reads for a cell."""
        return [self.field.name]

    def sheet_values(self) -> Callable[..., Any]:
        """From what was read to what the cell holds; made once for all rows."""
        return lambda value: value

    def write_cell(self, sheet: Any, row: int, place: int, value: Any, formats: CellFormats) -> None:
        """Write one value that is not empty."""
        write_text_cell(sheet, row, place, str(value), formats)

    def read_cell(self, raw: object, text: str) -> Any:
        """The value of a cell that is not empty. Raises ``CellProblem``, ``TextProblem`` or ``ValidationError``."""
        del raw
        return text

    def is_same(self, old: Any, new: Any) -> bool:
        """Does the record hold what the cell says?"""
        return bool(old == new)

    def preview(self, value: Any) -> str:
        """A value as the preview of an import shows it."""
        return workbook_cell_text(value)

    def sheet_choices(self) -> list[str]:
        """The labels a cell may hold, for a closed list."""
        return []

    def sheet_list(self, actor: Actor, most: int) -> list[str]:
        """What the template offers to choose from: at most ``most`` + 1 entries of what the actor may see."""
        del actor, most
        return self.sheet_choices()

    def sheet_example(self) -> str:
        """What the template shows as an example."""
        return ""

    def sheet_tip(self) -> str:
        """What the template says beside an empty cell."""
        return _("Ghi nội dung.")

    # ------------------------------------------------------------------------------------------ JSON

    schema: ClassVar[dict[str, Any]] = {"type": "string"}

    def json_schema(self) -> dict[str, Any]:
        """JSON schema of a value."""
        found: dict[str, Any] = {"title": self.label}
        if line := help_of(self.field):
            found["description"] = str(line)
        return {**found, **self._schema()}

    def _schema(self) -> dict[str, Any]:
        found = dict(self.schema)
        if self.field.null and isinstance(found["type"], str):
            found["type"] = [found["type"], "null"]
        return found

    def takes_json(self, value: Any) -> bool:
        """Is it of a type that the schema names? Whether the value itself fits, the form field says."""
        named = self._schema()["type"]
        return type(value) in {JSON_TYPES[each] for each in ([named] if isinstance(named, str) else named)}

    def json_word(self) -> str:
        """What the page of the interface says of a value."""
        return _("chữ")

    def to_json(self, value: Any) -> Any:
        """A value as JSON holds it."""
        return value

    def from_json(self, text: str) -> str:
        """What JSON holds, as a person would type it into the form."""
        return text

    # ------------------------------------------------------------------------------------------ change log

    def from_log(self, value: Any) -> Any:
        """A value as the change log keeps it, turned back into what the record holds."""
        return value

    def log_text(self, value: Any) -> str:
        """A value of the change log as the history shows it."""
        if value is None:
            return ""
        try:
            return self.text(self.from_log(value))
        except (TypeError, ValueError):
            return str(value)


def field_kind_of(field: Any) -> FieldKind:
    """The kind of a model field. Use :func:`khcn.kernel.fields.registry.field_kind_of`, which knows all kinds."""
    for kind in recognising:
        if kind.recognises(field):
            return kind(field)
    return stored_kind_of(field)


def stored_kind_of(field: Any) -> FieldKind:
    """The kind by the class of the model field alone: what a choice is stored as."""
    for cls in type(field).__mro__:
        if cls in by_column:
            return by_column[cls](field)
    return FieldKind(field)
