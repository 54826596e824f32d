"""No shipped template and no shipped form has the name of a province: they print the name of the day."""

import tomllib
from pathlib import Path

import pytest

from khcn.kernel.papers.kinds import all_paper_kinds
from khcn.kernel.papers.models import TemplateFormat
from khcn.kernel.papers.template_versions import format_of
from khcn.reports.forms.definition import SHIPPED

NAME = "bắc kạn"
# Names of other bodies, of a protected product, a publication and of tasks, in the words of the report of 2023; none of them follows the province.
OTHER_NAMES = (
    "Đài Phát thanh và Truyền hình Bắc Kạn",
    "Bí xanh thơm Bắc Kạn",
    "Quy hoạch và Kiểm định xây dựng Bắc Kạn",
    "mùn cưa cây Keo tại tỉnh Bắc Kạn”",
    "sản xuất rau, quả hữu cơ tại tỉnh Bắc Kạn”",
    "Nông lịch Bắc Kạn",
    "Bệnh viện Đa khoa Bắc Kạn",
    "Chi nhánh xăng dầu tỉnh Bắc Kạn",
    "Công ty Điện lực Bắc Kạn",
    "trên đất dốc tại tỉnh Bắc Kạn)",
)
FILES = [
    *sorted(SHIPPED.glob("*.toml")),
    *sorted({each.template for each in all_paper_kinds()}),
]


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_name_is_typed(path: Path):
    content = path.read_bytes()
    if format_of(content) != TemplateFormat.TOML:
        pytest.skip("a Word template has no typed letterhead of its own here")
    found = []
    for text in texts(tomllib.loads(content.decode())):
        left = text
        for name in OTHER_NAMES:
            left = left.replace(name, "")
        if NAME in left.casefold():
            place = left.casefold().index(NAME)
            found.append(left[max(place - 60, 0) : place + 20])
    assert found == []
