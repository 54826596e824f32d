"""What steps of a journey are called for people, in Vietnamese and English."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from khcn.epcis.cbv import BIZ_STEP


class Words(NamedTuple):
    """A text in both languages of the public pages."""

    vi: str
    en: str

    def said_in(self, language: str) -> str:
        """The text in a language; Vietnamese unless English is asked for."""
        return self.en if language == "en" else self.vi


# Each standard step of CBV 2.0, section 7.1.
STANDARD: Final[dict[str, Words]] = {
    "accepting": Words("Nghiệm thu hàng", "Accepting"),
    "arriving": Words("Hàng đến nơi", "Arriving"),
    "assembling": Words("Lắp ghép", "Assembling"),
    "collecting": Words("Thu gom", "Collecting"),
    "commissioning": Words("Tạo lô hàng, gắn mã", "Commissioning"),
    "consigning": Words("Giao cho bên vận chuyển", "Consigning"),
    "creating_class_instance": Words("Tạo lô hàng", "Creating a lot"),
    "cycle_counting": Words("Kiểm đếm hàng", "Cycle counting"),
    "decommissioning": Words("Thôi dùng mã", "Decommissioning"),
    "departing": Words("Hàng rời nơi gửi", "Departing"),
    "destroying": Words("Tiêu hủy", "Destroying"),
    "disassembling": Words("Tháo rời", "Disassembling"),
    "dispensing": Words("Cấp phát", "Dispensing"),
    "encoding": Words("Ghi mã vào nhãn", "Encoding"),
    "entering_exiting": Words("Ra vào cổng", "Entering or exiting"),
    "holding": Words("Giữ hàng chờ xử lý", "Holding"),
    "inspecting": Words("Kiểm tra chất lượng", "Inspecting"),
    "installing": Words("Lắp đặt", "Installing"),
    "killing": Words("Vô hiệu hóa thẻ mã", "Killing the tag"),
    "loading": Words("Xếp hàng lên xe", "Loading"),
    "other": Words("Công đoạn khác", "Other step"),
    "packing": Words("Đóng gói", "Packing"),
    "picking": Words("Soạn hàng", "Picking"),
    "receiving": Words("Nhận hàng", "Receiving"),
    "removing": Words("Gỡ ra", "Removing"),
    "repackaging": Words("Đóng gói lại", "Repackaging"),
    "repairing": Words("Sửa chữa", "Repairing"),
    "replacing": Words("Thay thế", "Replacing"),
    "reserving": Words("Dành trước mã", "Reserving"),
    "retail_selling": Words("Bán cho người dùng", "Selling to the consumer"),
    "sampling": Words("Lấy mẫu", "Sampling"),
    "sensor_reporting": Words("Cảm biến ghi nhận", "Sensor reading"),
    "shipping": Words("Gửi hàng đi", "Shipping"),
    "staging_outbound": Words("Tập kết chờ xuất", "Staging outbound"),
    "stock_taking": Words("Kiểm kê kho", "Stock taking"),
    "stocking": Words("Bày hàng", "Stocking"),
    "storing": Words("Lưu kho", "Storing"),
    "transporting": Words("Vận chuyển", "Transporting"),
    "unloading": Words("Dỡ hàng khỏi xe", "Unloading"),
    "unpacking": Words("Mở bao gói", "Unpacking"),
    "void_shipping": Words("Hủy việc gửi hàng", "Void shipping"),
}

# Steps that farms and workshops have and the CBV has not: by the last word of whatever URI names them.
OF_FARMS: Final[dict[str, Words]] = {
    "planting": Words("Trồng", "Planting"),
    "sowing": Words("Gieo hạt", "Sowing"),
    "growing": Words("Chăm sóc", "Growing"),
    "caring": Words("Chăm sóc", "Caring"),
    "fertilizing": Words("Bón phân", "Fertilizing"),
    "spraying": Words("Phun thuốc bảo vệ thực vật", "Spraying"),
    "feeding": Words("Cho ăn", "Feeding"),
    "vaccinating": Words("Tiêm phòng", "Vaccinating"),
    "harvesting": Words("Thu hoạch", "Harvesting"),
    "slaughtering": Words("Giết mổ", "Slaughtering"),
    "sorting": Words("Phân loại", "Sorting"),
    "washing": Words("Rửa sạch", "Washing"),
    "milling": Words("Nghiền, xay", "Milling"),
    "drying": Words("Phơi, sấy", "Drying"),
    "fermenting": Words("Ủ, lên men", "Fermenting"),
    "processing": Words("Chế biến", "Processing"),
    "transforming": Words("Chế biến", "Processing"),
    "freezing": Words("Cấp đông", "Freezing"),
    "labelling": Words("Dán nhãn", "Labelling"),
    "labeling": Words("Dán nhãn", "Labelling"),
}

_PROCESSING: Final = OF_FARMS["processing"]
_BY_TYPE: Final[dict[tuple[str, str], Words]] = {
    ("ObjectEvent", "ADD"): STANDARD["commissioning"],
    ("ObjectEvent", "DELETE"): STANDARD["decommissioning"],
    ("AggregationEvent", "ADD"): STANDARD["packing"],
    ("AggregationEvent", "DELETE"): STANDARD["unpacking"],
    ("AssociationEvent", "ADD"): STANDARD["installing"],
    ("AssociationEvent", "DELETE"): STANDARD["removing"],
}
_NOTED: Final = Words("Ghi nhận", "Recorded")
_SAYS_LITTLE: Final = frozenset({"", "other", "commissioning", "creating_class_instance"})
_LAST_WORD: Final = re.compile(r"(?:^|[/#:\-])([a-z_]+)$")


def step_words(biz_step: str, event_type: str, action: str) -> Words:
    """What a step is called.

    A transformation is called processing where its business step says no more than that a lot came to be. A step that is
    no standard word and none that farms use is called after the kind of the event: its URI is nobody's name for anything.

    Args:
        biz_step: a standard word or a URI, as an event has it; empty where it has none.
        event_type: "ObjectEvent" and so on.
        action: ADD, OBSERVE, DELETE, or empty.
    """
    if event_type == "TransformationEvent" and biz_step in _SAYS_LITTLE:
        return _PROCESSING
    word = BIZ_STEP.bare(biz_step)
    if word in STANDARD:
        return STANDARD[word]
    last = _LAST_WORD.search(biz_step.lower())
    if last and last[1] in OF_FARMS:
        return OF_FARMS[last[1]]
    if event_type == "TransformationEvent":
        return _PROCESSING
    return _BY_TYPE.get((event_type, action), _NOTED)
