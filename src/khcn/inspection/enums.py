"""Choices of the registers of the inspectorate."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class InspectionKind(models.TextChoices):
    """Departments inspected until the law of 2025; what is begun afterwards is a check. What was an inspection stays one."""

    SPECIALISED_INSPECTION = "inspection", _("Thanh tra chuyên ngành")
    SPECIALISED_CHECK = "check", _("Kiểm tra chuyên ngành")


class InspectionField(models.TextChoices):
    """What an inspection is about."""

    QUALITY = "quality", _("Tiêu chuẩn đo lường chất lượng")
    SCIENCE_TASKS = "science_tasks", _("Nhiệm vụ khoa học và công nghệ")
    RADIATION = "radiation", _("An toàn bức xạ và hạt nhân")
    INTELLECTUAL_PROPERTY = "ip", _("Sở hữu trí tuệ")
    TECHNOLOGY = "technology", _("Công nghệ, chuyển giao công nghệ")
    OTHER = "other", _("Lĩnh vực khác")


class MemberRole(models.TextChoices):
    """What somebody does in a team."""

    HEAD = "head", _("Trưởng đoàn")
    DEPUTY = "deputy", _("Phó trưởng đoàn")
    MEMBER = "member", _("Thành viên")


class SubjectKind(models.TextChoices):
    """Who is inspected; the report counts them apart."""

    ORGANISATION = "organisation", _("Tổ chức")
    UNIT = "unit", _("Đơn vị")
    INDIVIDUAL = "individual", _("Cá nhân")


class RecommendationKind(models.TextChoices):
    """What a conclusion asks for."""

    RECOVER = "recover", _("Thu hồi nộp ngân sách")
    REDUCE_PAYMENT = "reduce_payment", _("Giảm trừ thanh toán")
    CORRECT = "correct", _("Chấn chỉnh, khắc phục")


class PetitionKind(models.TextChoices):
    """What somebody has written to the department."""

    COMPLAINT = "complaint", _("Khiếu nại")
    DENUNCIATION = "denunciation", _("Tố cáo")
    SUGGESTION = "suggestion", _("Kiến nghị, phản ánh")


class ReceptionKind(models.TextChoices):
    """On which occasion citizens are received."""

    REGULAR = "regular", _("Thường xuyên")
    SCHEDULED = "scheduled", _("Định kỳ của lãnh đạo")
    UNSCHEDULED = "unscheduled", _("Đột xuất")


class LegalPlanKind(models.TextChoices):
    """What a plan of the legal work is for."""

    AWARENESS = "awareness", _("Phổ biến, giáo dục pháp luật")
    REVIEW = "review", _("Kiểm tra, rà soát, hệ thống hóa văn bản")
    ENFORCEMENT = "enforcement", _("Theo dõi thi hành pháp luật")
