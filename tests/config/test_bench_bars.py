"""A bar that was not measured does not hold, and says so."""

import pytest

from bench.measure import Bar
from bench.trace.messages import Figure, Note, received, tell


@pytest.mark.parametrize(
    ("value", "at_least", "holds", "words"),
    [
        (5, False, True, "(≤ 5 ms)  đạt"),
        (5.001, False, False, "(≤ 5 ms)  CHƯA ĐẠT"),
        (5, True, True, "(≥ 5 ms)  đạt"),
        (4.999, True, False, "(≥ 5 ms)  CHƯA ĐẠT"),
        (None, False, False, "(≤ 5 ms)  KHÔNG ĐO ĐƯỢC"),
        (None, True, False, "(≥ 5 ms)  KHÔNG ĐO ĐƯỢC"),
    ],
)
def test_bar(value, at_least, holds, words):
    bar = Bar("tên", value, 5, "ms", "chi tiết", at_least=at_least)
    assert bar.holds is holds
    assert words in str(bar)
    assert str(bar).endswith("chi tiết")


@pytest.mark.parametrize(
    "message",
    [
        Bar("tên", 1.5, 5, "×", "“chi tiết”", at_least=True),
        Bar("tên", None, 5, "MB"),
        Figure("a b", 0.5),
        Note("nạp\n"),
    ],
)
def test_what_a_measuring_process_tells_is_received(message, capsys):
    tell(message)
    (line,) = capsys.readouterr().out.splitlines()
    assert received(line) == message
