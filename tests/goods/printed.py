"""Registers of this area too wide for one printed page (tests/kernel/test_export.py), with the columns that each page repeats."""

ACROSS = {"goods.tradeitem": ["Mã GTIN", "Cơ sở sản xuất, kinh doanh *"]}
