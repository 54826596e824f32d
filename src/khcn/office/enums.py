"""Choices of the registers of the office."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class StaffKind(models.TextChoices):
    """By which law somebody works for the department."""

    CIVIL_SERVANT = "civil_servant", _("Công chức")
    PUBLIC_EMPLOYEE = "public_employee", _("Viên chức")
    CONTRACT = "contract", _("Lao động hợp đồng")


class PersonnelEventKind(models.TextChoices):
    """What is decided about a member of staff."""

    RECRUITMENT = "recruitment", _("Tuyển dụng")
    APPOINTMENT = "appointment", _("Bổ nhiệm")
    REAPPOINTMENT = "reappointment", _("Bổ nhiệm lại")
    END_OF_OFFICE = "end_of_office", _("Thôi giữ chức vụ")
    TRANSFER = "transfer", _("Điều động, luân chuyển")
    ROTATION = "rotation", _("Chuyển đổi vị trí việc làm")
    SECONDMENT = "secondment", _("Biệt phái, tăng cường")
    PROMOTION = "promotion", _("Thăng hạng chức danh nghề nghiệp, nâng ngạch")
    SALARY_RAISE = "salary_raise", _("Nâng bậc lương")
    MATERNITY_LEAVE = "maternity_leave", _("Nghỉ thai sản")
    RETIREMENT = "retirement", _("Nghỉ hưu")
    DEPARTURE = "departure", _("Thôi việc, chuyển công tác")


APPOINTMENTS: Final = (PersonnelEventKind.APPOINTMENT, PersonnelEventKind.REAPPOINTMENT)
DEPARTURES: Final = (PersonnelEventKind.RETIREMENT, PersonnelEventKind.DEPARTURE)
# What ends the term of office of an appointment, whatever the post is.
ENDS_OFFICE: Final = (*APPOINTMENTS, PersonnelEventKind.END_OF_OFFICE, *DEPARTURES)


class Position(models.TextChoices):
    """Posts to which people are appointed for a term of office."""

    DIRECTOR = "director", _("Giám đốc Sở")
    DEPUTY_DIRECTOR = "deputy_director", _("Phó Giám đốc Sở")
    HEAD = "head", _("Trưởng phòng và tương đương")
    DEPUTY_HEAD = "deputy_head", _("Phó Trưởng phòng và tương đương")
    CENTRE_DIRECTOR = "centre_director", _("Giám đốc Trung tâm")
    CENTRE_DEPUTY = "centre_deputy", _("Phó Giám đốc Trung tâm")
    OTHER = "other", _("Chức vụ khác")


# Whom only the province appoints, and posts that every unit calls otherwise: Chánh Văn phòng, Chánh Thanh tra.
OF_PROVINCE: Final = (Position.DIRECTOR, Position.DEPUTY_DIRECTOR)
NAMED_BY_UNIT: Final = (Position.HEAD, Position.DEPUTY_HEAD, Position.OTHER)


class SalaryGroup(models.TextChoices):
    """After how long a regular raise is considered."""

    LONG = "long", _("Yêu cầu trình độ cao đẳng trở lên")
    SHORT = "short", _("Yêu cầu trình độ trung cấp trở xuống")


class DecisionLevel(models.TextChoices):
    """Who decides."""

    DEPARTMENT = "department", _("Giám đốc Sở")
    PROVINCE = "province", _("Chủ tịch UBND tỉnh, UBND tỉnh")
    MINISTRY = "ministry", _("Bộ, ngành trung ương")
    STATE = "state", _("Thủ tướng Chính phủ, Chủ tịch nước")


class CourseKind(models.TextChoices):
    """What a course is about."""

    POLITICS = "politics", _("Lý luận chính trị")
    ADMINISTRATION = "administration", _("Quản lý nhà nước")
    LEADERSHIP = "leadership", _("Lãnh đạo, quản lý")
    PROFESSION = "profession", _("Chuyên môn, nghiệp vụ")
    DEFENCE = "defence", _("Quốc phòng, an ninh")
    OTHER = "other", _("Kiến thức, kỹ năng khác")


class EmulationRoundKind(models.TextChoices):
    """On which occasion titles are proposed."""

    YEARLY = "yearly", _("Tổng kết năm")
    THEMATIC = "thematic", _("Theo phong trào, chuyên đề")
    SUDDEN = "sudden", _("Đột xuất")


class EmulationTitle(models.TextChoices):
    """Titles of emulation, and rewards."""

    ADVANCED_WORKER = "advanced_worker", _("Lao động tiên tiến")
    EMULATION_FIGHTER = "emulation_fighter", _("Chiến sĩ thi đua")
    ADVANCED_TEAM = "advanced_team", _("Tập thể lao động tiên tiến")
    EXCELLENT_TEAM = "excellent_team", _("Tập thể lao động xuất sắc")
    EMULATION_FLAG = "emulation_flag", _("Cờ thi đua")
    COMMENDATION = "commendation", _("Giấy khen")
    MERIT = "merit", _("Bằng khen")
    MEDAL = "medal", _("Huân chương, Huy chương")
    BADGE = "badge", _("Kỷ niệm chương")


OF_PERSONS: Final = (
    EmulationTitle.ADVANCED_WORKER,
    EmulationTitle.EMULATION_FIGHTER,
    EmulationTitle.BADGE,
)
OF_TEAMS: Final = (
    EmulationTitle.ADVANCED_TEAM,
    EmulationTitle.EXCELLENT_TEAM,
    EmulationTitle.EMULATION_FLAG,
)


# Who may decide about a title; a title that is not here may be decided about at each level.
_HIGHER: Final = (DecisionLevel.PROVINCE, DecisionLevel.MINISTRY, DecisionLevel.STATE)
LEVELS: Final = {
    EmulationTitle.ADVANCED_WORKER: (DecisionLevel.DEPARTMENT,),
    EmulationTitle.ADVANCED_TEAM: (DecisionLevel.DEPARTMENT,),
    EmulationTitle.COMMENDATION: (DecisionLevel.DEPARTMENT,),
    EmulationTitle.EXCELLENT_TEAM: (DecisionLevel.PROVINCE, DecisionLevel.MINISTRY),
    EmulationTitle.EMULATION_FLAG: _HIGHER,
    EmulationTitle.MERIT: _HIGHER,
    EmulationTitle.MEDAL: (DecisionLevel.STATE,),
}


class IndexKind(models.TextChoices):
    """Indices by which the province compares its bodies."""

    PAR = "par", _("Chỉ số cải cách hành chính")
    DDCI = "ddci", _("Chỉ số năng lực cạnh tranh cấp sở, ngành")
    DIGITAL = "digital", _("Chỉ số chuyển đổi số")


class IndexGrade(models.TextChoices):
    """The grade that goes with a place."""

    EXCELLENT = "excellent", _("Xuất sắc")
    GOOD = "good", _("Tốt")
    FAIR = "fair", _("Khá")
    AVERAGE = "average", _("Trung bình")
    WEAK = "weak", _("Yếu")


class ParPlanKind(models.TextChoices):
    """What a plan of a year is about."""

    REFORM = "reform", _("Cải cách hành chính")
    CONTROL = "control", _("Kiểm soát thủ tục hành chính")
    COMMUNICATION = "communication", _("Truyền thông cải cách hành chính")
    ISO = "iso", _("Duy trì hệ thống quản lý chất lượng ISO")
    DIGITAL = "digital", _("Chuyển đổi số")


class IsoReviewKind(models.TextChoices):
    """How the quality management system of the department is looked through."""

    INTERNAL = "internal", _("Đánh giá nội bộ")
    MANAGEMENT = "management", _("Xem xét của lãnh đạo")
    DECLARATION = "declaration", _("Công bố phù hợp tiêu chuẩn")
    EXTERNAL = "external", _("Kiểm tra của cơ quan cấp trên")


class CorrespondenceWay(models.TextChoices):
    """Which way documents go."""

    INCOMING = "incoming", _("Văn bản đến")
    OUTGOING = "outgoing", _("Văn bản đi")


class CorrespondenceKind(models.TextChoices):
    """Kinds of documents as the document system exports them."""

    DECISION = "decision", _("Quyết định")
    PLAN = "plan", _("Kế hoạch")
    REPORT = "report", _("Báo cáo")
    SUBMISSION = "submission", _("Tờ trình")
    NOTICE = "notice", _("Thông báo")
    INVITATION = "invitation", _("Giấy mời")
    LETTER = "letter", _("Công văn")
    OTHER = "other", _("Loại khác")
