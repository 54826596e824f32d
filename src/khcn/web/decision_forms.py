"""The forms in which decisions about rights are entered: roles for some days, what roles may do, delegation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.kernel.actors import ACCOUNT_ROLES, EVERYTHING
from khcn.kernel.registers.registry import registers
from khcn.kernel.text.form_fields import OneLineField, VietnameseDateField
from khcn.parties.models import VERB_LABELS, Delegation, OrgUnit, RoleAssignment, RoleRight, User
from khcn.web.navigation import can_administer

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from khcn.kernel.actors import Actor


def areas_and_registers() -> list[tuple[str, str]]:
    """What a decision can be about: everything, an area, a register."""
    found = [(EVERYTHING, _("Tất cả danh mục"))]
    known = registers()
    for area in dict.fromkeys(register.area for register in known):
        title = str(apps.get_app_config(area).verbose_name)
        found.append((area, _("Lĩnh vực %(area)s") % {"area": title}))
        found += [(each.name, f"– {capfirst(str(each.title))}") for each in known if each.area == area]
    return found


OF_ONE_LINE = {"reason": OneLineField}


class DatedForm(forms.ModelForm):
    """A decision with its days; ``actor`` is who enters it, on the day ``on``.

    Of a decision that has begun only the end can be changed: what was in force on a day stays on record.
    """

    use_required_attribute = False
    valid_from = VietnameseDateField(label=gettext_lazy("Có hiệu lực từ ngày"))
    valid_to = VietnameseDateField(
        label=gettext_lazy("Hết hiệu lực từ ngày"),
        required=False,
        help_text=gettext_lazy("Ngày đầu tiên không còn hiệu lực; để trống nếu đang còn."),
    )

    def __init__(self, *args: Any, actor: Actor, on: date, **options: Any) -> None:
        """Words and looks of the fields."""
        super().__init__(*args, **options)
        self.actor, self.on = actor, on
        # Asked before what was typed is put into the instance.
        self.has_begun = self.instance.pk is not None and self.instance.valid_from <= on
        staff = User.objects.filter(organisation__isnull=True, is_active=True).order_by(
            "full_name", "username"
        )
        for name, field in self.fields.items():
            field.label = capfirst(str(field.label))
            field.error_messages["required"] = _("Hãy nhập “%(label)s”.") % {"label": field.label}
            if name in {"user", "principal", "delegate"}:
                _choose(field, staff, _("(chưa chọn)"))
            if name == "unit":
                _choose(field, OrgUnit.objects.order_by("position", "sort_key"), _("(không thuộc phòng nào)"))
            looks: dict[type, str] = {
                forms.CheckboxSelectMultiple: "",
                forms.CheckboxInput: "form-check-input",
                forms.Select: "form-select",
            }
            field.widget.attrs["class"] = looks.get(type(field.widget), "form-control")
            if name != "valid_to" and self.has_begun:
                field.disabled = True

    def clean_valid_to(self) -> date | None:
        """A decision in force ends today or later; until yesterday it was in force."""
        end: date | None = self.cleaned_data["valid_to"]
        if end is not None and self.has_begun and end < self.on:
            raise ValidationError(
                _(
                    "Quyết định đã có hiệu lực đến hôm nay, nên không ghi ngày hết hiệu lực trước hôm nay được."
                )
            )
        return end


def _choose(field: Any, rows: QuerySet[Any], empty: str) -> None:
    field.queryset, field.empty_label = rows, empty


class AssignmentForm(DatedForm):
    """A role for some days."""

    class Meta:
        model = RoleAssignment
        fields = ("user", "role", "unit", "valid_from", "valid_to", "reason")
        field_classes = OF_ONE_LINE


def _units() -> list[tuple[str, str]]:
    codes = OrgUnit.objects.order_by("code").values_list("code", "code").distinct()
    return [("", _("(chưa chọn)")), (EVERYTHING, _("Mọi phòng, đơn vị")), *codes]


NOTHING = ("", gettext_lazy("(chưa chọn)"))
ALLOWED, CLOSED = "yes", "no"


def _one_or_all(value: str) -> str:
    """The stored value: empty stands for all."""
    return "" if value == EVERYTHING else value


class RightForm(DatedForm):
    """What a role may do, or may no longer do. It opens with nothing chosen; that a decision is about all roles or all
    registers is a choice like any other.
    """

    role = forms.TypedChoiceField(
        label=gettext_lazy("Vai trò"),
        choices=[NOTHING, (EVERYTHING, gettext_lazy("Mọi vai trò")), *ACCOUNT_ROLES],
        coerce=_one_or_all,
    )
    unit_code = forms.TypedChoiceField(
        label=gettext_lazy("Phòng, đơn vị"), choices=_units, coerce=_one_or_all
    )
    register = forms.ChoiceField(
        label=gettext_lazy("Danh mục"), choices=lambda: [NOTHING, *areas_and_registers()]
    )
    verb = forms.ChoiceField(label=gettext_lazy("Việc"), choices=[NOTHING, *VERB_LABELS])
    allowed = forms.TypedChoiceField(
        label=gettext_lazy("Được làm hay không"),
        choices=[
            NOTHING,
            (ALLOWED, gettext_lazy("Được làm")),
            (CLOSED, gettext_lazy("Không được làm (thu lại quyền)")),
        ],
        coerce=lambda value: value == ALLOWED,
    )

    def __init__(self, *args: Any, instance: RoleRight | None = None, **options: Any) -> None:
        """A stored decision shows what it says, in the values of the choices."""
        if instance is not None:
            options["initial"] = {
                **options.get("initial", {}),
                "role": instance.role or EVERYTHING,
                "unit_code": instance.unit_code or EVERYTHING,
                "allowed": ALLOWED if instance.allowed else CLOSED,
            }
        super().__init__(*args, instance=instance, **options)

    class Meta:
        model = RoleRight
        fields = (
            "role",
            "unit_code",
            "register",
            "verb",
            "allowed",
            "valid_from",
            "valid_to",
            "reason",
        )
        field_classes = OF_ONE_LINE


class DelegationForm(DatedForm):
    """Who lets whom do what; everybody delegates their own rights only, the administrator enters those of others."""

    registers = forms.MultipleChoiceField(
        label=gettext_lazy("Phạm vi ủy quyền"),
        choices=areas_and_registers,
        widget=forms.CheckboxSelectMultiple,
    )
    valid_to = VietnameseDateField(
        label=gettext_lazy("Hết hiệu lực từ ngày"),
        help_text=gettext_lazy("Ngày đầu tiên không còn hiệu lực."),
    )

    class Meta:
        model = Delegation
        fields = ("principal", "delegate", "registers", "valid_from", "valid_to", "reason")
        field_classes = OF_ONE_LINE

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        """Leave out whose rights they are where they can only be one's own."""
        super().__init__(*args, actor=actor, **options)
        if not can_administer.test(actor, None):
            del self.fields["principal"]
            self.instance.principal_id = actor.user_id

    def clean_delegate(self) -> Any:
        """Nobody takes the rights of somebody else: the person who gains from a delegation does not enter or prolong it."""
        delegate = self.cleaned_data["delegate"]
        if delegate is not None and delegate.pk == self.actor.user_id:
            raise ValidationError(
                _(
                    "Không tự ghi ủy quyền cho chính mình. Người ủy quyền tự ghi, hoặc nhờ một quản trị khác ghi."
                )
            )
        return delegate

    def clean_valid_to(self) -> date | None:
        """A delegation whose days have all passed lends nothing to anybody."""
        end = super().clean_valid_to()
        self.instance.valid_to = end  # the model does not miss what was given, whatever is wrong with it
        if end is not None and end <= self.on:
            raise ValidationError(_("Thời gian ủy quyền đã qua. Ghi ngày hết hiệu lực sau hôm nay."))
        return end
