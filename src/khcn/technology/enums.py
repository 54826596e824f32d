"""Choices of the registers of technology and of S&T information."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TransferStanding(models.TextChoices):
    """In which list of the law the technology of a project is."""

    ENCOURAGED = "encouraged", _("Khuyến khích chuyển giao")
    RESTRICTED = "restricted", _("Hạn chế chuyển giao")
    PROHIBITED = "prohibited", _("Cấm chuyển giao")
    UNLISTED = "unlisted", _("Không thuộc các danh mục")


class ScaleUnit(models.TextChoices):
    """What the scale of a project counts."""

    CUBIC_METRES_A_DAY = "m3_day", _("m³/ngày đêm")
    HEALTH_CENTRES = "health_centre", _("trung tâm y tế")
    CUBIC_METRES_A_YEAR = "m3_year", _("m³/năm")
    TONNES_A_YEAR = "tonne_year", _("tấn/năm")


class OpinionStage(models.TextChoices):
    """About which step of an investment the opinion is asked for."""

    POLICY = "policy", _("Chủ trương đầu tư")
    POLICY_CHANGE = "policy_change", _("Điều chỉnh chủ trương đầu tư")
    PROJECT = "project", _("Dự án đầu tư")
    PROJECT_CHANGE = "project_change", _("Điều chỉnh dự án đầu tư")


class Conclusion(models.TextChoices):
    """What the department says about the technology."""

    AGREED = "agreed", _("Thống nhất về công nghệ")
    WITH_CHANGES = "with_changes", _("Thống nhất, đề nghị hoàn thiện")
    NOT_AGREED = "not_agreed", _("Không thống nhất về công nghệ")


class TransferDirection(models.TextChoices):
    """Between whom technology is transferred."""

    DOMESTIC = "domestic", _("Trong nước")
    INWARD = "inward", _("Từ nước ngoài vào Việt Nam")
    OUTWARD = "outward", _("Từ Việt Nam ra nước ngoài")


class EnterpriseCertificateKind(models.TextChoices):
    """Why an S&T enterprise was given a certificate."""

    NEW = "new", _("Cấp mới")
    AMENDED = "amended", _("Thay đổi, bổ sung")
    REISSUED = "reissued", _("Cấp lại")


class CertificateStanding(models.TextChoices):
    """What a certificate is on a day; follows from its days."""

    IN_FORCE = "in_force", _("Đang có hiệu lực")
    ENDED = "ended", _("Đã chấm dứt")


class MediaKind(models.TextChoices):
    """Where something about S&T was published."""

    BROADCAST = "broadcast", _("Số phát sóng phát thanh, truyền hình")
    PARTY_BULLETIN = "party_bulletin", _("Tin, bài cho Bản tin xây dựng đảng")
    WEB = "web", _("Tin, bài trên trang thông tin điện tử")
    OTHER = "other", _("Tin, bài ở nơi khác")


class MediaTopic(models.TextChoices):
    """What it is about."""

    LAW = "law", _("Chủ trương, chính sách, pháp luật")
    ANNIVERSARY = "anniversary", _("Kỷ niệm, ngày lễ")
    LOCAL_RESULTS = "local_results", _("Kết quả KH&CN ở địa phương")
    NATIONAL = "national", _("Thông tin KH&CN của quốc gia")
    INTELLECTUAL_PROPERTY = "ip", _("Sở hữu trí tuệ")
    QUALITY = "quality", _("Tiêu chuẩn, đo lường, chất lượng")
    OTHER = "other", _("Nội dung khác")


class PublicationKind(models.TextChoices):
    """What the department has printed."""

    FARM_CALENDAR = "farm_calendar", _("Nông lịch")
    BULLETIN = "bulletin", _("Bản tin, thông tin chuyên đề")
    BOOK = "book", _("Sách, tài liệu kỹ thuật")
    LEAFLET = "leaflet", _("Tờ rơi, tờ gấp")


class StatisticsKind(models.TextChoices):
    """How figures about S&T are gathered."""

    REPORT = "report", _("Báo cáo thống kê")
    SURVEY = "survey", _("Điều tra thống kê")
