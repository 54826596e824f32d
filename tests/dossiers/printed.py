"""Registers of this area too wide for one printed page (tests/kernel/test_export.py), with the columns that each page repeats."""

ACROSS = {
    "dossiers.dossier": ["Mã hồ sơ *", "Thủ tục hành chính *"],
    "dossiers.procedure": ["Mã thủ tục *", "Có hiệu lực từ ngày *"],
}
