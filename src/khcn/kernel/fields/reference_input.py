"""A form field that holds one record of another register, chosen from suggestions or named by its name."""

from __future__ import annotations

import re
from copy import copy
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.kernel.actors import acting_actor
from khcn.kernel.fields.choice_names import choice_name, with_names
from khcn.kernel.fields.dated_names import (
    is_dated,
    name_and_start,
    shown_name,
    with_start_if_shared,
)
from khcn.kernel.fields.reference_targets import (
    columns_in_title,
    name_column,
    names_written,
    record_name,
    selectable_records,
    target_name_column,
    target_of,
)
from khcn.kernel.text.fold import fold, is_plain, name_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model, QuerySet

    from khcn.kernel.fields.stored_link import StoredLink


# Up to this many records are offered as a plain list; more are looked up as one types.
LISTED_UP_TO = 40
OFFERED_UP_TO = 300  # of what an action offers: it has been narrowed already
# Beyond this a plain list gets a box to type in.
TYPED_FROM = 10
FOR_LINK = "for"  # of the address of the suggestions
_KEY = re.compile(r"#(\d{1,18})\Z")
UNCHANGED = "#0"  # the key of no record: what is sent for a stored link that the actor may not choose


def input_key(pk: object) -> str:
    """How a form names a record chosen from suggestions."""
    return f"#{pk}"


def input_name(text: str) -> str:
    """How a form sends a name: one that looks like a key stands behind a space. The look-up box does the same."""
    return f" {text}" if _KEY.match(text) else text


def record_key_in(value: object) -> int | None:
    """The primary key in what a form holds for a chosen record; None when a name was typed, also one like "#12" behind a
    space.
    """
    if isinstance(value, int):
        return value
    found = _KEY.match(str(value))
    return int(found[1]) if found else None


def _name_to_show(record: Model) -> str:
    return with_start_if_shared(record, record_name(record), target_name_column(target_of(type(record))))


def _suggestions_address(model: type[Model], link: str) -> str:
    register = target_of(model)
    address = reverse("register-lookup", args=[register.area, register.slug])
    return f"{address}?{urlencode({FOR_LINK: link})}" if link else address


