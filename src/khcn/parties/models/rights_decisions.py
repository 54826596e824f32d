"""Decisions about rights: the roles that accounts have for some days, what roles may do, and delegation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.scopes import VERBS
from khcn.kernel.actors import EVERYTHING, VERBS_THAT_DECIDE, Actor, Grant, Role, current_act, day_of_act
from khcn.kernel.audit.audited import Audited, AuditedQuerySet
from khcn.kernel.audit.log_entries import LONGEST_LABEL
from khcn.kernel.dated.models import Dated, DatedQuerySet
from khcn.kernel.registers.registry import registers
from khcn.kernel.text.dates import format_date
from khcn.parties.models.account_roles import LONGEST_CODE, AccountRole, role_key
from khcn.parties.models.people import OrgUnit
from khcn.parties.models.position_queries import RIGHTS, StoredRight

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from django_stubs_ext import StrOrPromise


class RightsDecisionQuerySet(DatedQuerySet["Any"], AuditedQuerySet["Any"]):
    """Decisions in force on a day."""

    def valid(self, *, on: date) -> Self:
        """Those whose days include this one and that were not withdrawn by then."""
        return (
            super().valid(on=on).filter(models.Q(withdrawn_on__isnull=True) | models.Q(withdrawn_on__gt=on))
        )


class RightsDecision(Dated, Audited):
    """What was decided about rights for some days. A decision is never deleted: the person who entered it by mistake withdraws
    it, its days stay as they were written, and from that day on it is in force no more.
    """

    reason = models.CharField(_("căn cứ, lý do"), max_length=300)
    withdrawn_on = models.DateField(_("ngày hủy"), null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(_("lý do hủy"), max_length=300, blank=True, editable=False)

    objects = RightsDecisionQuerySet.as_manager()  # type: ignore[assignment]  # two query sets in one

    class Meta(Dated.Meta):
        abstract = True

    def is_valid(self, *, on: date) -> bool:
        """Whether it is in force on the day ``on``."""
        return super().is_valid(on=on) and (self.withdrawn_on is None or on < self.withdrawn_on)


class RoleAssignment(RightsDecision):
    """The role and unit of an account from one day to another: a transfer, an acting head, a long leave.

    On its days it takes the place of the role written on the account; without a role the account sees nothing.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments", verbose_name=_("tài khoản")
    )
    role = role_key("assignments", _("Để trống: trong thời gian này tài khoản không có quyền gì."))
    unit = models.ForeignKey(OrgUnit, models.PROTECT, null=True, blank=True, verbose_name=_("phòng, đơn vị"))

    class Meta(RightsDecision.Meta):
        verbose_name = _("phân công vai trò")
        verbose_name_plural = _("phân công vai trò")

    def __str__(self) -> str:
        return f"{self.user} – {self.role or _('không có vai trò')}"

    def clean(self) -> None:
        """One role at a time, and only for staff."""
        given = {name: getattr(self, name) for name in ("user_id", "valid_from")}
        if None in given.values():
            return
        if self.user.organisation_id is not None:
            raise ValidationError({"user": _("Tài khoản của tổ chức bên ngoài không có vai trò của Sở.")})
        if self.role is not None and self.valid_from < self.role.valid_from:
            words = _("Vai trò này có hiệu lực từ ngày %(day)s. Ghi phân công từ ngày ấy.")
            raise ValidationError({"valid_from": words % {"day": f"{self.role.valid_from:%d/%m/%Y}"}})
        others = RoleAssignment.objects.filter(user=self.user_id).exclude(pk=self.pk)
        if overlapping(others, self.valid_from, self.valid_to).exists():
            raise ValidationError(
                {
                    "valid_from": _(
                        "Tài khoản đã có phân công khác trong thời gian này. Kết thúc phân công đó trước."
                    )
                }
            )


def overlapping(rows: models.QuerySet[Any], start: date, end: date | None) -> models.QuerySet[Any]:
    """Decisions that are in force on a day of the period."""
    rows = rows.filter(models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=start))
    rows = rows.filter(
        models.Q(withdrawn_on__isnull=True)
        | models.Q(withdrawn_on__gt=start) & models.Q(withdrawn_on__gt=models.F("valid_from"))
    )
    return rows if end is None else rows.filter(valid_from__lt=end)


