"""Forms made of sections: of records, of the inputs of an action. Sections that do not apply take no values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _

from khcn.kernel.fields.reference_input import RecordField
from khcn.kernel.fields.sections import kinds_of_sections, section_condition
from khcn.kernel.fields.stored_link import stored_link

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.db import models
    from django.db.models import Model

    from khcn.kernel.fields.field_kind import FieldKind
    from khcn.kernel.fields.sections import Section
    from khcn.kernel.fields.stored_link import StoredLink


@dataclass(frozen=True, slots=True)
class ShownSection:
    """One section as a page draws it. ``control`` and ``values`` tell the script when to show it, ``note`` the reader."""

    title: str
    fields: tuple[tuple[forms.BoundField, bool], ...]  # with: does it take the whole width?
    control: str = ""
    values: str = ""
    note: str = ""


class SectionsMixin:
    """The part that forms of records and forms of actions share; goes before a form class of Django's."""

    layout: ClassVar[tuple[Section, ...]] = ()
    kinds: ClassVar[Mapping[str, FieldKind]] = {}
    # The server answers with its own words, at the field and in the summary; the browser stays quiet.
    use_required_attribute = False

    if TYPE_CHECKING:
        fields: dict[str, forms.Field]
        cleaned_data: dict[str, Any]
        changed_data: list[str]
        errors: Any

        def __getitem__(self, name: str) -> forms.BoundField: ...
        def add_error(self, field: str | None, error: Any) -> None: ...
        def add_prefix(self, field_name: str) -> str: ...

    def __init__(self, *args: Any, **options: Any) -> None:
        """Name each field in its messages; turn short lists of records into plain lists; know what is linked already."""
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            if name in self.kinds:
                self.prepare_field(name, field)
            if isinstance(field, RecordField):
                field.keep(self.link_on_record(name, field))

    def link_on_record(self, name: str, field: RecordField) -> StoredLink | None:
        """What the field links to before anything is typed; None when nothing is on record."""
        del name, field
        return None

    def prepare_field(self, name: str, field: forms.Field) -> None:
        """What a field needs to know of the language and of the records on file."""
        self.kinds[name].prepare(field)

    def show_as_typed(self) -> None:
        """Show again what was typed without saying anything about it: nobody has asked to save it yet."""
        self._errors = ErrorDict()
        self.cleaned_data = {}

    def sections(self) -> Iterator[ShownSection]:
        """The form as it is cut up; long fields take the whole width."""
        for section in self.layout:
            control, values = section.when or ("", ())
            yield ShownSection(
                title=str(section.title),
                fields=tuple(
                    (self[name], self.kinds[name].wide) for name in section.fields if name in self.fields
                ),
                control=self.add_prefix(control) if control else "",
                values=" ".join(str(value) for value in values),
                note=section_condition(self.kinds, section),
            )

    def clean(self) -> dict[str, Any]:
        """Take what one field says of another one, and nothing from sections that do not apply."""
        cleaned: dict[str, Any] = super().clean()  # type: ignore[misc]
        for name, kind in self.kinds.items():
            if name in self.fields:
                self._take_beside(kind.typed_beside(self[name].data))
        for section in self.layout:
            if section.when is None or section.when[0] not in self.cleaned_data:
                continue
            if not section.applies_to(self.cleaned_data[section.when[0]]):
                for name in section.fields:
                    self._leave_out(name, section)
        return cleaned

    def _take_beside(self, values: Mapping[str, Any]) -> None:
        for name in values.keys() & self.fields.keys():
            self.errors.pop(name, None)
            self.cleaned_data[name] = values[name]

    def _leave_out(self, name: str, section: Section) -> None:
        """A value of a section that does not apply: refused when somebody typed it, else emptied.

        What was on record before and neither it nor the controlling field changed stays as it is: it may have come
        from paper, and a form that is about something else must not remove it.
        """
        control = section.when[0] if section.when else ""
        is_empty = self.cleaned_data.get(name) in (None, "", False, [])
        typed = name in self.errors or not is_empty
        if typed and name in self.changed_data and not self._is_missing(name):
            self.errors.pop(name, None)
            note = section_condition(self.kinds, section)
            self.add_error(
                name,
                _("%(note)s Hãy xóa nội dung ô này, hoặc chọn lại “%(field)s”.")
                % {"note": note, "field": self.kinds[control].label},
            )
            return
        self.errors.pop(name, None)
        if is_empty or control in self.changed_data or not self._is_on_record():
            self.cleaned_data[name] = self.kinds[name].empty()

    def _is_missing(self, name: str) -> bool:
        """Was nothing sent for this field?"""
        bound = self[name]
        return bound.data in (None, "", [])

    def _is_on_record(self) -> bool:
        instance = getattr(self, "instance", None)
        return instance is not None and instance.pk is not None


class InputForm(SectionsMixin, forms.Form):
    """A form that is not tied to a record: what an action asks for."""

    def __init__(self, *args: Any, begun: Mapping[str, Any] | None = None, **options: Any) -> None:
        """``begun``: what the program begins the form with, by name; never what was sent."""
        self.begun = begun or {}
        super().__init__(*args, **options)

    def link_on_record(self, name: str, field: RecordField) -> StoredLink | None:
        """What the program begins this input with."""
        return stored_link(field.model, self.begun.get(name))


def form_for(
    sections: Sequence[Section],
    *,
    model: type[Model] | None = None,
    inputs: Mapping[str, models.Field[Any, Any]] | None = None,
    base: type[InputForm] = InputForm,
) -> type[InputForm]:
    """A form class with these sections.

    A name in a section is a key of ``inputs`` (a model field that belongs to no model, or to another one:
    ``{"until": models.DateField(_("đến ngày")), "decision": TaskAmendment._meta.get_field("decision")}``), else a
    field of ``model``. ``cleaned_data`` holds what the model fields would: dates, whole numbers, records.
    """
    kinds = kinds_of_sections(sections, model=model, inputs=inputs)
    made: dict[str, Any] = {name: kind.form_field() for name, kind in kinds.items()}
    return type("InputForm", (base,), {**made, "layout": tuple(sections), "kinds": kinds})
