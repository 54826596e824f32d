"""Names of the steps of a journey, in Vietnamese and English."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from khcn.epcis.cbv import BIZ_STEP


class Label(NamedTuple):
    """A text in both languages of the public pages."""

    vi: str
    en: str

    def in_language(self, language: str) -> str:
        """The text in a language; Vietnamese unless English is asked for."""
        return self.en if language == "en" else self.vi


# Each standard step of CBV 2.0, section 7.1.
STANDARD: Final[dict[str, Label]] = {
    "accepting": Label("Nghiệm thu hàng", "Accepting"),
    "arriving": Label("Hàng đến nơi", "Arriving"),
    "assembling": Label("Lắp ghép", "Assembling"),
    "collecting": Label("Thu gom", "Collecting"),
    "commissioning": Label("Tạo lô hàng, gắn mã", "Commissioning"),
    "consigning": Label("Giao cho bên vận chuyển", "Consigning"),
    "creating_class_instance": Label("Tạo lô hàng", "Creating a lot"),
    "cycle_counting": Label("Kiểm đếm hàng", "Cycle counting"),
    "decommissioning": Label("Thôi dùng mã", "Decommissioning"),
    "departing": Label("Hàng rời nơi gửi", "Departing"),
    "destroying": Label("Tiêu hủy", "Destroying"),
    "disassembling": Label("Tháo rời", "Disassembling"),
    "dispensing": Label("Cấp phát", "Dispensing"),
    "encoding": Label("Ghi mã vào nhãn", "Encoding"),
    "entering_exiting": Label("Ra vào cổng", "Entering or exiting"),
    "holding": Label("Giữ hàng chờ xử lý", "Holding"),
    "inspecting": Label("Kiểm tra chất lượng", "Inspecting"),
    "installing": Label("Lắp đặt", "Installing"),
    "killing": Label("Vô hiệu hóa thẻ mã", "Killing the tag"),
    "loading": Label("Xếp hàng lên xe", "Loading"),
    "other": Label("Công đoạn khác", "Other step"),
    "packing": Label("Đóng gói", "Packing"),
    "picking": Label("Soạn hàng", "Picking"),
    "receiving": Label("Nhận hàng", "Receiving"),
    "removing": Label("Gỡ ra", "Removing"),
    "repackaging": Label("Đóng gói lại", "Repackaging"),
    "repairing": Label("Sửa chữa", "Repairing"),
    "replacing": Label("Thay thế", "Replacing"),
    "reserving": Label("Dành trước mã", "Reserving"),
    "retail_selling": Label("Bán cho người dùng", "Selling to the consumer"),
    "sampling": Label("Lấy mẫu", "Sampling"),
    "sensor_reporting": Label("Cảm biến ghi nhận", "Sensor reading"),
    "shipping": Label("Gửi hàng đi", "Shipping"),
    "staging_outbound": Label("Tập kết chờ xuất", "Staging outbound"),
    "stock_taking": Label("Kiểm kê kho", "Stock taking"),
    "stocking": Label("Bày hàng", "Stocking"),
    "storing": Label("Lưu kho", "Storing"),
    "transporting": Label("Vận chuyển", "Transporting"),
    "unloading": Label("Dỡ hàng khỏi xe", "Unloading"),
    "unpacking": Label("Mở bao gói", "Unpacking"),
    "void_shipping": Label("Hủy việc gửi hàng", "Void shipping"),
}

# Steps of farms and workshops that the CBV does not define, by the last word of their URI.
OF_FARMS: Final[dict[str, Label]] = {
    "planting": Label("Trồng", "Planting"),
    "sowing": Label("Gieo hạt", "Sowing"),
    "growing": Label("Chăm sóc", "Growing"),
    "caring": Label("Chăm sóc", "Caring"),
    "fertilizing": Label("Bón phân", "Fertilizing"),
    "spraying": Label("Phun thuốc bảo vệ thực vật", "Spraying"),
    "feeding": Label("Cho ăn", "Feeding"),
    "vaccinating": Label("Tiêm phòng", "Vaccinating"),
    "harvesting": Label("Thu hoạch", "Harvesting"),
    "slaughtering": Label("Giết mổ", "Slaughtering"),
    "sorting": Label("Phân loại", "Sorting"),
    "washing": Label("Rửa sạch", "Washing"),
    "milling": Label("Nghiền, xay", "Milling"),
    "drying": Label("Phơi, sấy", "Drying"),
    "fermenting": Label("Ủ, lên men", "Fermenting"),
    "processing": Label("Chế biến", "Processing"),
    "transforming": Label("Chế biến", "Processing"),
    "freezing": Label("Cấp đông", "Freezing"),
    "labelling": Label("Dán nhãn", "Labelling"),
    "labeling": Label("Dán nhãn", "Labelling"),
}

OWN_STEPS: Final = "urn:khcn:goods:bizstep:"
"""How the URIs of steps begin that this program gives to the words of farms (EPCIS 2.0, 7.3.5: a vocabulary of one's own)."""

_PROCESSING: Final = OF_FARMS["processing"]
_BY_TYPE: Final[dict[tuple[str, str], Label]] = {
    ("ObjectEvent", "ADD"): STANDARD["commissioning"],
    ("ObjectEvent", "DELETE"): STANDARD["decommissioning"],
    ("AggregationEvent", "ADD"): STANDARD["packing"],
    ("AggregationEvent", "DELETE"): STANDARD["unpacking"],
    ("AssociationEvent", "ADD"): STANDARD["installing"],
    ("AssociationEvent", "DELETE"): STANDARD["removing"],
}
_RECORDED: Final = Label("Ghi nhận", "Recorded")
_UNSPECIFIC_STEPS: Final = frozenset({"", "other", "commissioning", "creating_class_instance"})
_LAST_WORD: Final = re.compile(r"(?:^|[/#:\-])([a-z_]+)$")


def step_label(biz_step: str, event_type: str, action: str) -> Label:
    """The name of a step.

    A transformation is called processing where its business step says only that a lot was created. A step that is neither
    a standard word nor listed for farms is named after the type of the event, because its URI is not a name.

    Args:
        biz_step: a standard word or a URI, as in the event; empty where it has none.
        event_type: "ObjectEvent" and so on.
        action: ADD, OBSERVE, DELETE, or empty.
    """
    if event_type == "TransformationEvent" and biz_step in _UNSPECIFIC_STEPS:
        return _PROCESSING
    word = BIZ_STEP.bare(biz_step)
    if word in STANDARD:
        return STANDARD[word]
    if farm_word := _farm_word(biz_step):
        return OF_FARMS[farm_word]
    if event_type == "TransformationEvent":
        return _PROCESSING
    return _BY_TYPE.get((event_type, action), _RECORDED)


def step_uri(biz_step: str) -> str:
    """The business step as everybody may read it: the standard word, or the URI for a word of farms; "" for one that has no name here.

    >>> step_uri("https://example.org/steps/harvesting"), step_uri("packing"), step_uri("https://example.org/secret")
    ('urn:khcn:goods:bizstep:harvesting', 'packing', '')
    """
    word = BIZ_STEP.bare(biz_step)
    if word in STANDARD:
        return word
    farm_word = _farm_word(biz_step)
    return OWN_STEPS + farm_word if farm_word else ""


def _farm_word(biz_step: str) -> str:
    """The last word of a step's URI, where it is one of farms."""
    last = _LAST_WORD.search(biz_step.lower())
    return last[1] if last and last[1] in OF_FARMS else ""