VERB_LABELS = (
    (EVERYTHING, _("mọi việc")),
    ("read", _("xem")),
    ("choose", _("chọn khi nhập")),
    ("create", _("thêm")),
    ("change", _("sửa")),
    ("delete", _("xóa")),
    ("export", _("xuất Excel")),
    ("attach", _("đính kèm tệp")),
    ("act", _("thực hiện nghiệp vụ")),
)
assert {verb for verb, _label in VERB_LABELS} == {EVERYTHING, *VERBS}  # noqa: S101 -- two lists of the same verbs


def title_of_scope(scope: str) -> str:
    """What officials call a register, an area, or everything."""
    if scope == EVERYTHING:
        return gettext("Tất cả danh mục")
    title = next((str(each.title) for each in registers() if each.name == scope), "")
    if not title and scope in apps.app_configs:
        return gettext("Lĩnh vực %(area)s") % {"area": apps.get_app_config(scope).verbose_name}
    return capfirst(title) or scope


def _narrowness(right: RoleRight) -> tuple[bool, bool, bool, int]:
    """What names role and unit counts before what names neither; among equals the latest, one not stored yet included."""
    return right.role_id is not None, bool(right.unit_code), right.pk is None, right.pk or 0


class RoleRight(RightsDecision):
    """What a role may or may not do in a register, otherwise than the register's own declaration says."""

    role = role_key("rights", _("Để trống: mọi vai trò."))
    unit_code = models.CharField(
        _("mã phòng, đơn vị"), max_length=20, blank=True, help_text=_("Để trống: mọi phòng, đơn vị.")
    )
    register = models.CharField(_("danh mục"), max_length=80)
    verb = models.CharField(_("việc"), max_length=10, choices=VERB_LABELS)
    allowed = models.BooleanField(_("được làm"), default=True, help_text=_("Bỏ đánh dấu để thu lại quyền."))

    class Meta(RightsDecision.Meta):
        verbose_name = _("quyền của vai trò")
        verbose_name_plural = _("quyền của vai trò")

    def __str__(self) -> str:
        role = self.role or gettext("Mọi vai trò")
        unit = self.unit_code or gettext("mọi phòng, đơn vị")
        return f"{role}, {unit}: {self.get_verb_display()} – {title_of_scope(self.register)}"

    def save(self, *args: Any, **options: Any) -> None:
        """Accounts of a role that may now write are marked, so that they are not taken over by lowering their role first."""
        super().save(*args, **options)
        if self.allowed and self.verb in VERBS_THAT_DECIDE:
            roles = AccountRole.objects.filter(lets_write("code", day_of_act() or date.min))
            accounts = apps.get_model(settings.AUTH_USER_MODEL).objects
            for account in accounts.filter(role__in=roles, needs_second_person=False):
                account.save()

    @staticmethod
    def given_to(actor: Actor, *, on: date, rows: Iterable[RoleRight] | None = None) -> Actor:
        """The actor with the decisions that concern its role and unit; ``rows`` are those in force, where known."""
        known: Iterable[Any] = map(StoredRight._make, RIGHTS.rows(on=on)) if rows is None else rows
        grants = tuple(
            Grant(row.register, row.verb, row.allowed)
            for row in sorted(known, key=_narrowness)
            if row.role_id in {None, actor.role_in_force} and row.unit_code in {"", actor.unit_code}
        )  # the last one counts
        return replace(actor, grants=grants)


def lets_write(role: str, start: Any, end: Any = None) -> models.Q:
    """Whether a right, of whatever unit, lets the role with the code in the column ``role`` write on a day of the period; one
    that begins later counts where the period has no end.

    Never officers: they write by themselves, and nothing that a right adds takes two persons.
    """
    given = RoleRight.objects.filter(
        models.Q(role=models.OuterRef(role)) | models.Q(role=None),
        allowed=True,
        verb__in=VERBS_THAT_DECIDE,
    )
    other_role = models.Q(**{f"{role}__isnull": False}) & ~models.Q(**{role: Role.OFFICER.value})
    return models.Q(models.Exists(overlapping(given, start, end))) & other_role


