"""Choices of the registers of intellectual property, initiatives and contests."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class InitiativeLevel(models.TextChoices):
    """Who recognises an initiative, and how far it has effect."""

    BASE = "base", _("Cấp cơ sở")
    PROVINCE = "province", _("Cấp tỉnh")


class IpKind(models.TextChoices):
    """What is protected."""

    GEOGRAPHICAL_INDICATION = "indication", _("Chỉ dẫn địa lý")
    TRADEMARK = "trademark", _("Nhãn hiệu thông thường")
    COLLECTIVE_MARK = "collective", _("Nhãn hiệu tập thể")
    CERTIFICATION_MARK = "certification", _("Nhãn hiệu chứng nhận")
    PATENT = "patent", _("Sáng chế, giải pháp hữu ích")
    DESIGN = "design", _("Kiểu dáng công nghiệp")
    OTHER = "other", _("Đối tượng khác")


MARKS = (IpKind.TRADEMARK, IpKind.COLLECTIVE_MARK, IpKind.CERTIFICATION_MARK)
RENEWED = (*MARKS, IpKind.DESIGN)  # the others end, or have no last day


class GuidancePurpose(models.TextChoices):
    """What an organisation is guided to apply for."""

    PROTECTION = "protection", _("Đăng ký bảo hộ")
    USE = "use", _("Đăng ký sử dụng")


class AssetStanding(models.TextChoices):
    """What an asset is on a day; follows from its days."""

    PREPARING = "preparing", _("Chưa nộp đơn")
    FILED = "filed", _("Đã nộp đơn")
    IN_FORCE = "in_force", _("Đang được bảo hộ")
    EXPIRED = "expired", _("Hết hiệu lực")
    ENDED = "ended", _("Đã chấm dứt")


class IpEventKind(models.TextChoices):
    """What was organised."""

    WORKSHOP = "workshop", _("Hội thảo")
    TRAINING = "training", _("Lớp tập huấn")
    LAUNCH = "launch", _("Lễ phát động, trao giải")


class ContestKind(models.TextChoices):
    """Contests, each with one edition a year at most."""

    STARTUP = "startup", _("Cuộc thi khởi nghiệp đổi mới sáng tạo")
    CREATIVITY = "creativity", _("Hội thi sáng tạo kỹ thuật")
    YOUTH = "youth", _("Cuộc thi sáng tạo thanh thiếu niên, nhi đồng")


class Prize(models.TextChoices):
    """Prizes in their order: the values are sorted as texts."""

    SPECIAL = "0_special", _("Giải đặc biệt")
    FIRST = "1_first", _("Giải nhất")
    SECOND = "2_second", _("Giải nhì")
    THIRD = "3_third", _("Giải ba")
    CONSOLATION = "4_consolation", _("Giải khuyến khích")
