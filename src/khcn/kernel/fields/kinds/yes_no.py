"""Yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
from django.db import models
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from khcn.kernel.fields.field_kind import FieldKind
from khcn.kernel.fields.workbook_cells import CellProblem
from khcn.kernel.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms

    from khcn.kernel.actors import Actor
    from khcn.kernel.fields.field_kind import Sample

_YES = {"co", "x", "dung", "yes", "true", "1", "v", "roi", "✓", "☑"}
_NO = {"khong", "chua", "sai", "no", "false", "0", "k", "-", "☐"}


def yes_no_choices() -> tuple[tuple[str, str], ...]:
    """What a filter offers, also the one that asks whether a field is empty."""
    return (("1", _("Có")), ("0", _("Không")))


def yes_no_filter(**options: Any) -> django_filters.Filter:
    """A filter for yes and no."""
    return django_filters.TypedChoiceFilter(
        choices=yes_no_choices, coerce={"1": True, "0": False}.get, empty_value=None, **options
    )


class YesNo(FieldKind):
    """Yes or no; nothing typed is no, or where the column allows it that nothing is known yet."""

    name = "yesno"
    columns = (models.BooleanField,)
    sample: ClassVar[Sample] = (models.BooleanField("bổ sung", default=False), (True, False))
    must_be_typed = False
    sheet_word = "có/không"
    sheet_width = 10
    takes_number = True
    reads_dash = True
    schema: ClassVar[dict[str, Any]] = {"type": "boolean"}

    def _form_field(self) -> forms.Field | None:
        made = super()._form_field()
        if made is not None and self.field.null:  # a list of three instead of a box to tick
            made.widget.choices = [
                ("unknown", lazy("Chưa ghi")),
                ("true", lazy("Có")),
                ("false", lazy("Không")),
            ]
        return made

    def text(self, value: Any) -> str:
        return "" if value is None else _("Có") if value else _("Không")

    def with_empty_lowest(self, path: str) -> Coalesce:
        number = models.IntegerField()  # PostgreSQL compares no number with a boolean
        return Coalesce(Cast(models.F(path), number), models.Value(-1), output_field=number)

    def filter(self, **options: Any) -> django_filters.Filter:
        return yes_no_filter(**options)

    def filter_choices(self) -> tuple[tuple[str, str], ...]:
        return yes_no_choices()

    def sheet_values(self) -> Callable[..., Any]:
        words = {True: _("Có"), False: _("Không"), None: None}
        return words.__getitem__

    def read_cell(self, raw: object, text: str) -> Any:
        if isinstance(raw, bool):
            return raw
        folded = fold(text) or text
        if folded in _YES:
            return True
        if folded in _NO:
            return False
        raise CellProblem(
            _("Chưa hiểu “%(value)s” là có hay không.") % {"value": text},
            _("Gõ Có hoặc Không, hoặc để trống."),
            "yesno",
        )

    def sheet_list(self, actor: Actor, most: int) -> list[str]:
        del actor, most
        return [_("Có"), _("Không")]

    def sheet_example(self) -> str:
        return _("Có")

    def sheet_tip(self) -> str:
        if self.field.null:
            return _("Ghi Có hoặc Không; để trống là chưa ghi.")
        return _("Ghi Có hoặc Không; để trống là Không.")

    def json_word(self) -> str:
        return _("true hoặc false")
