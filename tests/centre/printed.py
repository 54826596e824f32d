"""Registers of this area too wide for one printed page (tests/kernel/test_export.py), with the columns that each page repeats."""

ACROSS = {
    "centre.instrumentverification": ["Phương tiện đo *", "Ngày thực hiện *"],
    "centre.measuringinstrument": ["Mã phương tiện đo *", "Khách hàng *"],
}
