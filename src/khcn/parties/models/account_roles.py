"""The roles that accounts have: those that rules ask for by name, and those that administrators add."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Final

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from khcn.kernel.actors import ACCOUNT_ROLES, Role
from khcn.kernel.audit.audited import Audited, AuditedQuerySet
from khcn.kernel.dated.models import Dated, DatedQuerySet
from khcn.kernel.text.fold import fold
from khcn.kernel.text.language import vietnamese

if TYPE_CHECKING:
    from typing import Self

    from django_stubs_ext import StrOrPromise, StrPromise

LONGEST_CODE: Final = 20
LONGEST_NAME: Final = 100
SHIPPED: Final = tuple(Role(code) for code, _label in ACCOUNT_ROLES)
SHIPPED_SINCE: Final = date(1945, 1, 1)
"""The first day that can be typed: the built-in roles are in force on every day that is asked about."""


class AccountRoleQuerySet(DatedQuerySet["AccountRole"], AuditedQuerySet["AccountRole"]):
    """Roles of accounts."""

    def in_order(self) -> Self:
        """The built-in ones as the program lists them, then those of the department by code."""
        places = [models.When(code=role.value, then=number) for number, role in enumerate(SHIPPED)]
        return self.order_by(models.Case(*places, default=len(SHIPPED)), "code")


class AccountRole(Dated, Audited):
    """A role of accounts, from one day to another.

    The built-in ones may be called otherwise and do not end, for rules ask for them by name. One that an administrator adds
    acts as a built-in one, or as none: then it gives what decisions about its rights give, and nothing else. None acts as
    administrator, so every administrator has the built-in role.
    """

    code = models.CharField(
        _("mã"),
        max_length=LONGEST_CODE,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z][a-z0-9-]{1,19}\Z",
                _("Gõ 2 đến 20 chữ thường không dấu, chữ số hoặc dấu -, bắt đầu bằng chữ. Ví dụ: van-thu."),
            )
        ],
        error_messages={"unique": _("Mã này đã có vai trò dùng. Chọn mã khác.")},
        help_text=_("Chữ thường không dấu, ví dụ van-thu. Không đổi được về sau."),
    )
    name = models.CharField(_("tên vai trò"), max_length=LONGEST_NAME)
    name_key = models.TextField(
        editable=False
    )  # the name folded: what two names have in common that look alike
    description = models.CharField(_("mô tả"), max_length=300, blank=True)
    acts_as = models.CharField(
        _("làm được như vai trò"),
        max_length=10,
        choices=ACCOUNT_ROLES,
        blank=True,
        help_text=_(
            "Để trống: vai trò chỉ có những quyền ghi ở trang Quyền của vai trò. Không đổi được về sau."
        ),
    )

    unlogged = (*Audited.unlogged, "name_key")
    derived = ("name_key",)

    objects = AccountRoleQuerySet.as_manager()  # type: ignore[assignment]  # two query sets in one

    class Meta(Dated.Meta):
        verbose_name = _("vai trò")
        verbose_name_plural = _("vai trò")
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(code__in=[role.value for role in SHIPPED])
                | models.Q(acts_as=models.F("code"), valid_from=SHIPPED_SINCE, valid_to__isnull=True),
                name="account_role_shipped_stays",
                violation_error_message=_(
                    "Vai trò có sẵn không kết thúc được và giữ nguyên quyền. Chỉ đổi tên và mô tả."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(acts_as=Role.ADMIN.value) | models.Q(code=Role.ADMIN.value),
                name="account_role_one_administrator",
                violation_error_message=_("Quản trị hệ thống chỉ là vai trò có sẵn. Chọn vai trò khác."),
            ),
            models.CheckConstraint(
                condition=~models.Q(code=Role.SYSTEM.value),
                name="account_role_not_the_system",
                violation_error_message=_("Mã này là của chính hệ thống. Chọn mã khác."),
            ),
            models.UniqueConstraint(
                fields=["name_key"],
                condition=models.Q(
                    valid_to__isnull=True
                ),  # of days that are known, ``clean`` sees whether they meet
                name="account_role_one_of_a_name",
                violation_error_message=_("Tên này đã có vai trò dùng. Chọn tên khác."),
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name or str(Role(self.code).label)

    @property
    def shown_name(self) -> str:
        """The name that the department gave; empty for a built-in role under its own name, which is shown in the language of
        the page.
        """
        return given_name(self.code, self.name)

    @property
    def built_in(self) -> Role | None:
        """The built-in role that it acts as."""
        return Role(self.acts_as) if self.acts_as else None

    @property
    def is_shipped(self) -> bool:
        """Whether it is built in."""
        return self.code in SHIPPED

    @property
    def is_as_shipped(self) -> bool:
        """Is this a built-in role that nobody has changed?"""
        same = ("name", "description", "acts_as", "valid_from", "valid_to")
        return any(
            each.code == self.code and all(getattr(each, name) == getattr(self, name) for name in same)
            for each in shipped_roles()
        )

    def is_removable(self, *, on: date) -> bool:
        """Is it a slip of the day ``on``: in force on no day before, and named by no account and no decision?"""
        if self.is_shipped or self.valid_from < on:
            return False
        lent = apps.get_model("parties.Delegation").objects.filter(principal_role=self.code)
        named = (self.accounts, self.assignments, self.rights, lent)
        return not any(each.exists() for each in named)

    def choice_label(self, *, on: date) -> str:
        """The role where one is chosen on a day: its name, what it does, and its days where these do not hold today for good."""
        details: list[StrOrPromise] = []
        if not self.is_shipped:
            acts = _("làm được như %(role)s") % {"role": self.get_acts_as_display()}
            details = [self.code, acts if self.acts_as else _("chỉ có quyền được ghi riêng")]
        elif self.shown_name:
            details = [Role(self.code).label]
        if self.valid_from > on:
            details.append(_("từ ngày %(day)s") % {"day": f"{self.valid_from:%d/%m/%Y}"})
        if self.valid_to is not None:
            details.append(_("hết hiệu lực từ ngày %(day)s") % {"day": f"{self.valid_to:%d/%m/%Y}"})
        return f"{self} ({'; '.join(map(str, details))})" if details else str(self)

    def derive(self) -> None:
        """By this names are compared."""
        self.name_key = fold(self.name)

    def clean(self) -> None:
        """Code and functions stay: accounts have the role, and what it gives must not grow by a change of the role itself."""
        self.derive()
        stored = AccountRole.objects.filter(pk=self.pk).first() if self.pk else None
        for name in ("code", "acts_as"):
            if stored is not None and getattr(stored, name) != getattr(self, name):
                raise ValidationError(
                    {name: _("Không đổi được của vai trò đã có. Kết thúc vai trò này và thêm vai trò khác.")}
                )
        if self.code == Role.SYSTEM.value:
            raise ValidationError({"code": _("Mã này là của chính hệ thống. Chọn mã khác.")})
        self._refuse_a_name_in_use()

    def _refuse_a_name_in_use(self) -> None:
        """That of another role on a day of this one, or of another built-in role, whatever the department calls that."""
        if any(self.name_key in built_in_names(role) for role in Role if role.value != self.code):
            raise ValidationError({"name": _("Tên này là của một vai trò có sẵn. Chọn tên khác.")})
        others = AccountRole.objects.filter(name_key=self.name_key).exclude(pk=self.pk)
        if self.valid_from is not None:
            others = others.filter(models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=self.valid_from))
        if self.valid_to is not None:
            others = others.filter(valid_from__lt=self.valid_to)
        if other := others.first():
            words = _("Vai trò “%(name)s”, mã %(code)s, đã có tên này trong cùng thời gian. Chọn tên khác.")
            raise ValidationError({"name": words % {"name": other, "code": other.code}})


def role_key(
    related_name: str, help_text: StrPromise | str = ""
) -> models.ForeignKey[AccountRole | None, AccountRole | None]:
    """A link to a role by its code, which the column holds; empty for none."""
    return models.ForeignKey(
        AccountRole,
        models.PROTECT,
        to_field="code",
        db_column="role",
        null=True,
        blank=True,
        related_name=related_name,
        verbose_name=_("vai trò"),
        help_text=help_text,
    )


def given_name(code: str, name: str) -> str:
    """The name of a role where the department gave one; empty for a built-in role under its own."""
    return "" if code in SHIPPED and name == vietnamese(Role(code).label) else name


def built_in_names(role: Role) -> set[str]:
    """What a built-in role is called in the languages of the pages, folded."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            found.add(fold(str(role.label)))
    return found


def shipped_roles() -> list[AccountRole]:
    """The built-in roles as they are in a new installation, not stored."""
    return [
        AccountRole(
            code=role.value,
            name=vietnamese(role.label),
            name_key=fold(vietnamese(role.label)),
            acts_as=role.value,
            valid_from=SHIPPED_SINCE,
        )
        for role in SHIPPED
    ]
