"""Registers of this area too wide for one printed page (tests/kernel/test_export.py), with the columns that each page repeats."""

ACROSS = {
    "finance.publicasset": ["Mã tài sản *", "Tên tài sản *"],
    "finance.tenderpackage": ["Mã gói thầu *", "Kế hoạch lựa chọn nhà thầu *"],
}
