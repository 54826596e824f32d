"""Choices of the registers of planned work and assessments."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkKind(models.TextChoices):
    """What is planned: the report counts what has a kind of its own, and what its quantity is a quantity of."""

    IP_SUPPORT = "ip_support", _("Hỗ trợ phát triển tài sản trí tuệ (doanh nghiệp, HTX)")
    TECHNOLOGY_CLASS = "technology_class", _("Lớp tập huấn điều tra, đánh giá trình độ công nghệ")
    GI_CLASS = "gi_class", _("Lớp tập huấn quản lý chỉ dẫn địa lý, nhãn hiệu")
    SETTLEMENT = "settlement", _("Quyết toán nhiệm vụ KH&CN")
    COORDINATION = "coordination", _("Phối hợp triển khai nhiệm vụ KH&CN")
    OTHER = "other", _("Việc khác")


class WorkStanding(models.TextChoices):
    """How far planned work is on a day; follows from its days."""

    DONE = "done", _("Đã hoàn thành")
    DUE = "due", _("Chưa đến hạn")
    LATE = "late", _("Quá hạn")
    DROPPED = "dropped", _("Thôi thực hiện")


# Each is about one task of the register of tasks.
ABOUT_TASKS: Final = (WorkKind.SETTLEMENT, WorkKind.COORDINATION)


class AssessmentKind(models.TextChoices):
    """What a report says of the work done (part B)."""

    STRENGTH = "strength", _("Ưu điểm")
    SHORTCOMING = "shortcoming", _("Hạn chế")
