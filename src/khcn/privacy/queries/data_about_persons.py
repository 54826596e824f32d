"""All that is on record about one person, by the fields of the inventory: what a request to see or copy one's data is answered from.

Words are looked for as they are written, in the spellings that people use; an identity number by itself alone. What is stored packed
(files, printed data, documents of events) is not looked into: it is found by the records that it belongs to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import capfirst

from khcn.kernel.fields.kinds.identity_number import read_identity_number
from khcn.kernel.fields.registry import field_kind_of
from khcn.kernel.numbering.models import IssuedNumber
from khcn.kernel.papers.models import Paper
from khcn.kernel.registers.record_titles import record_title
from khcn.kernel.registers.registry import has_register, register_of
from khcn.parties.models import Person
from khcn.privacy.queries.inventory import field_of, inventory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor
    from khcn.privacy.queries.inventory import InventoryRow

SHORTEST: Final = 3
MOST: Final = 200  # records of one field
_LONGEST: Final = 300
_PHONE: Final = re.compile(r"[\d\s.+()-]{6,}")


@dataclass(frozen=True, slots=True)
class PersonValue:
    """One field of one record that says something about the person."""

    row: InventoryRow
    register: str
    record: str
    url: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class PersonData:
    """What was found, and the fields of which there is more than is shown."""

    values: tuple[PersonValue, ...]
    cut: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SoughtPerson:
    """What is looked for: an identity number, or words (a name, an address of e-mail, a telephone number)."""

    text: str
    identity: str = ""

    @classmethod
    def of(cls, typed: str) -> SoughtPerson:
        """What a person typed."""
        text = " ".join(typed.split())
        try:
            return cls(text, read_identity_number(text))
        except ValidationError:
            return cls(text)

    @property
    def is_contact(self) -> bool:
        """An address of e-mail or a telephone number."""
        return "@" in self.text or _PHONE.fullmatch(self.text) is not None

    def condition(self, row: InventoryRow, field: Any) -> Q | None:
        """What rows of the field's model hold it; None where the field is not sought."""
        kind = field_kind_of(field)
        if kind.is_masked:
            return Q(**{field.name: self.identity}) if self.identity else None
        if self.identity or not kind.holds_words:
            return None
        if row.find == "text" or (row.find == "contact") == self.is_contact:
            return self._written_in(field.name)
        return None

    def _written_in(self, name: str) -> Q:
        """SQLite knows small and capital letters of ASCII only, so that the spellings of names are sought one by one."""
        spellings = {self.text, self.text.lower(), self.text.upper(), self.text.title()}
        if self.is_contact and "@" not in self.text:
            digits = re.sub(r"\D", "", self.text)
            spellings |= {digits, *(sign.join(_grouped(digits, first)) for sign in " .-" for first in (3, 4))}
        found = Q()
        for each in spellings:
            found |= Q(**{f"{name}__icontains": each})
        return found


def _grouped(digits: str, first: int) -> tuple[str, str, str]:
    """A telephone number as letterheads have it: 0912 345 678, 024 383 12345."""
    return digits[:first], digits[first : first + 3], digits[first + 3 :]


def data_about(typed: str, *, actor: Actor) -> PersonData:
    """Everything that the fields of the inventory hold about who is named so, within what the actor may see."""
    sought = SoughtPerson.of(typed)
    values: list[PersonValue] = []
    cut: list[str] = []
    persons = _persons(sought, actor)
    for row in inventory():
        for name in row.fields:
            field: Any = field_of(name)
            if field.related_model is Person:
                condition = Q(**{f"{field.name}__in": persons}) if persons else None
            else:
                condition = sought.condition(row, field) if row.find else None
            if condition is None:
                continue
            found = list(_values(row, field, condition, actor))
            if len(found) > MOST:
                cut.append(f"{row.title}: {capfirst(str(field.verbose_name))}")
            values += found[:MOST]
    return PersonData(tuple(values), tuple(cut))


def _persons(sought: SoughtPerson, actor: Actor) -> list[int]:
    """Keys of the persons on record who are meant, by name, contact or identity number."""
    found = Q()
    for row in inventory():
        for name in row.fields:
            field: Any = field_of(name)
            condition = sought.condition(row, field) if row.find else None
            if condition is None:
                continue
            if field.model is Person:
                found |= condition
            elif any(each.name == "person" for each in field.model._meta.fields):
                keys = _rows(field.model, actor).filter(condition).exclude(person=None)
                found |= Q(pk__in=keys.values("person"))
    return list(_rows(Person, actor).filter(found).values_list("pk", flat=True)[:MOST]) if found else []


def _rows(model: Any, actor: Actor) -> QuerySet[Any]:
    found: QuerySet[Any] = (
        register_of(model).visible(actor) if has_register(model) else model._base_manager.all()
    )
    if model is Paper:
        return found.filter(_of_visible_records(found, actor))
    if model is IssuedNumber:
        of_papers = Q(paper__in=_rows(Paper, actor))
        return found.filter(
            of_papers | (Q(paper=None) & _of_visible_records(found.filter(paper=None), actor))
        )
    return found


def _of_visible_records(rows: QuerySet[Any], actor: Actor) -> Q:
    """Papers and numbers follow the record that they were issued for; what is for no record of a register is the department's."""
    condition = Q(pk__in=())
    for label in rows.order_by("model").values_list("model", flat=True).distinct():
        model = apps.get_model(label) if label else None
        if model is None or not has_register(model):
            condition |= Q(model=label)
        else:
            condition |= Q(model=label, object_id__in=register_of(model).visible(actor).values("pk"))
    return condition


def _values(row: InventoryRow, field: Any, condition: Q, actor: Actor) -> Iterator[PersonValue]:
    model, kind = field.model, field_kind_of(field)
    register = register_of(model).seen_by(actor) if has_register(model) else None
    rows = _rows(model, actor).filter(condition).order_by("pk")
    links = [each.name for each in model._meta.concrete_fields if each.related_model and not each.null]
    for record in rows.select_related(*links)[: MOST + 1]:
        value = getattr(record, field.name)
        text = str(value) if field.related_model else kind.text(value)
        yield PersonValue(
            row,
            str(capfirst(str(model._meta.verbose_name))),
            record_title(register, record) if register else str(record),
            register.detail_url(record.pk) if register else "",
            str(capfirst(str(field.verbose_name))),
            text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…",
        )