class RecordInput(forms.TextInput):
    """A text input that holds the record's name; a script makes suggestions, without one the name is typed."""

    model: type[Model]
    known: Mapping[int, Model] = MappingProxyType({})  # records that may be chosen and were read already
    link: str = ""  # the foreign key that narrows what may be chosen, "science.taskmilestone.grade"
    stored: StoredLink | None = None

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Show the name for what is a key; say where suggestions come from."""
        key, shown = "", value
        if value not in {None, ""}:
            number = record_key_in(value)
            if number is not None:
                if (known := self.known.get(number)) is not None:
                    key, shown = input_key(number), record_name(known)
                else:
                    record = selectable_records(self.model).filter(pk=number).first()
                    key, shown = (
                        (input_key(number), _name_to_show(record)) if record else self._unchanged(number)
                    )
            else:
                shown = str(value).strip()
        extra = {
            "data-remote": _suggestions_address(self.model, self.link),
            "data-none": _("Không tìm thấy. Hãy gõ khác đi, hoặc thêm mới trước."),
            "autocomplete": "off",
            "placeholder": _("Gõ vài chữ để tìm"),
            **({"data-key": key} if key else {}),
        }
        return super().get_context(name, shown, {**(attrs or {}), **extra})

    def _unchanged(self, number: int) -> tuple[str, str]:
        """What stands for a record that may not be chosen: nothing, unless it is the stored one."""
        is_stored = self.stored is not None and number in {self.stored.key, record_key_in(UNCHANGED)}
        return (UNCHANGED, self.stored.text) if self.stored is not None and is_stored else ("", "")


class RecordSelect(forms.Select):
    """A plain list of records, for short lists."""

    stored: StoredLink | None = None

    def format_value(self, value: Any) -> Any:
        """The initial value of a model form is a bare primary key."""
        return super().format_value(input_key(value) if isinstance(value, int) else value)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """A text that names nothing in the list goes back to the box it was typed in. A stored link that may not be chosen
        stands in the list as one that stays.
        """
        stored = self.stored
        if stored is not None and input_key(stored.key) not in dict(self.choices) and stored.is_locked:
            shown = copy(self)
            shown.stored = None
            shown.choices = [(UNCHANGED, stored.text), *(each for each in self.choices if each[0])]
            return shown.get_context(name, UNCHANGED if record_key_in(value) == stored.key else value, attrs)
        typed = value if isinstance(value, str) and value and record_key_in(value) is None else ""
        return super().get_context(name, value, {**(attrs or {}), **({"data-typed": typed} if typed else {})})


class RecordField(forms.Field):
    """One record of another register. Accepts "#12" (chosen) or the record's name as its register looks it up."""

    default_error_messages = {
        "unknown": gettext_lazy(
            "Chưa có %(kind)s “%(value)s”. Chọn trong danh sách gợi ý, hoặc thêm mới trước."
        ),
        "several": gettext_lazy(
            "Có %(count)d %(kind)s tên “%(value)s”. Chọn đúng một mục trong danh sách gợi ý."
        ),
        "locked": gettext_lazy(
            "Tài khoản của bạn không được chọn %(kind)s đang ghi ở đây nên không bỏ đi được."
        ),
    }

    def __init__(
        self,
        *,
        model: type[Model],
        limit: Any = None,
        link: str = "",
        by_day: bool = False,
        **options: Any,
    ) -> None:
        """``limit`` narrows the records, as ``limit_choices_to`` of a foreign key does; ``link`` names that foreign key for
        the suggestions. ``by_day``: of dated records with one name any is taken, because the day of the record that names
        it tells which is meant (:mod:`khcn.kernel.fields.dated_links`).
        """
        self.model, self.limit, self.link, self.by_day = model, limit, link, by_day
        self.known: Mapping[int, Model] = {}
        self.stored: StoredLink | None = None
        super().__init__(**options)
        if not isinstance(self.widget, RecordSelect):
            widget = RecordInput(attrs=self.widget.attrs)
            widget.model, widget.link = model, link
            widget.is_required = self.required
            self.widget = widget

    def records(self) -> QuerySet[Any]:
        """What may be chosen."""
        found = selectable_records(self.model)
        return found.complex_filter(self.limit) if self.limit else found

    def know(self, records: Mapping[int, Model]) -> None:
        """Take over records that may be chosen and were read for many fields at once, those on record among them."""
        if self.stored is not None:
            self.stored.chosen = records
        self.known = {} if self.limit else records
        if isinstance(self.widget, RecordInput):
            self.widget.known = records

    def keep(self, stored: StoredLink | None) -> None:
        """Tell the field what is linked now: what the actor may not choose stays."""
        self.stored = self.widget.stored = stored

    def list_if_short(self) -> None:
        """Offer a plain list when there are few records."""
        register = target_of(self.model)
        # Grades and the like are listed in their own order, names by the alphabet.
        order = register.order if "position" in register.order else ("sort_key",)
        found = self.records().order_by(*order, "pk")
        rows: list[tuple[int, Any]]
        if register.chosen_with:
            some = with_names(found)[: LISTED_UP_TO + 1]
            rows = [(each.pk, choice_name(each, acting_actor())) for each in some]
        else:
            rows = list(found.values_list("pk", name_column(self.model, self.limit))[: LISTED_UP_TO + 1])
        self.choose_among(rows, LISTED_UP_TO)

    def choose_among(self, rows: list[tuple[int, Any]], most: int) -> bool:
        """Become a plain list of these; False where there are too many."""
        if len(rows) > most:
            return False
        widget = RecordSelect(
            attrs={
                "data-pick": "",
                "data-none": _("Không tìm thấy."),
                "data-lookup": _suggestions_address(self.model, self.link),
            }
            if len(rows) > TYPED_FROM
            else {}
        )
        widget.attrs["class"] = "form-select"
        widget.choices = [(input_key(pk), shown_name(text)) for pk, text in rows]
        if not (self.required and len(rows) == 1 and acting_actor().is_outside):
            # An organisation need not choose itself, the only one that it may name.
            widget.choices = [("", _("(chưa chọn)")), *widget.choices]
        widget.is_required = self.required
        self.widget = widget
        return True

    def offer(self, records: QuerySet[Any]) -> None:
        """Offer these records in their order, with what their names in choices say. What is sent need not be among them."""
        if not self.choose_among(
            [
                (each.pk, choice_name(each, acting_actor()))
                for each in with_names(records)[: OFFERED_UP_TO + 1]
            ],
            OFFERED_UP_TO,
        ):
            self.list_if_short()

    def to_python(self, value: Any) -> Model | None:
        """The record meant; raises ``ValidationError`` when none or several are, and for a stored link that is emptied by
        somebody who may not choose what it names. Where nothing was sent for the field, such a link stays.
        """
        if isinstance(value, self.model):
            return value
        text = "" if value is None else str(value).strip()
        kind = str(target_of(self.model).singular)
        if self.stored is not None:
            if text == UNCHANGED or (value is None and self.stored.is_locked):
                return self.stored.record  # type: ignore[no-any-return]
            if not text and self.stored.is_locked:
                raise ValidationError(self.error_messages["locked"], "locked", {"kind": kind})
        if not text:
            return None
        found: list[Model]
        if (number := record_key_in(value)) is not None:
            known = self.known.get(number)
            found = [known] if known is not None else list(self.records().filter(pk=number)[:1])
        else:
            found = self._named(text)
        if not found and self._means_stored(number, text):
            return self.stored.record if self.stored is not None else None
        if not found:
            raise ValidationError(self.error_messages["unknown"], "unknown", {"kind": kind, "value": text})
        if (
            self.by_day
            and len({getattr(each, target_name_column(target_of(self.model))) for each in found}) == 1
        ):
            found = [max(found, key=lambda each: each.valid_from)]  # type: ignore[attr-defined]
        if len(found) > 1:
            params = {"kind": kind, "value": text, "count": len(found)}
            raise ValidationError(self.error_messages["several"], "several", params)
        return found[0]

    def _means_stored(self, number: int | None, text: str) -> bool:
        """Does the key or the text name the stored link, which may not be chosen? Without scripts the text is sent."""
        stored = self.stored
        if stored is None or not stored.is_locked:
            return False
        return number == stored.key if number is not None else text == stored.text

    def _named(self, text: str) -> list[Model]:
        """Records with this name: exactly, else by another spelling of the same letters and tones. A name typed without any mark
        may be one with marks.
        """
        register = target_of(self.model)
        exact = Q()
        for column in names_written(register):
            exact |= Q(**{column: text})
        if found := list(self.records().filter(exact)[:5]):
            return found
        if (columns := columns_in_title(self.model, text)) and (
            found := list(self.records().filter(**columns)[:5])
        ):
            return found
        if is_dated(self.model) and (named := name_and_start(text)):
            name, start = named
            return list(
                self.records().filter(**{target_name_column(register): name, "valid_from": start})[:5]
            )
        near = register.with_phrase(self.records(), text)[:200]
        key = fold if is_plain(text) else name_key
        return [each for each in near if key(record_name(each)) == key(text)]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare records, not spellings."""
        try:
            record = self.to_python(data)
        except ValidationError:
            return True
        return (record.pk if record else None) != (initial.pk if hasattr(initial, "pk") else initial or None)
