"""Choices of procedures and dossiers."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProcedureField(models.TextChoices):
    """The fields under which the department's procedures are published."""

    SCIENCE = "science", _("Hoạt động khoa học và công nghệ")
    RADIATION = "radiation", _("An toàn bức xạ và hạt nhân")
    IP = "ip", _("Sở hữu trí tuệ")
    QUALITY = "quality", _("Tiêu chuẩn đo lường chất lượng")
    OTHER = "other", _("Lĩnh vực khác")


class OnlineLevel(models.TextChoices):
    """How much of a procedure is done online (NĐ 42/2022/NĐ-CP)."""

    NONE = "none", _("Không trực tuyến")
    PARTIAL = "partial", _("Trực tuyến một phần")
    FULL = "full", _("Trực tuyến toàn trình")


class SettlementUnit(models.TextChoices):
    """What the statutory term of a procedure counts; the values are those of ``kernel.calendar.terms``."""

    DAY = "day", _("ngày")
    WORKING_DAY = "working_day", _("ngày làm việc")


class ChangeKind(models.TextChoices):
    """What a decision or a review does to a procedure. One decision may do several of these."""

    NEW = "new", _("Công bố mới ban hành")
    AMENDED = "amended", _("Công bố sửa đổi, bổ sung")
    ABOLISHED = "abolished", _("Công bố bãi bỏ")
    SIMPLIFICATION = "simplification", _("Kiến nghị đơn giản hóa")
    RULES_CUT = "rules_cut", _("Cắt giảm, đơn giản hóa quy định")
    DELEGATED = "delegated", _("Ủy quyền, phân cấp giải quyết")
    INTERNAL = "internal", _("Xây dựng thủ tục nội bộ")


PUBLISHED = frozenset({ChangeKind.NEW, ChangeKind.AMENDED, ChangeKind.ABOLISHED})
"""Changes that only a published decision makes."""


class Channel(models.TextChoices):
    """How a dossier came in."""

    DIRECT = "direct", _("Trực tiếp")
    ONLINE = "online", _("Trực tuyến")
    POST = "post", _("Bưu chính công ích")


class DossierOutcome(models.TextChoices):
    """What has come of a dossier. Whether it was in time follows from its days and is not stored."""

    OPEN = "open", _("Đang giải quyết")
    RESOLVED = "resolved", _("Đã có kết quả")
    REFUSED = "refused", _("Từ chối, trả lại")
    WITHDRAWN = "withdrawn", _("Người nộp rút")
    STOPPED = "stopped", _("Dừng giải quyết")


class DossierStanding(models.TextChoices):
    """The class of a dossier on a day: derived from its days and its term, never stored."""

    EARLY = "early", _("Đã giải quyết trước hạn")
    ON_TIME = "on_time", _("Đã giải quyết đúng hạn")
    LATE = "late", _("Đã giải quyết quá hạn")
    OPEN = "open", _("Đang giải quyết, trong hạn")
    OVERDUE = "overdue", _("Đang giải quyết, quá hạn")
    WAITING = "waiting", _("Chờ bổ sung")
    RETURNED = "returned", _("Trả lại, từ chối")
    WITHDRAWN = "withdrawn", _("Người nộp rút")
    STOPPED = "stopped", _("Dừng giải quyết")
