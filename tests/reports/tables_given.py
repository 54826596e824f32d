"""A table form in small: documents by kind and by whether they are rules of law, and one row for each document."""

from khcn.reports.forms.definition import parse_form
from tests.reports.conftest import HEAD_TOML

TABLES_TOML = """
[[section]]
key = "I"
label = "Biểu 01"
level = 1
title = "Nhiệm vụ theo loại"
owner = "QLKH"
annex = true

[[section]]
key = "II"
label = "Biểu 02"
level = 1
title = "Danh sách nhiệm vụ"
owner = "QLKH"
annex = true

[[table]]
section = "I"
stub = "Loại"
landscape = true

[[table.column]]
key = "tong"
title = "Tổng số"
figure = "NV-02"
sum = ["qppl", "khac"]

[[table.column]]
key = "qppl"
title = "Quy phạm"
figure = "NV-02"
where = { is_normative = "1" }

[[table.column]]
key = "khac"
title = "Văn bản khác"
figure = "NV-02"
where = { is_normative = "0" }

[[table.column]]
key = "nu"
title = "Nữ"
absent = "Sổ không ghi giới tính."

[[table.row]]
key = "tong"
label = "Tổng số"
bold = true
sum = ["qd", "kh"]

[[table.row]]
key = "qd"
number = "1"
label = "Quyết định"
where = { kind = "decision" }

[[table.row]]
key = "kh"
number = "2"
label = "Kế hoạch"
where = { kind = "plan" }

[[table]]
section = "II"
records = "NV-14"

[[table.column]]
key = "so"
title = "Số"
field = "number"

[[table.column]]
key = "ngay"
title = "Ngày"
field = "issued_on"

[[table.column]]
key = "gia"
title = "Trị giá"
absent = "Sổ không ghi trị giá."

[[rule]]
left = "I/qd.tong"
relation = "at_most"
right = "I/tong.tong"
message = "Quyết định nhiều hơn tổng số."
"""
TABLE_FORM_TOML = (
    HEAD_TOML.replace("thu-9-thang", "bieu-thu").replace('"nine_months"\n', '"nine_months"\nconfirm = true\n')
    + TABLES_TOML
)


def a_table_form(*changes):
    """The form, with pieces of its text replaced by others."""
    body = TABLE_FORM_TOML
    for old, new in changes:
        assert old in body
        body = body.replace(old, new)
    return parse_form(body)
