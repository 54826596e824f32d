"""Amendments that were asked for and wait for a decision."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.fields.kinds.money import MoneyField
from khcn.kernel.registers.record_model import Record
from khcn.science.enums import AmendmentKind
from khcn.science.workflow import AMENDMENT_REQUEST_FLOW


class AmendmentRequest(Record):
    """A change of a task that its host asks for: pending, then decided as an amendment, refused or taken back.

    ``before`` is what the task had when the request came in; where it has something else by now, the request is stale,
    and the person who decides has to say that the change is still meant.
    """

    searched = ("reason", "new_text")

    task = models.ForeignKey(
        "science.ScienceTask", models.PROTECT, related_name="amendment_requests", verbose_name=_("nhiệm vụ")
    )
    kind = models.CharField(_("loại điều chỉnh"), max_length=20, choices=AmendmentKind.choices)
    requested_on = models.DateField(_("ngày đề nghị"))
    new_end_on = models.DateField(_("thời hạn đề nghị"), null=True, blank=True)
    new_person = models.ForeignKey(
        "parties.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("chủ nhiệm đề nghị"),
    )
    old_organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tổ chức thôi tham gia"),
    )
    new_organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tổ chức đề nghị"),
    )
    new_budget_total = MoneyField(_("tổng kinh phí đề nghị (đồng)"), null=True, blank=True)
    new_budget_state = MoneyField(
        _("ngân sách nhà nước đề nghị (đồng)"),
        null=True,
        blank=True,
        help_text=_("Để trống nếu không đổi."),
    )
    new_text = models.TextField(_("nội dung đề nghị"), blank=True)
    reason = models.TextField(_("lý do"), blank=True)
    before = models.CharField(_("trước khi đề nghị"), max_length=300, blank=True, editable=False)
    # Written by the organisation itself on line, not by the division from a letter.
    from_host = models.BooleanField(
        _("do tổ chức chủ trì gửi"), default=False, db_default=False, editable=False
    )
    state = models.CharField(
        _("trạng thái"),
        max_length=10,
        choices=AMENDMENT_REQUEST_FLOW.choices(),
        default=AMENDMENT_REQUEST_FLOW.initial.value,
        editable=False,
        db_index=True,
    )
    amendment = models.OneToOneField(
        "science.TaskAmendment",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="request",
        verbose_name=_("điều chỉnh đã quyết định"),
    )

    class Meta:
        verbose_name = _("đề nghị điều chỉnh")
        verbose_name_plural = _("đề nghị điều chỉnh nhiệm vụ")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "kind", "requested_on"],
                name="amendment_request_key",
                violation_error_message=_("Nhiệm vụ đã có đề nghị cùng loại trong cùng ngày."),
            )
        ]
        indexes: ClassVar = [models.Index(fields=["-requested_on"], name="amendment_request_list_order")]

    def __str__(self) -> str:
        return f"{self.task} – {self.get_kind_display()} ({self.requested_on:%d/%m/%Y})"
