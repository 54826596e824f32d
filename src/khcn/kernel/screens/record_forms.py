"""The form of a register: made from its sections, reading what officials type, and never losing it."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.forms.models import construct_instance, modelform_factory
from django.utils.translation import gettext as _

from khcn.kernel.actors import current_act
from khcn.kernel.fields.forms import SectionsMixin
from khcn.kernel.fields.registry import field_kind_of
from khcn.kernel.fields.sections import kinds_of_sections
from khcn.kernel.fields.stored_link import StoredLink
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.refusals.attempts import AttemptKind, note_attempt
from khcn.kernel.refusals.constraints import refusal_of_violation
from khcn.kernel.registers.code_proposals import codes_by_choice, proposed_code
from khcn.kernel.registers.owned_refusals import owned_refusal
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.kernel.screens.codes_under import code_under
from khcn.kernel.text.numbers import short_number
from khcn.kernel.text.similar_names import is_duplicate_like

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.fields.reference_input import RecordField
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.registers.spec import Register


class RecordForm(SectionsMixin, forms.ModelForm):  # type: ignore[type-arg]
    """One record of a register."""

    register: Register
    similar_found: tuple[Any, ...] = ()
    effects: tuple[str, ...] = ()  # what saving changed of other rows, in words

    def link_on_record(self, name: str, field: RecordField) -> StoredLink | None:
        """Of a record that is stored, what the link names; asked before anything that was typed is put into it."""
        if self.instance.pk is None:
            return None
        key = self.instance.serializable_value(name)
        return None if key is None else StoredLink(field.model, key, partial(getattr, self.instance, name))

    def _post_clean(self) -> None:
        """Ask the model only about values that could be read: its own checks compare fields with each other."""
        if not self.errors and self._is_within_reach():
            super()._post_clean()  # type: ignore[misc]
            self._clean_masked()
            self._prefer_owned_refusal()
        if self.errors:
            self._note_refused_number()

    def _prefer_owned_refusal(self) -> None:
        """Where the model's own checks are against values that only an action writes, the action is named instead."""
        if self.errors and (refused := owned_refusal(register_of(self.register.model), self.instance)):
            self.errors.clear()
            add_refusal(self, refused)

    def _note_refused_number(self) -> None:
        """Whatever it was refused for, on record or not: many refusals of typed numbers are a search for them."""
        if any(self.data.get(self.add_prefix(name)) and name in self.changed_data for name in self._masked):
            note_attempt(AttemptKind.RECORD)

    @property
    def _masked(self) -> set[str]:
        return set(getattr(self.register.model, "masked", ())) & set(self.fields)

    def _is_within_reach(self) -> bool:
        """The model checks only rows that the actor may write: "this key is taken" would reveal what is on record.
        The code that saves the form refuses the row.
        """
        self.instance = construct_instance(self, self.instance, list(self.fields))
        verb = "create" if self.instance.pk is None else "change"
        return self.register.fits(verb, current_act().actor, self.instance)

    def _get_validation_exclusions(self) -> set[str]:
        """Keys carry the province, which is no field of the form but must be checked along with the others."""
        return super()._get_validation_exclusions() - {"province"} | self._masked  # type: ignore[no-any-return, misc]

    def _clean_masked(self) -> None:
        """A masked number by itself: only the write tells whether another record has it (docs/adr/0036)."""
        for name in self._masked & set(self.cleaned_data):
            field: Any = self.register.model._meta.get_field(name)
            value = getattr(self.instance, field.attname)
            if field.blank and value in field.empty_values:
                continue
            try:
                setattr(self.instance, field.attname, field.clean(value, self.instance))
            except ValidationError as error:
                self.add_error(name, error)

    def find_similar(self) -> tuple[Any, ...]:
        """Records whose name is so near to the one typed that it may be the same (slips and marks of tone aside)."""
        found: dict[int, Any] = {}
        for column in self.register.similar:
            typed = self.cleaned_data.get(column)
            if not typed or column not in self.changed_data:
                continue
            known = self.register.visible(current_act().actor)
            names = known.exclude(pk=self.instance.pk).values_list("pk", column)
            found.update(
                (pk, name)
                for pk, name in names.iterator(chunk_size=2000)
                if name and is_duplicate_like(typed, name)
            )
        self.similar_found = tuple(
            (name, self.register.detail_url(pk)) for pk, name in list(found.items())[:10]
        )
        return self.similar_found

    def save_record(self, *, actor: Actor, on: date) -> Record | None:
        """Write by the rules; a value typed by a person is no longer illustrative. None when a key is taken: see the errors.

        Raises :class:`~khcn.kernel.refusals.NotPermitted` when the written row is not the actor's to write: a form may
        not move a row out of their scope, nor bring one into it. Raises :class:`~khcn.kernel.refusals.Refused` when the
        rules are against it.
        """
        record, verb = self.instance, "create" if self.instance.pk is None else "change"
        if record.pk and record.illustrative:
            record.illustrative = [name for name in record.illustrative if name not in self.changed_data]
        try:
            with transaction.atomic():
                self.effects = tuple(save_row(register_of(self.register.model), record, actor=actor, on=on))
                if not self.register.may(verb, actor, record):
                    raise NotPermitted(_("Bản ghi không còn thuộc phạm vi của tài khoản này nên chưa lưu."))
        except IntegrityError as error:
            self._note_refused_number()
            add_refusal(self, refusal_of_violation(error))
            return None
        return record  # type: ignore[no-any-return]


