"""Choices of the registers of metrology, quality and standards."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class CheckField(models.TextChoices):
    """What a state check is about; the report counts the two apart."""

    METROLOGY = "metrology", _("Đo lường")
    QUALITY = "quality", _("Chất lượng sản phẩm, hàng hóa")


class CheckTopic(models.TextChoices):
    """What is looked at; the report has a line for each of the common ones."""

    WATER_METERS = "water_meters", _("Đồng hồ đo nước lạnh")
    MEDICAL_INSTRUMENTS = "medical", _("Phương tiện đo nhóm 2 trong y tế")
    VERIFICATION_BODIES = "bodies", _("Hoạt động kiểm định, hiệu chuẩn")
    POLICE_INSTRUMENTS = "police", _("Phương tiện đo nhóm 2 của công an")
    TAXIMETERS = "taximeters", _("Taximet")
    HOLIDAY_GOODS = "holiday", _("Hàng hóa dịp lễ, Tết")
    LABELS = "labels", _("Nhãn hàng hóa, mã số mã vạch, hàng đóng gói sẵn")
    FUEL = "fuel", _("Xăng dầu")
    OTHER = "other", _("Nội dung khác")


METROLOGY_TOPICS: Final = frozenset(
    {
        CheckTopic.WATER_METERS,
        CheckTopic.MEDICAL_INSTRUMENTS,
        CheckTopic.VERIFICATION_BODIES,
        CheckTopic.POLICE_INSTRUMENTS,
        CheckTopic.TAXIMETERS,
    }
)
QUALITY_TOPICS: Final = frozenset({CheckTopic.HOLIDAY_GOODS, CheckTopic.LABELS, CheckTopic.FUEL})
# Those that have a line of their own in the report, by what is checked.
METROLOGY_LINES: Final = (
    CheckTopic.WATER_METERS,
    CheckTopic.MEDICAL_INSTRUMENTS,
    CheckTopic.VERIFICATION_BODIES,
    CheckTopic.POLICE_INSTRUMENTS,
)
QUALITY_LINES: Final = tuple(sorted(QUALITY_TOPICS))


class CheckMemberRole(models.TextChoices):
    """What somebody does in the team of a check."""

    HEAD = "head", _("Trưởng đoàn")
    DEPUTY = "deputy", _("Phó trưởng đoàn")
    MEMBER = "member", _("Thành viên")


class CheckOutcome(models.TextChoices):
    """What a check found at one place."""

    CONFORMING = "conforming", _("Chấp hành tốt")
    VIOLATION = "violation", _("Có vi phạm")
    ABSENT = "absent", _("Không kiểm tra được")  # closed, moved: the figures do not count it


class CheckedObject(models.TextChoices):
    """What was looked at."""

    INSTRUMENT = "instrument", _("Phương tiện đo")
    SCALE = "scale", _("Cân")
    PREPACKED = "prepacked", _("Hàng đóng gói sẵn")
    LABEL = "label", _("Nhãn hàng hóa, mã số mã vạch")
    GOODS = "goods", _("Chất lượng hàng hóa")
    DOCUMENTS = "documents", _("Hồ sơ, giấy tờ")


class HandlingKind(models.TextChoices):
    """What is asked of somebody who has violated a rule."""

    REMIND = "remind", _("Nhắc nhở, hướng dẫn khắc phục")
    REMEDY = "remedy", _("Yêu cầu khắc phục")
    SUSPEND = "suspend", _("Tạm dừng lưu thông hàng hóa")
    TRANSFER = "transfer", _("Chuyển cơ quan có thẩm quyền xử phạt")


class QualityPurpose(models.TextChoices):
    """What an organisation is guided to do."""

    BARCODE_NEW = "barcode_new", _("Đăng ký mã số mã vạch")
    BARCODE_AGAIN = "barcode_again", _("Cấp lại giấy chứng nhận mã số mã vạch")
    LABEL = "label", _("Ghi nhãn hàng hóa")
    STANDARD_DECLARATION = "standard", _("Công bố hợp chuẩn")
    REGULATION_DECLARATION = "regulation", _("Công bố hợp quy")
    COMPANY_STANDARD = "company_standard", _("Xây dựng tiêu chuẩn cơ sở")
    AWARD = "award", _("Giải thưởng chất lượng quốc gia")


BARCODES: Final = (QualityPurpose.BARCODE_NEW, QualityPurpose.BARCODE_AGAIN)


class DeclarationKind(models.TextChoices):
    """Of conformity with what."""

    STANDARD = "standard", _("Hợp chuẩn")
    REGULATION = "regulation", _("Hợp quy")


class AssessmentBasis(models.TextChoices):
    """Who found that a product conforms."""

    SELF = "self", _("Kết quả tự đánh giá")
    CERTIFIED = "certified", _("Kết quả của tổ chức chứng nhận")


class StandardKind(models.TextChoices):
    """What a standard or technical regulation is."""

    NATIONAL_STANDARD = "tcvn", _("Tiêu chuẩn quốc gia (TCVN)")
    TECHNICAL_REGULATION = "qcvn", _("Quy chuẩn kỹ thuật quốc gia (QCVN)")
    LOCAL_REGULATION = "qcdp", _("Quy chuẩn kỹ thuật địa phương (QCĐP)")
    FOREIGN = "foreign", _("Tiêu chuẩn quốc tế, nước ngoài")


class StandardField(models.TextChoices):
    """The field of a standard, by the first two digits of the international classification for standards (ICS)."""

    GENERAL = "01", _("Vấn đề chung, thuật ngữ, tiêu chuẩn hóa, tư liệu")
    SERVICES = "03", _("Dịch vụ, tổ chức, quản lý, hành chính, vận tải")
    SCIENCE = "07", _("Toán học, khoa học tự nhiên")
    HEALTH = "11", _("Chăm sóc sức khỏe")
    ENVIRONMENT = "13", _("Môi trường, bảo vệ sức khỏe, an toàn")
    METROLOGY = "17", _("Đo lường, hiện tượng vật lý")
    TESTING = "19", _("Thử nghiệm")
    MECHANICS = "21", _("Hệ thống, kết cấu cơ khí công dụng chung")
    FLUIDS = "23", _("Hệ thống, kết cấu dẫn chất lỏng")
    MANUFACTURING = "25", _("Chế tạo")
    ENERGY = "27", _("Năng lượng, truyền nhiệt")
    ELECTRICITY = "29", _("Điện")
    ELECTRONICS = "31", _("Điện tử")
    TELECOMMUNICATIONS = "33", _("Viễn thông, âm thanh, hình ảnh")
    INFORMATION = "35", _("Công nghệ thông tin, thiết bị văn phòng")
    IMAGING = "37", _("Quang học, chụp ảnh, điện ảnh, in")
    PRECISION = "39", _("Cơ khí chính xác, kim hoàn")
    ROADS = "43", _("Đường bộ")
    RAILWAYS = "45", _("Đường sắt")
    SHIPS = "47", _("Đóng tàu, trang bị tàu biển")
    AIRCRAFT = "49", _("Máy bay, tàu vũ trụ")
    HANDLING = "53", _("Thiết bị vận chuyển vật liệu")
    PACKAGING = "55", _("Bao gói, phân phối hàng hóa")
    TEXTILES = "59", _("Dệt, da")
    CLOTHING = "61", _("May mặc")
    AGRICULTURE = "65", _("Nông nghiệp")
    FOOD = "67", _("Thực phẩm")
    CHEMISTRY = "71", _("Hóa chất")
    MINING = "73", _("Khai thác mỏ, khoáng sản")
    PETROLEUM = "75", _("Dầu mỏ")
    METALS = "77", _("Luyện kim")
    WOOD = "79", _("Gỗ")
    GLASS = "81", _("Thủy tinh, gốm")
    RUBBER = "83", _("Cao su, chất dẻo")
    PAPER = "85", _("Giấy")
    PAINTS = "87", _("Sơn, chất màu")
    BUILDING = "91", _("Vật liệu xây dựng, nhà")
    CIVIL = "93", _("Xây dựng dân dụng")
    MILITARY = "95", _("Quân sự")
    HOUSEHOLD = "97", _("Nội trợ, giải trí, thể thao")


class StandardForce(models.TextChoices):
    """What a standard is on a day; follows from its days and from what replaces it."""

    IN_FORCE = "in_force", _("Còn hiệu lực")
    REPLACED = "replaced", _("Đã thay thế")
    WITHDRAWN = "withdrawn", _("Đã hủy bỏ")


class StandardRequestKind(models.TextChoices):
    """What somebody asks the standards library for."""

    LOOK_UP = "look_up", _("Tra cứu")
    SUPPLY = "supply", _("Cung cấp tiêu chuẩn")
    TBT = "tbt", _("Hỏi đáp về hàng rào kỹ thuật (TBT)")
