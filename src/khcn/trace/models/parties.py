"""Parties that capture and query events, and their API keys."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.audit.audited import Audited
from khcn.kernel.registers.record_model import Record
from khcn.trace.rules import check_confirmed_codes, check_gln

if TYPE_CHECKING:
    from datetime import datetime


class TraceParty(Record):
    """A producer, trader or authority that takes part in the traceability system (cơ sở tham gia truy xuất)."""

    searched = ("name", "gln")

    name = models.CharField(_("tên cơ sở tham gia truy xuất"), max_length=300)
    organisation = models.ForeignKey(
        "parties.Organisation",
        models.PROTECT,
        related_name="trace_parties",
        verbose_name=_("tổ chức"),
        null=True,
        blank=True,
    )
    gln = models.CharField(
        _("mã GLN"),
        max_length=13,
        validators=[check_gln],
        help_text=_("Mã địa điểm toàn cầu 13 chữ số theo TCVN 13274, ví dụ 8930000000002."),
    )
    address = models.CharField(_("địa chỉ"), max_length=400, blank=True)
    confirmed_codes = models.CharField(
        _("mã hàng đã xác nhận"),
        max_length=400,
        blank=True,
        validators=[check_confirmed_codes],
        help_text=_(
            "Các mã doanh nghiệp GS1 (6 đến 12 chữ số) hoặc mã sản phẩm GTIN mà Sở đã xác nhận là của bên này, cách nhau bằng "
            "dấu phẩy. Trang tra cứu chỉ nêu tên nhà sản xuất khi mã của hàng có ở đây."
        ),
    )
    is_authority = models.BooleanField(
        _("cơ quan quản lý"), default=False, help_text=_("Cơ quan quản lý xem được mọi sự kiện của tỉnh.")
    )

    class Meta:
        verbose_name = _("cơ sở tham gia truy xuất")
        verbose_name_plural = _("cơ sở tham gia truy xuất")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["province", "gln"],
                name="trace_party_key",
                violation_error_message=_("Đã có cơ sở tham gia truy xuất với mã GLN này."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def authorities(cls) -> frozenset[int]:
        """The keys of the parties that are authorities; they are trusted everywhere."""
        return frozenset(cls.objects.filter(is_authority=True).values_list("pk", flat=True))


class ApiKey(Audited):
    """An API key of a party's program.

    Only the SHA-256 of the key is stored, so it can be shown only once. The key is random, so no slow hash is needed. The
    log has what tells this SHA-256 from another, so that a verification names one that SQL put in its place.
    """

    party = models.ForeignKey(TraceParty, models.PROTECT, related_name="api_keys")
    label = models.CharField(_("tên khóa"), max_length=100)
    digest = models.BinaryField(max_length=32, unique=True)
    issued_at = models.DateTimeField()
    # An account of the department or of the party; None: by a command on the server.
    issued_by = models.ForeignKey("parties.User", models.PROTECT, null=True, related_name="+")
    # Names the form by which the key was asked for: a form that is sent twice issues one key.
    form_key = models.UUIDField(unique=True, default=uuid.uuid4)
    expires_at = models.DateTimeField()
    # The key in whose place this one was issued; that one expires when the programs have been changed over.
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    last_used_at = models.DateTimeField(null=True)  # written once an hour at most
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey("parties.User", models.PROTECT, null=True, related_name="+")

    masked: ClassVar[tuple[str, ...]] = ("digest",)
    unlogged: ClassVar[tuple[str, ...]] = (*Audited.unlogged, "last_used_at")
    part_of: ClassVar[str] = (
        "party"  # whose people may write it (`khcn.kernel.registers.outside_write_check`)
    )

    class Meta:
        verbose_name = _("khóa truy cập")
        verbose_name_plural = _("khóa truy cập")

    def __str__(self) -> str:
        return self.label

    def is_in_use(self, *, at: datetime) -> bool:
        """Whether a program gets in with it."""
        return self.revoked_at is None and at < self.expires_at