def propose_code(form: RecordForm, actor: Actor, *, year: int) -> None:
    """The next free code of a new record: as the value of the field where nothing was given, and as its hint. Where codes
    differ by a choice, the code of the given value, and those of all values as the hint.
    """
    if form.register.codes_by:
        _propose_by_choice(form, actor, year=year)
        return
    if code := _code_under(form, actor) or proposed_code(form.register, actor, year=year):
        form.initial.setdefault("code", code)
        form["code"].help_text = _("Mã tiếp theo: %(code)s.") % {"code": code}


def _code_under(form: RecordForm, actor: Actor) -> str:
    """The next code under that of the record to which the new one belongs, where the form was opened from its page."""
    if not form.register.codes_under:
        return ""
    linked = str(
        form.initial.get(form.register.codes_under[0], "")
    )  # a panel names its record by "#" and the key
    parent = short_number(linked.removeprefix("#"))
    return code_under(form.register, actor, parent) if parent is not None else ""


def _propose_by_choice(form: RecordForm, actor: Actor, *, year: int) -> None:
    name = form.register.codes_by
    codes = codes_by_choice(form.register, actor, year=year)
    if not codes:
        return
    if code := codes.get(str(form.initial.get(name, ""))):
        form.initial.setdefault("code", code)
    labels = dict(form.register.model._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    lines = "; ".join(f"{labels.get(value, value)}: {code}" for value, code in codes.items())
    form["code"].help_text = _("Mã tiếp theo của từng loại: %(codes)s.") % {"codes": lines}


def add_refusal(form: forms.BaseForm, refused: Refused) -> None:
    """Put what the rules say at the fields it is about, or at the head of the form; what stands at a field not there as well."""
    at_fields = {name: texts for name, texts in refused.fields.items() if name in form.fields}
    for name, texts in at_fields.items():
        for text in texts:
            form.add_error(name, text)
    at_field = {text for texts in at_fields.values() for text in texts}
    others = [text for name, texts in refused.fields.items() if name not in at_fields for text in texts]
    for text in dict.fromkeys(others or ([] if at_fields else [str(refused)])):
        if text in at_field:
            continue
        form.add_error(NON_FIELD_ERRORS, text)


def _form_field(field: Any, **_options: Any) -> forms.Field | None:
    return field_kind_of(field).form_field()


@lru_cache(maxsize=256)
def form_class(register: Register) -> type[RecordForm]:
    """The form of a register; made once."""
    made: Any = modelform_factory(
        register.model,
        form=RecordForm,
        fields=list(register.form_fields()),
        formfield_callback=_form_field,
    )
    made.register = register
    made.layout = register.form
    made.kinds = kinds_of_sections(register.form, model=register.model)
    found: type[RecordForm] = made
    return found
