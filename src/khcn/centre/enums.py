"""Choices of the registers of the Centre."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class ServiceSubject(models.TextChoices):
    """What is verified, calibrated, tested or measured for a customer."""

    SCALE = "scale", _("Cân")
    SPHYGMOMANOMETER = "sphygmomanometer", _("Huyết áp kế")
    ELECTRONIC_SPHYGMOMANOMETER = "electronic_sphygmomanometer", _("Huyết áp kế điện tử")
    FUEL_DISPENSER = "fuel_dispenser", _("Cột đo xăng dầu")
    ELECTRICITY_METER = "electricity_meter", _("Công tơ điện")
    WATER_METER = "water_meter", _("Đồng hồ nước lạnh")
    TAXIMETER = "taximeter", _("Taximet")
    EARTH_SYSTEM = "earth_system", _("Hệ thống tiếp địa")
    BUILDING_SAMPLE = "building_sample", _("Mẫu vật liệu xây dựng")
    ECG_EEG = "ecg_eeg", _("Máy điện tim, điện não")
    PIPETTE = "pipette", _("Pipette")
    BIOSAFETY_CABINET = "biosafety_cabinet", _("Tủ an toàn sinh học")
    AUTOCLAVE = "autoclave", _("Nồi hấp")
    REFRACTOMETER = "refractometer", _("Máy đo khúc xạ")
    XRAY = "xray", _("Máy chụp X-quang")
    XRAY_ROOM = "xray_room", _("Phòng chụp X-quang")
    OTHER = "other", _("Loại khác")


class InstrumentKind(models.TextChoices):
    """What an instrument is: kinds that the law has verified after different times are different ones."""

    SCALE = "scale", _("Cân, trừ cân đồng hồ lò xo")
    SPRING_SCALE = "spring_scale", _("Cân đồng hồ lò xo")
    SPHYGMOMANOMETER = "sphygmomanometer", _("Huyết áp kế")
    ELECTRONIC_SPHYGMOMANOMETER = "electronic_sphygmomanometer", _("Huyết áp kế điện tử")
    FUEL_DISPENSER = "fuel_dispenser", _("Cột đo xăng dầu")
    ELECTRICITY_METER = "electricity_meter", _("Công tơ điện một pha")
    THREE_PHASE_METER = "three_phase_meter", _("Công tơ điện ba pha kiểu cảm ứng")
    ELECTRONIC_THREE_PHASE_METER = "electronic_three_phase_meter", _("Công tơ điện ba pha kiểu điện tử")
    WATER_METER = "water_meter", _("Đồng hồ nước lạnh cơ khí")
    ELECTRONIC_WATER_METER = "electronic_water_meter", _("Đồng hồ nước lạnh kiểu điện tử")
    TAXIMETER = "taximeter", _("Taximet")
    ECG_EEG = "ecg_eeg", _("Máy điện tim, điện não")
    PIPETTE = "pipette", _("Pipette")
    BIOSAFETY_CABINET = "biosafety_cabinet", _("Tủ an toàn sinh học")
    AUTOCLAVE = "autoclave", _("Nồi hấp")
    REFRACTOMETER = "refractometer", _("Máy đo khúc xạ")
    XRAY = "xray", _("Máy chụp X-quang")
    OTHER = "other", _("Loại khác")


class ServiceMethod(models.TextChoices):
    """What is done with it."""

    VERIFICATION = "verification", _("Kiểm định")
    CONTROL = "control", _("Kiểm định đối chứng")
    CALIBRATION = "calibration", _("Hiệu chuẩn")
    TESTING = "testing", _("Thử nghiệm")
    MEASUREMENT = "measurement", _("Đo, kiểm tra")


class VerificationKind(models.TextChoices):
    """On what occasion an instrument is verified."""

    INITIAL = "initial", _("Ban đầu")
    PERIODIC = "periodic", _("Định kỳ")
    AFTER_REPAIR = "after_repair", _("Sau sửa chữa")


class StandardStanding(models.TextChoices):
    """Derived of a day and never stored."""

    USABLE = "usable", _("Dùng được")
    OUT_OF_CALIBRATION = "out_of_calibration", _("Hết hạn hiệu chuẩn")
    WITHDRAWN = "withdrawn", _("Đã thôi dùng")


class ProductLine(models.TextChoices):
    """Lines of products: what a figure of the report adds up."""

    MUSHROOM_SPAWN = "mushroom_spawn", _("Giống nấm")
    MUSHROOM_BAG = "mushroom_bag", _("Nấm thương phẩm")
    STRAWBERRY_SHOOT = "strawberry_shoot", _("Chồi dâu tây")
    STRAWBERRY_PLANT = "strawberry_plant", _("Cây dâu tây")
    ANOECTOCHILUS_SHOOT = "anoectochilus_shoot", _("Chồi lan Kim Tuyến")
    ANOECTOCHILUS_PLANT = "anoectochilus_plant", _("Cây lan Kim Tuyến")
    EUCALYPTUS_SHOOT = "eucalyptus_shoot", _("Chồi bạch đàn")
    ACACIA_SHOOT = "acacia_shoot", _("Chồi keo")
    PHI_DIEP_ORCHID = "phi_diep_orchid", _("Lan Phi Điệp")
    HAC_VY_ORCHID = "hac_vy_orchid", _("Lan Hạc Vỹ")
    OTHER = "other", _("Sản phẩm khác")


class ProductUnit(models.TextChoices):
    """In what a product is counted; amounts of two units are never added."""

    KG = "kg", _("kg")
    BAG = "bag", _("bịch")
    SHOOT_BAG = "shoot_bag", _("bịch chồi")
    PLANT = "plant", _("cây")
    POT = "pot", _("chậu")
    HANGER = "hanger", _("giò")
    SQUARE_METRE = "square_metre", _("m²")


# In what the figures count the products of a line.
UNITS: Final = {
    ProductLine.MUSHROOM_SPAWN: ProductUnit.KG,
    ProductLine.MUSHROOM_BAG: ProductUnit.BAG,
    ProductLine.STRAWBERRY_SHOOT: ProductUnit.SHOOT_BAG,
    ProductLine.STRAWBERRY_PLANT: ProductUnit.PLANT,
    ProductLine.ANOECTOCHILUS_SHOOT: ProductUnit.SHOOT_BAG,
    ProductLine.ANOECTOCHILUS_PLANT: ProductUnit.PLANT,
    ProductLine.EUCALYPTUS_SHOOT: ProductUnit.SHOOT_BAG,
    ProductLine.ACACIA_SHOOT: ProductUnit.SHOOT_BAG,
    ProductLine.PHI_DIEP_ORCHID: ProductUnit.POT,
    ProductLine.HAC_VY_ORCHID: ProductUnit.HANGER,
}


class SiteKind(models.TextChoices):
    """Where the Centre grows and makes things."""

    NETHOUSE = "net_house", _("Nhà lưới")
    TISSUE_LABORATORY = "tissue_laboratory", _("Phòng nuôi cấy mô")
    ORCHID_GARDEN = "orchid_garden", _("Vườn lan")
    WORKSHOP = "workshop", _("Xưởng sản xuất, chế biến")


class ProcessKind(models.TextChoices):
    """What a process is for."""

    BIO_PREPARATION = "bio_preparation", _("Chế phẩm sinh học")
    FOOD = "food", _("Sơ chế, chế biến nông sản")
    CULTIVATION = "cultivation", _("Nuôi trồng, nhân giống")


class TrainingKind(models.TextChoices):
    """Who learns: people to whom technology is transferred, or staff of the Centre."""

    TRANSFER = "transfer", _("Tập huấn chuyển giao kỹ thuật")
    STAFF = "staff", _("Cử viên chức đi đào tạo")


class FieldWork(models.TextChoices):
    """What is done at a model field or farm."""

    MONITORING = "monitoring", _("Theo dõi, giám sát")
    DRESSING = "dressing", _("Chăm sóc, bón thúc")
    PROTECTION = "protection", _("Phòng trừ sâu bệnh")


class TaskWorkKind(models.TextChoices):
    """What the Centre had to do with a task of science and technology."""

    RESULT = "result", _("Có kết quả thực hiện")
    OUTLINE = "outline", _("Được phê duyệt thuyết minh")
    PROPOSAL = "proposal", _("Đề xuất nhiệm vụ")
