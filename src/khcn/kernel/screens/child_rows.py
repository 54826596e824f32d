"""Rows of other registers in the form of the record they belong to: members of a team, items of an agenda.

The child register says so itself (``inline_in``). Its rows are read, checked and written by its own form and under its
own rights; the parent's form only carries them, in one transaction.
"""

from __future__ import annotations

import hashlib
from copy import copy
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import ProtectedError
from django.forms.models import BaseInlineFormSet, inlineformset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.kernel.access.shown_names import name_in_closed_register
from khcn.kernel.fields.reference_input import RecordField, record_key_in
from khcn.kernel.fields.reference_targets import selectable_records
from khcn.kernel.fields.registry import field_kind_of
from khcn.kernel.fields.sections import Section, kinds_of_sections
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.registers.registry import inline_registers_of, register_of
from khcn.kernel.registers.writing import remove_row
from khcn.kernel.screens.record_forms import RecordForm, add_refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from django.db.models import Model

    from khcn.kernel.actors import Actor
    from khcn.kernel.fields.field_kind import FieldKind
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.registers.spec import Register

EMPTY_ROWS = 2  # offered for new rows without asking; more by "Thêm dòng"
MOST_NEW = 100  # rows in one request, above those on record: each costs the time of a form
MORE = "more"  # name of the button that asks for one more row


_too_many = gettext_lazy(
    "Một lần gửi có nhiều nhất %(num)d dòng. Hãy lưu bớt rồi thêm tiếp, hoặc nhập từ tệp Excel."
)


class RowForm(RecordForm):
    """One row. A new row in which nothing was typed is no row."""

    def __init__(self, *args: Any, like: RowForm | None = None, **options: Any) -> None:
        """``like`` is the first row of the set: what it found out about short lists holds for all rows."""
        self.like = like
        super().__init__(*args, **options)

    def prepare_field(self, name: str, field: forms.Field) -> None:
        """Rows after the first take over what was worked out for it."""
        if self.like is None:
            super().prepare_field(name, field)
            return
        known = self.like.fields[name]
        field.error_messages["required"] = known.error_messages["required"]
        field.widget = copy(known.widget)

    def cells(self) -> Iterator[tuple[forms.BoundField, bool]]:
        """The fields of the row, without the keys that the set adds; with: does it take the whole width?"""
        return ((self[name], kind.wide) for name, kind in self.kinds.items())

    def all_errors(self) -> Iterator[tuple[forms.BoundField | None, str]]:
        """Every error with the field it stands at."""
        for name, texts in self.errors.items():
            for text in texts:
                yield (self[name] if name in self.kinds else None), str(text)


class RowSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """All rows of one child register that belong to the record."""

    child: ClassVar[Register]
    form: type[RowForm]
    title: str
    actor: Actor
    default_error_messages: ClassVar[Any] = {
        **BaseInlineFormSet.default_error_messages,
        "too_many_forms": _too_many,
    }
    deletion_widget: Any = forms.CheckboxInput(attrs={"class": "form-check-input"})

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Tell each row about the first."""
        first = self.__dict__.get("_first")
        return {**super().get_form_kwargs(index), **({"like": first} if first is not None else {})}

    def _construct_form(self, i: int, **options: Any) -> RowForm:
        form: RowForm = super()._construct_form(i, **options)  # type: ignore[misc]
        self.__dict__.setdefault("_first", form)
        for name, field in form.fields.items():
            if isinstance(field, RecordField):
                field.know(self._records_named(name, field))
        return form

    def _records_named(self, name: str, field: RecordField) -> Mapping[int, Model]:
        """The records that any row names in this field, read at once."""
        read: dict[str, Mapping[int, Model]] = self.__dict__.setdefault("_read", {})
        if name not in read:
            keys = {getattr(row, f"{name}_id", None) for row in self.get_queryset()}
            if self.is_bound:
                numbers = range(self.total_form_count())
                keys |= {
                    record_key_in(self.data.get(f"{self.add_prefix(each)}-{name}", "")) for each in numbers
                }
            read[name] = selectable_records(field.model).in_bulk(sorted(keys - {None}))
        return read[name]

    def add_fields(self, form: Any, index: int | None) -> None:
        """A word for the mark that removes the row."""
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Bỏ dòng này")

    def clean(self) -> None:
        """A row that was on record must still be a row of this record; Django would pass over it."""
        super().clean()
        for form in self.initial_forms:
            if form.instance.pk is None:
                form.add_error(
                    NON_FIELD_ERRORS,
                    _("Dòng này vừa được người khác xóa, nên không lưu được. Hãy mở lại biểu mẫu."),
                )

    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:
        """Two rows that say the same."""
        del unique_check
        return _("Có hai dòng giống nhau. Hãy bỏ một dòng.")

    def get_form_error(self) -> str:
        """At the second of two rows that say the same."""
        return _("Dòng này giống một dòng ở trên.")

    def rows(self) -> list[RowForm]:
        """Every row of the page."""
        return cast("list[RowForm]", self.forms)

    def names(self) -> dict[str, str]:
        """What each stored row says, by its key: to compare two versions."""
        return {str(row.pk): self.row_text(row) for row in self.get_queryset()}

    def row_text(self, row: Model) -> str:
        """One row as a sentence; what a link to a closed register names has no name in it."""
        texts = (self._shown(kind, getattr(row, name, None)) for name, kind in self.form.kinds.items())
        return "; ".join(text for text in texts if text)

    def _shown(self, kind: FieldKind, value: Any) -> str:
        is_closed = kind.field.related_model in self.child.closed
        return name_in_closed_register(value) if is_closed else kind.text(value)

    def typed(self) -> dict[str, str]:
        """What each row of the page says; a row that is marked to be removed says nothing."""
        found = {}
        for number, form in enumerate(self.rows()):
            if not form.has_changed() and not form.instance.pk:
                continue
            removed = form.cleaned_data.get("DELETE") if form.is_valid() else False
            key = str(form.instance.pk or f"new {number}")
            if removed:
                found[key] = ""
            elif form.is_valid():
                found[key] = self.row_text(form.instance)
            else:
                found[key] = "; ".join(str(bound.value()) for bound, _wide in form.cells() if bound.value())
        return found

    def save_rows(self, parent: Record, *, on: date) -> bool:
        """Write what changed; False when a row cannot be written, which then says why. Removals come first."""
        removed = [form for form in self.rows() if form.cleaned_data.get("DELETE")]
        written = [form for form in self.rows() if form not in removed and form.has_changed()]
        # Lists: every row that cannot be written says so, not only the first.
        done = [self._remove(form, on) for form in removed if form.instance.pk]
        if all(done):
            done = [self._write(form, parent, on) for form in written]
        return all(done)

    def _remove(self, form: RowForm, on: date) -> bool:
        if not self.child.may("delete", self.actor, form.instance):
            return _refuse(form, _("Tài khoản của bạn không được xóa dòng này."))
        try:
            remove_row(register_of(self.child.model), form.instance, actor=self.actor, on=on)
        except Refused as refused:
            return _refuse(form, str(refused))
        except ProtectedError:
            return _refuse(form, _("Còn bản ghi khác dùng đến dòng này nên không bỏ được."))
        return True

    def _write(self, form: RowForm, parent: Record, on: date) -> bool:
        setattr(form.instance, self.fk.name, parent)
        verb = "change" if form.instance.pk else "create"
        allowed = not form.instance.pk or self.child.may(verb, self.actor, form.instance)
        if not allowed or not self.child.fits(verb, self.actor, form.instance):
            return _refuse(form, _("Tài khoản của bạn không được ghi dòng này."))
        try:
            return form.save_record(actor=self.actor, on=on) is not None
        except NotPermitted:
            raise
        except Refused as refused:
            add_refusal(form, refused)
            return False


def _refuse(form: RowForm, words: str) -> bool:
    form.add_error(NON_FIELD_ERRORS, words)
    return False


@lru_cache(maxsize=256)
def _row_set_class(child: Register, parent: type[Model], link: str) -> type[RowSet]:
    sections = tuple(
        Section(each.title, *(name for name in each.fields if name != link), when=each.when)
        for each in child.form
    )
    form: Any = type("Row", (RowForm,), {})
    form.register, form.layout = child, sections
    form.kinds = kinds_of_sections(sections, model=child.model)
    made: Any = inlineformset_factory(
        parent,
        child.model,
        form=form,
        formset=RowSet,
        fk_name=link,
        fields=list(form.kinds),
        extra=EMPTY_ROWS,
        validate_max=True,
        formfield_callback=lambda field, **_options: field_kind_of(field).form_field(),
    )
    made.child = child
    found: type[RowSet] = made
    return found


def row_sets(
    register: Register, actor: Actor, record: Record, data: Mapping[str, Any] | None = None
) -> list[RowSet]:
    """The rows that the form of ``record`` carries for this actor. Without ``data`` they stand as they are on record.

    Rows of which ``data`` knows nothing are left alone: the form was sent by a program that does not carry them.
    """
    found = []
    for declared, panel in inline_registers_of(register.model):
        child = declared.seen_by(actor)
        if panel.link not in child.form_fields() or not _may_edit(child, actor):
            continue
        if data is not None and f"{child.slug}-TOTAL_FORMS" not in data:
            continue
        kind = _row_set_class(child, register.model, panel.link)
        links = [name for name, each in kind.form.kinds.items() if each.target]
        rows = child.visible(actor).select_related(*links).order_by("pk")
        rows_of = kind(data, instance=record, queryset=rows, prefix=child.slug)
        rows_of.title, rows_of.actor = str(panel.title), actor
        rows_of.max_num = rows_of.absolute_max = len(rows_of.get_queryset()) + MOST_NEW
        found.append(rows_of)
    return found


def _may_edit(child: Register, actor: Actor) -> bool:
    return child.may("read", actor) and child.may("create", actor) and child.may("change", actor)


def rows_version(sets: Iterable[RowSet]) -> str:
    """What a form carries along to notice that somebody else changed a row in between."""
    stored = [
        (rows.prefix, row.pk, row.updated_at.isoformat()) for rows in sets for row in rows.get_queryset()
    ]
    return hashlib.sha256(repr(sorted(stored)).encode()).hexdigest()[:20] if stored else ""


def with_one_more_row(data: Any) -> Any:
    """What was sent, with one row more in the set whose button was pressed."""
    asked = f"{data[MORE]}-TOTAL_FORMS"
    grown = data.copy()
    if str(grown.get(asked, "")).isdigit():
        grown[asked] = str(int(grown[asked]) + 1)
    return grown


def child_row_differences(sets: Iterable[RowSet]) -> list[tuple[str, str, str]]:
    """Child rows that differ between what is on record and what was typed: title, on record, typed."""
    found: list[tuple[str, str, str]] = []
    for rows in sets:
        theirs, mine = rows.names(), rows.typed()
        found += [
            (rows.title, theirs.get(key, ""), mine.get(key, ""))
            for key in dict.fromkeys((*theirs, *mine))
            if theirs.get(key, "") != mine.get(key, "")
        ]
    return found
