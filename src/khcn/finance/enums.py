"""Choices of the registers of money and assets."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class BudgetSource(models.TextChoices):
    """From where money comes."""

    SCIENCE = "science", _("Sự nghiệp khoa học và công nghệ")
    ADMINISTRATION = "administration", _("Chi quản lý hành chính")
    INVESTMENT = "investment", _("Đầu tư phát triển")
    CENTRAL = "central", _("Ngân sách trung ương")
    OTHER = "other", _("Nguồn khác")


class ClearanceKind(models.TextChoices):
    """How a part of an advance is cleared."""

    SPENT = "spent", _("Thanh toán tạm ứng")
    RETURNED = "returned", _("Nộp trả ngân sách")


class AdvanceStanding(models.TextChoices):
    """How old the part of an advance is that is not cleared; follows from its days. Bands for reading: no rule sets them."""

    CLEARED = "cleared", _("Đã thanh toán hết")
    RECENT = "recent", _("Tạm ứng đến 6 tháng")
    HALF_YEAR = "half_year", _("Tạm ứng trên 6 tháng")
    YEAR = "year", _("Tạm ứng trên 12 tháng")


class ReductionReason(models.TextChoices):
    """Why money of a task is reduced or taken back."""

    SETTLEMENT = "settlement", _("Khi quyết toán")
    CHECK = "check", _("Qua kiểm tra tiến độ kinh phí")
    INSPECTION = "inspection", _("Qua thanh tra, kiểm toán")
    STOPPED = "stopped", _("Dừng thực hiện, chấm dứt hợp đồng")


class PackageKind(models.TextChoices):
    """What a package buys."""

    CAR = "car", _("Xe ô tô")
    OFFICE_EQUIPMENT = "office_equipment", _("Trang thiết bị hội trường, phòng làm việc")
    MEASURING_EQUIPMENT = "measuring", _("Thiết bị đo lường, thử nghiệm")
    BUILDING_REPAIR = "repair", _("Sửa chữa nhà làm việc")
    SUPPLIES = "supplies", _("Vật tư, phân bón, cây giống")
    SOFTWARE = "software", _("Phần mềm, kiểm thử phần mềm")
    OTHER = "other", _("Nội dung khác")


class ProcurementMethod(models.TextChoices):
    """How the contractor is found."""

    OPEN = "open", _("Đấu thầu rộng rãi")
    QUOTATION = "quotation", _("Chào hàng cạnh tranh")
    DIRECT_AWARD = "direct_award", _("Chỉ định thầu")
    DIRECT_PURCHASE = "direct_purchase", _("Mua sắm trực tiếp")
    OWN_WORK = "own_work", _("Tự thực hiện")
    LIMITED = "limited", _("Đấu thầu hạn chế")
    NEGOTIATION = "negotiation", _("Đàm phán giá")
    COMMUNITY = "community", _("Tham gia thực hiện của cộng đồng")
    SPECIAL = "special", _("Lựa chọn nhà thầu trong trường hợp đặc biệt")
    OTHER = "other", _("Hình thức khác")


class AssetGroup(models.TextChoices):
    """The groups of assets of tasks: bought for the task or its result, with the state's money alone or with other money."""

    EQUIPPED_WHOLE = "equipped_whole", _("Tài sản trang bị, Nhà nước cấp toàn bộ kinh phí")
    EQUIPPED_PART = "equipped_part", _("Tài sản trang bị, Nhà nước hỗ trợ một phần kinh phí")
    RESULT_WHOLE = "result_whole", _("Tài sản là kết quả, Nhà nước cấp toàn bộ kinh phí")
    RESULT_PART = "result_part", _("Tài sản là kết quả, Nhà nước hỗ trợ một phần kinh phí")


class HandlingForm(models.TextChoices):
    """What becomes of an asset of a task."""

    TO_HOST = "to_host", _("Giao tổ chức chủ trì, ghi tăng tài sản")
    STATE_CAPITAL = "state_capital", _("Giao tổ chức chủ trì, ghi tăng vốn nhà nước")
    RIGHTS = "rights", _("Giao quyền sở hữu, quyền sử dụng")
    DIRECT_SALE = "direct_sale", _("Bán trực tiếp")
    TRANSFER = "transfer", _("Điều chuyển")
    LIQUIDATION = "liquidation", _("Thanh lý")
    DESTRUCTION = "destruction", _("Tiêu hủy")


class DisposalForm(models.TextChoices):
    """What is to become of a public asset of the department."""

    SALE = "sale", _("Bán")
    LAND_RETURN = "land_return", _("Trả lại đất")
    TRANSFER = "transfer", _("Điều chuyển")
    LIQUIDATION = "liquidation", _("Thanh lý")
