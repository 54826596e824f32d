"""Registers of this area too wide for one printed page (tests/kernel/test_export.py), with the columns that each page repeats."""

ACROSS = {
    "goods.goodsrecall": ["Mã đợt thu hồi *", "Nội dung thu hồi *"],
    "goods.location": ["Cơ sở sản xuất, kinh doanh *", "Mã địa điểm *"],
    "goods.lotentry": ["Lô hàng *", "Số mục"],
    "goods.participationrequest": ["Mã đăng ký *", "Ngày nhận đăng ký *"],
    "goods.tradeitem": ["Mã GTIN", "Cơ sở sản xuất, kinh doanh *"],
}