class Delegation(RightsDecision):
    """One member of staff lets another act in their place, in some registers and for some days (ủy quyền)."""

    principal = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="delegations_given",
        verbose_name=_("người ủy quyền"),
    )
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="delegations_held",
        verbose_name=_("người được ủy quyền"),
    )
    registers = models.JSONField(
        _("phạm vi ủy quyền"), default=list, help_text=_("Các danh mục, lĩnh vực được làm thay.")
    )
    # The position for which it was given; no role in those that were given before this was kept.
    principal_role = models.CharField(
        _("vai trò khi ủy quyền"), max_length=LONGEST_CODE, blank=True, editable=False
    )
    principal_unit = models.ForeignKey(
        OrgUnit, models.PROTECT, null=True, editable=False, verbose_name=_("đơn vị khi ủy quyền")
    )

    class Meta(RightsDecision.Meta):
        verbose_name = _("ủy quyền")
        verbose_name_plural = _("ủy quyền")
        constraints: ClassVar = [
            *RightsDecision.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(principal=models.F("delegate")),
                name="delegation_to_another",
                violation_error_message=_("Người được ủy quyền phải là người khác."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.principal} → {self.delegate}"

    def clean(self) -> None:
        """Between members of staff, with an end."""
        for name in ("principal", "delegate"):
            user = getattr(self, name, None) if getattr(self, f"{name}_id") else None
            if user is not None and user.organisation_id is not None:
                raise ValidationError({name: _("Chỉ cán bộ của Sở ủy quyền cho nhau.")})
        if self.principal_id == self.delegate_id:
            raise ValidationError({"delegate": _("Người được ủy quyền phải là người khác.")})
        if self.valid_to is None:
            raise ValidationError({"valid_to": _("Ủy quyền phải có ngày hết hiệu lực.")})
        self._refuse_who_could_not_act()
        self._refuse_second_copy()

    def _refuse_who_could_not_act(self) -> None:
        """Nobody goes on leave and believes that somebody stands in who cannot; who has no role yet has nothing to hand over."""
        if not self.delegate_id or self.withdrawn_on is not None or self.valid_from is None:
            return
        first = max(current_act().on or self.valid_from, self.valid_from)
        if self.principal_id and not self.principal.position_on(first)[0]:
            text = _("%(name)s chưa có vai trò vào ngày %(day)s nên chưa ủy quyền được.")
            raise self._refusal("principal", text, first)
        actor = self.delegate.actor_on(first)
        if not actor.role_in_force:
            text = _(
                "%(name)s chưa có vai trò vào ngày %(day)s nên chưa làm thay người khác được. Chọn người khác, hoặc ngày đã có vai trò."
            )
            raise self._refusal("delegate", text, first)
        if not actor.is_staff_of_department:
            text = _(
                "Vai trò của %(name)s chỉ có những quyền được ghi riêng nên không làm thay người khác được. Chọn người khác."
            )
            raise self._refusal("delegate", text, first)

    def _refusal(self, name: str, text: StrOrPromise, day: date) -> ValidationError:
        return ValidationError({name: text % {"name": getattr(self, name), "day": format_date(day)}})

    def _refuse_second_copy(self) -> None:
        """The same once more, as when a form was sent twice."""
        stored = Delegation.objects.filter(
            principal=self.principal_id,
            delegate=self.delegate_id,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            withdrawn_on=None,
        ).exclude(pk=self.pk)
        if any(set(each.registers) == set(self.registers) for each in stored):
            raise ValidationError(
                _(
                    "Đã ghi ủy quyền này: cùng người, cùng phạm vi, cùng thời gian. Xem trong danh sách ủy quyền."
                )
            )

    def is_valid(self, *, on: date) -> bool:
        """Whether it is in force on the day ``on``: while the principal has an account in use and the position in which the
        delegation was given. Who moves to another unit does not take the deputy along.
        """
        given, position = (self.principal_role, self.principal_unit_id), self.principal.position_on(on)
        return (
            super().is_valid(on=on)
            and self.principal.is_active
            and bool(position[0])
            and (not self.principal_role or position == given)
        )

    def save(self, *args: Any, **options: Any) -> None:
        """Keep the position of the principal: that of the first day of the delegation, which may be given in advance."""
        if self._state.adding:
            first = max(current_act().on or self.valid_from, self.valid_from)
            self.principal_role, self.principal_unit_id = self.principal.position_on(first)
        super().save(*args, **options)

    def acting_for(self, delegate: Actor, *, on: date) -> Actor:
        """The delegate with the principal's role and unit, within the delegation; the log names both."""
        principal = self.principal.actor_on(on)
        half = LONGEST_LABEL // 2 - 10
        # In Vietnamese whatever the language of the page: it goes into the change log.
        label = f"{delegate.label[:half]} theo ủy quyền của {principal.label[:half]}"
        return replace(
            principal,
            user_id=delegate.user_id,
            label=label,
            delegated=tuple(self.registers),
            own=delegate,
            own_label=delegate.label,
            on_behalf_of=principal.label,
        )
