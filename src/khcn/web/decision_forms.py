"""The forms in which decisions about rights are entered: roles for some days, what roles may do, delegation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.kernel.actors import ACCOUNT_ROLES, EVERYTHING, Role
from khcn.kernel.registers.registry import registers
from khcn.kernel.text.form_fields import OneLineField, VietnameseDateField
from khcn.parties.models import VERB_LABELS, AccountRole, Delegation, OrgUnit, RoleAssignment, RoleRight, User
from khcn.parties.queries import roles_to_choose
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
OWN_RIGHTS = gettext_lazy(
    "Người có vai trò chỉ có quyền được ghi riêng thì có Việc của tôi, lịch, thời hạn và tra cứu trong tệp của hồ sơ được xem; được "
    "ghi quyền thêm, sửa, xóa hoặc thực hiện nghiệp vụ thì có thêm Nhập liệu từ Excel. Báo cáo, số liệu, giấy tờ và nhật ký "
    "là của chung toàn Sở, quyền của vai trò không mở được."
)
NOTHING: tuple[str, Any] = ("", gettext_lazy("(chưa chọn)"))


class DatedForm(forms.ModelForm):
    """A decision with its days; ``actor`` is who enters it, on the day ``on``.

    Of a decision that has begun only the end can be changed, and what else ``changes_later`` names: what was in force on a day
    stays on record.
    """

    changes_later: ClassVar[frozenset[str]] = frozenset({"valid_to"})
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
            if name not in self.changes_later and self.has_begun:
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


def name_roles(field: Any, *, on: date) -> None:
    """Let the choice of a role say what each does, and from when to when."""
    field.label_from_instance = lambda role: role.choice_label(on=on)


def _choose(field: Any, rows: QuerySet[Any], empty: str) -> None:
    field.queryset, field.empty_label = rows, empty


class RoleForm(DatedForm):
    """A role of accounts. What it gives stays as it is; a built-in one can be called otherwise, and that is all."""

    changes_later = frozenset({"valid_to", "name", "description"})

    def __init__(self, *args: Any, **options: Any) -> None:
        """No role but the built-in one acts as administrator."""
        super().__init__(*args, **options)
        stored: AccountRole = self.instance
        acts_as: Any = self.fields["acts_as"]
        acts_as.choices = [
            ("", _("(không vai trò nào: chỉ có quyền được ghi riêng)")),
            *(
                (value, label)
                for value, label in ACCOUNT_ROLES
                if value != Role.ADMIN.value or stored.is_shipped
            ),
        ]
        for name in ("code", "acts_as"):
            self.fields[name].disabled = stored.pk is not None
        if stored.is_shipped:
            del self.fields["valid_from"], self.fields["valid_to"]

    class Meta:
        model = AccountRole
        fields = ("name", "code", "description", "acts_as", "valid_from", "valid_to")
        field_classes: ClassVar = {"name": OneLineField, "code": OneLineField, "description": OneLineField}


class AssignmentForm(DatedForm):
    """A role for some days."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Roles that have ended are not given."""
        super().__init__(*args, **options)
        roles = roles_to_choose(on=self.on, stored=self.instance.role_id)
        _choose(self.fields["role"], roles, _("(không có vai trò)"))
        name_roles(self.fields["role"], on=self.on)

    class Meta:
        model = RoleAssignment
        fields = ("user", "role", "unit", "valid_from", "valid_to", "reason")
        field_classes = OF_ONE_LINE


def _units() -> list[tuple[str, str]]:
    """Each code once, under the last name that it stands for."""
    rows = OrgUnit.objects.order_by("position", "sort_key", "valid_from")
    named = dict(rows.values_list("code", "name"))
    return [NOTHING, (EVERYTHING, _("Mọi phòng, đơn vị")), *named.items()]


ALLOWED, CLOSED = "yes", "no"


def _one_or_all(value: str) -> str:
    """The stored value: empty stands for all."""
    return "" if value == EVERYTHING else value


def _roles(on: date) -> list[tuple[str, str]]:
    found = [(each.code, each.choice_label(on=on)) for each in AccountRole.objects.in_order()]
    return [NOTHING, (EVERYTHING, _("Mọi vai trò")), *found]


def _role_or_all(value: str) -> AccountRole | None:
    """The stored value: none stands for all."""
    return None if value == EVERYTHING else AccountRole.objects.filter(code=value).first()


class RightForm(DatedForm):
    """What a role may do, or may no longer do. It opens with nothing chosen; that a decision is about all roles or all
    registers is a choice like any other.
    """

    role = forms.TypedChoiceField(
        label=gettext_lazy("Vai trò"),
        coerce=_role_or_all,
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
                "role": instance.role_id or EVERYTHING,
                "unit_code": instance.unit_code or EVERYTHING,
                "allowed": ALLOWED if instance.allowed else CLOSED,
            }
        super().__init__(*args, instance=instance, **options)
        role: Any = self.fields["role"]
        role.choices = _roles(self.on)

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
