"""Closed lists that no regulation changes; what regulations change is a dated code list in ``reference``."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskLevel(models.TextChoices):
    """Level of a task."""

    NATIONAL = "national", _("Cấp quốc gia")
    MINISTRY = "ministry", _("Cấp bộ")
    PROVINCE = "province", _("Cấp tỉnh")
    GRASSROOTS = "grassroots", _("Cấp cơ sở")


class TaskType(models.TextChoices):
    """Type of a task."""

    RESEARCH_TOPIC = "research_topic", _("Đề tài")
    PILOT_PROJECT = "pilot_project", _("Dự án")
    SCIENCE_SCHEME = "science_scheme", _("Đề án")
    OTHER = "other", _("Nhiệm vụ khác")


class ManagingSide(models.TextChoices):
    """Who manages a task, and what the province has to do with it."""

    PROVINCE = "province", _("Tỉnh quản lý")
    DELEGATED = "delegated", _("Ủy quyền địa phương quản lý")
    CO_MANAGED = "co_managed", _("Trung ương quản lý, địa phương phối hợp")
    CENTRAL = "central", _("Trung ương quản lý")
    HOST = "host", _("Tổ chức chủ trì tự quản lý")


class TaskMode(models.TextChoices):
    """How the host is found."""

    SELECTION = "selection", _("Tuyển chọn")
    DIRECT = "direct", _("Giao trực tiếp")


class MilestoneKind(models.TextChoices):
    """Dated facts in the life of a task. Some move its main state (see ``workflow``), the rest run in parallel."""

    DETERMINED = "determined", _("Xác định nhiệm vụ")
    LISTED = "listed", _("Phê duyệt danh mục")
    AWARDED = "awarded", _("Tuyển chọn, giao trực tiếp")
    BUDGET_APPRAISED = "budget_appraised", _("Thẩm định kinh phí")
    OUTLINE_APPROVED = "outline_approved", _("Phê duyệt thuyết minh và dự toán")
    CONTRACT_SIGNED = "contract_signed", _("Ký hợp đồng")
    SUSPENDED = "suspended", _("Tạm dừng triển khai")
    RESUMED = "resumed", _("Tiếp tục thực hiện")
    STOPPED = "stopped", _("Dừng thực hiện")
    TERMINATED = "terminated", _("Chấm dứt hợp đồng")
    SELF_ACCEPTED = "self_accepted", _("Nghiệm thu cấp cơ sở (tự đánh giá)")
    DOSSIER_SUBMITTED = "dossier_submitted", _("Nộp hồ sơ nghiệm thu")
    ACCEPTED_PROVINCE = "accepted_province", _("Nghiệm thu cấp tỉnh")
    ACCEPTED_NATIONAL = "accepted_national", _("Nghiệm thu cấp quốc gia")
    CONCLUSIONS_MET = "conclusions_met", _("Hoàn thiện theo kết luận của Hội đồng")
    REGISTERED = "registered", _("Cấp Giấy chứng nhận đăng ký kết quả")
    DEREGISTERED = "deregistered", _("Thu hồi Giấy chứng nhận đăng ký kết quả")
    RECOGNISED = "recognised", _("Công nhận kết quả")
    HANDED_OVER = "handed_over", _("Bàn giao kết quả")
    SETTLED = "settled", _("Quyết toán kinh phí")
    ASSETS_HANDLED = "assets_handled", _("Xử lý tài sản")
    LIQUIDATED = "liquidated", _("Thanh lý hợp đồng")


class AmendmentKind(models.TextChoices):
    """Typed amendments. Extension of execution and extension of the acceptance dossier are two things."""

    EXTEND_DURATION = "extend_duration", _("Gia hạn thời gian thực hiện")
    EXTEND_SUBMISSION = "extend_submission", _("Gia hạn thời gian nộp hồ sơ nghiệm thu")
    AMEND_OUTLINE = "amend_outline", _("Điều chỉnh thuyết minh")
    CHANGE_PI = "change_pi", _("Thay đổi chủ nhiệm")
    CHANGE_HOST = "change_host", _("Thay đổi tổ chức chủ trì")
    CHANGE_PARTNER = "change_partner", _("Thay đổi tổ chức phối hợp")
    ADD_SITE = "add_site", _("Bổ sung địa điểm")
    CHANGE_BUDGET = "change_budget", _("Điều chỉnh kinh phí")


class CheckKind(models.TextChoices):
    """Kinds of progress check; the unit counted is "lượt"."""

    PERIODIC = "periodic", _("Kiểm tra định kỳ")
    UNSCHEDULED = "unscheduled", _("Kiểm tra đột xuất")
    VISIT = "visit", _("Thăm, nắm tình hình")
    FINANCE = "finance", _("Kiểm tra tiến độ kinh phí")


class PartnerRole(models.TextChoices):
    """What an organisation other than the host does in a task."""

    COOPERATING = "cooperating", _("Phối hợp thực hiện")
    RECEIVING = "receiving", _("Tiếp nhận, ứng dụng kết quả")


class TeamRole(models.TextChoices):
    """What a person other than the principal investigator does in a task."""

    SECRETARY = "secretary", _("Thư ký khoa học")
    MEMBER = "member", _("Thành viên thực hiện")


class SessionKind(models.TextChoices):
    """Working sessions with the districts, and with the communes after there are no districts."""

    DISTRICT = "district", _("Làm việc với UBND huyện, thành phố")
    COMMUNE = "commune", _("Làm việc với UBND xã, phường")
    DISTRICT_OFFICES = "district_offices", _("Làm việc với Phòng Kinh tế, Phòng Kinh tế - Hạ tầng")


class CallKind(models.TextChoices):
    """What the department asks for by a call."""

    PROPOSALS = "proposals", _("Nhận đề xuất đặt hàng")
    SELECTION = "selection", _("Tuyển chọn")
    DIRECT = "direct", _("Giao trực tiếp")


class CallPhase(models.TextChoices):
    """What a published call means at a moment for who would hand something in."""

    COMING = "coming", _("sắp nhận hồ sơ")
    TAKING = "taking", _("đang nhận hồ sơ")
    LATE = "late", _("quá hạn, vẫn nhận hồ sơ nộp muộn")
    OVER = "over", _("không nhận hồ sơ nữa")


class CertificateKind(models.TextChoices):
    """Why an operation certificate was issued."""

    NEW = "new", _("Cấp mới")
    BRANCH = "branch", _("Cấp cho chi nhánh, văn phòng đại diện")
    AMENDED = "amended", _("Thay đổi, bổ sung")
    REISSUED = "reissued", _("Cấp lại")
