"""Codes that are proposed for new records: after the newest one, with the year of the day."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from khcn.kernel.registers.code_proposals import next_code

YEAR = 2026


@pytest.mark.parametrize(
    ("newest", "proposed"),
    [
        ([], ""),
        (["bao-cao-nam"], ""),
        (["26-Q02", "26-Q10", "26-Q01"], "26-Q11"),
        (["25-Q14", "26-Q03"], "26-Q04"),
        (["HOP-2025-24", "HOP-2025-23"], "HOP-2026-01"),
        (["DX25-901", "DX25-900"], "DX26-001"),
        (["chưa rõ", "T34", "T9"], "T35"),
        (["K10-05"], "K10-06"),
        (["NV/2024/007", "NV/2026/0012"], "NV/2026/0013"),
        (["99"], "100"),
        (["2025"], ""),
        (["ĐT.05/2025"], "ĐT.01/2026"),
        (["ĐT.05/2026", "ĐT.11/2026", "ĐT.12/2025"], "ĐT.12/2026"),
        (["05/2026"], "06/2026"),
        (["12/HĐ-SKHCN-2025", "12/HĐ-SKHCN-2026"], "13/HĐ-SKHCN-2026"),
        (["07/QĐ-SKHCN"], "08/QĐ-SKHCN"),
        (["KC.26.03/25"], "KC.26.01/26"),
        (["KC.26.03/26", "KC.26.02/26"], "KC.26.04/26"),
        (["NV-12-26", "NV-11-26"], "NV-13-26"),
        (["K10-26", "K10-25"], "K10-27"),
        (["26-Q26", "26-Q25"], "26-Q27"),
        (["NV-0912345678"], ""),
    ],
)
def test_the_next_one(newest, proposed):
    assert next_code(newest, year=YEAR) == proposed


CODES = st.builds(
    "{}{}".format, st.sampled_from(["", "T", "26-Q", "25-Q", "HOP-2026-", "20", "26"]), st.integers(0, 9999)
)


@given(st.lists(CODES, min_size=1, max_size=20))
def test_it_is_never_one_of_those_and_the_next_but_one_follows(codes):
    one = next_code(codes, year=YEAR)
    assume(one)
    assert one not in codes
    two = next_code([one, *codes], year=YEAR)
    assert two not in {one, *codes}
