"""Choices of the registers of radiation safety."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ApplicationKind(models.TextChoices):
    """What a facility applies for; a licence keeps by which of these it was granted."""

    NEW = "new", _("Cấp mới")
    RENEWAL = "renewal", _("Gia hạn")
    AMENDMENT = "amendment", _("Sửa đổi, bổ sung")
    REISSUE = "reissue", _("Cấp lại")


class LicenceIssuer(models.TextChoices):
    """Who grants: what the province may not license, the national body does."""

    PROVINCE = "province", _("Sở Khoa học và Công nghệ")
    CENTRAL = "central", _("Cục An toàn bức xạ và hạt nhân")


class NotificationKind(models.TextChoices):
    """What a facility notifies of a device or a source. Their state on a day follows from these (``workflow``)."""

    POSSESSION = "possession", _("Có thiết bị, nguồn")
    STOPPED = "stopped", _("Dừng hoạt động")
    RESUMED = "resumed", _("Hoạt động trở lại")
    DISPOSED = "disposed", _("Chấm dứt, thanh lý")


class SourceCategory(models.IntegerChoices):
    """Groups of radioactive sources by their danger, 1 the most dangerous."""

    ONE = 1, _("Nhóm 1")
    TWO = 2, _("Nhóm 2")
    THREE = 3, _("Nhóm 3")
    FOUR = 4, _("Nhóm 4")
    FIVE = 5, _("Nhóm 5")


class WorkerRole(models.TextChoices):
    """What somebody does at a facility."""

    OPERATOR = "operator", _("Nhân viên bức xạ")
    OFFICER = "officer", _("Người phụ trách an toàn")


class CheckSubject(models.TextChoices):
    """What an inspection visit was about."""

    XRAY = "xray", _("Thiết bị X-quang y tế")
    SOURCE = "source", _("Nguồn phóng xạ")


class LicenceStanding(models.TextChoices):
    """Derived of a day and never stored."""

    IN_FORCE = "in_force", _("Còn hiệu lực")
    EXPIRED = "expired", _("Hết hiệu lực")
    REPLACED = "replaced", _("Đã thay bằng giấy phép khác")
    ENDED = "ended", _("Đã chấm dứt, thu hồi")
