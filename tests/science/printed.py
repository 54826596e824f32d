"""Registers of this area too wide for one printed page (tests/kernel/test_export.py), with the columns that each page repeats."""

ACROSS = {
    "science.amendmentrequest": ["Nhiệm vụ *", "Loại điều chỉnh *", "Ngày đề nghị *"],
    "science.taskamendment": ["Nhiệm vụ *", "Loại điều chỉnh *", "Ngày quyết định *"],
    "science.proposalcall": ["Mã thông báo *", "Loại thông báo *"],
    "science.submission": ["Thông báo *", "Tổ chức nộp", "Tên đề xuất, hồ sơ *"],
    "science.taskproposal": ["Mã đề xuất *", "Tên đề xuất *"],
    "science.sciencetask": ["Mã nhiệm vụ *", "Tên nhiệm vụ *"],
}
