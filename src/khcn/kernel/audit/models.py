"""One change log for history and audit, and the base class whose every write goes into it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.audit.digests_and_seals import GENESIS
from khcn.kernel.database_roles import only_adds_to


class LoggedAction(models.TextChoices):
    """What was done to a record, or happened without one."""

    CREATE = "create", _("Thêm mới")
    UPDATE = "update", _("Sửa")
    DELETE = "delete", _("Xóa")
    ERASE = "erase", _("Xóa trống theo thời hạn")
    # Events (`khcn.kernel.audit.events`): no record is written.
    SIGN_IN = "sign_in", _("Đăng nhập")
    SIGN_OUT = "sign_out", _("Đăng xuất")
    REFUSED = "refused", _("Đăng nhập sai")
    ENDED = "ended", _("Kết thúc phiên")
    FACTOR = "factor", _("Mã xác thực")
    IDENTITY = "identity", _("Tài khoản định danh")
    RESET = "reset", _("Đặt lại mật khẩu")
    TOKEN = "token", _("Mã truy cập")
    DOWNLOAD = "download", _("Tải về")
    SHOWN = "shown", _("Xem dữ liệu cá nhân")
    DENIED = "denied", _("Bị từ chối")


class ChangeEntry(models.Model):
    """What one record looked like before and after one write, by whom and why."""

    at = models.DateTimeField(_("Thời điểm"), db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(_("Người thực hiện"), max_length=150)
    # For whom a deputy did it (docs/adr/0012). The default of the database spares a large log from being rewritten.
    on_behalf_of = models.CharField(_("Thay mặt"), max_length=150, blank=True, default="", db_default="")
    reason = models.CharField(_("Lý do"), max_length=300, blank=True)
    batch = models.UUIDField(db_index=True)
    action = models.CharField(_("Thao tác"), max_length=10, choices=LoggedAction.choices)
    model = models.CharField(max_length=80)
    object_id = models.CharField(max_length=40)
    object_label = models.CharField(_("Bản ghi"), max_length=300)
    before = models.JSONField(_("Trước"), null=True)
    after = models.JSONField(_("Sau"), null=True)
    # Of the content above, with the installation's secret; empty in rows that are older than digests.
    digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("Lượt thay đổi")
        verbose_name_plural = _("Nhật ký hệ thống")
        indexes: ClassVar = [models.Index(fields=["model", "object_id"])]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.object_label}"

    @property
    def who(self) -> str:
        """Who did it, and for whom."""
        if not self.on_behalf_of:
            return self.actor_label
        return gettext("%(deputy)s, thay mặt %(principal)s") % {
            "deputy": self.actor_label,
            "principal": self.on_behalf_of,
        }


class ChainLink(models.Model):
    """The place of one row of the log in the chain. Links are added by the sealer only, and never changed."""

    position = models.BigIntegerField(primary_key=True)
    entry = models.BigIntegerField(
        unique=True
    )  # no foreign key: a link must remain when somebody deletes the row
    digest = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64)


class ChainHead(models.Model):
    """How far the chain goes. One row. Only the sealer locks it, so writers of records never wait for each other."""

    position = models.BigIntegerField(default=0)
    seal = models.CharField(max_length=64, default=GENESIS)
    # No row of the log with this key or a smaller one can still be committed (`khcn.kernel.audit.sealer`).
    final_to = models.BigIntegerField(default=0)
    # The next such key, and since when it is waited for.
    awaited_to = models.BigIntegerField(null=True)
    awaited_since = models.DateTimeField(null=True)
    # The last position whose link has no digest, because its row is older than digests; signed when
    # rows got digests, and written by nothing since. After it every link is keyed.
    plain_to = models.BigIntegerField(default=0)
    plain_proof = models.CharField(max_length=64, blank=True, default="")


class ForwardedLog(models.Model):
    """Up to which position of the chain entries have been written into the log of the service (`forwarding`). One row."""

    position = models.BigIntegerField(default=0)


class LogCheck(models.Model):
    """What one verification of the log found."""

    started_at = models.DateTimeField(_("Bắt đầu"), db_index=True)
    finished_at = models.DateTimeField(_("Xong"))
    entries = models.BigIntegerField(_("Số lượt ghi"))
    records = models.BigIntegerField(_("Số bản ghi"))
    findings = models.JSONField(_("Chỗ không khớp"), default=list)

    class Meta:
        verbose_name = _("Lần kiểm tra nhật ký")
        verbose_name_plural = _("Các lần kiểm tra nhật ký")


for _table in (ChangeEntry._meta.db_table, ChainLink._meta.db_table, "kernel_audit_mergedlink"):
    only_adds_to(_table)
