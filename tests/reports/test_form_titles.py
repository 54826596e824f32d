"""How the titles of forms read where somebody chooses among them."""

import pytest

from khcn.reports.views.access import form_title


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Báo cáo quý ({{ky}})", "Báo cáo quý (kỳ báo cáo)"),
        ("Báo cáo {{ky}} và năm {{nam}}", "Báo cáo (kỳ báo cáo) và năm (năm báo cáo)"),
        ("Báo cáo năm", "Báo cáo năm"),
    ],
)
def test_a_period_stands_in_one_pair_of_brackets(title, shown):
    assert form_title(title) == shown
