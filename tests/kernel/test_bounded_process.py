"""Processes for files that people send: each limit is really set, and what goes wrong in them ends nothing else."""

import pytest

from khcn.kernel import bounded_process
from khcn.kernel.bounded_process import AnswerTooLarge, ProcessFailed, ProcessLimits, run_bounded

GENEROUS = ProcessLimits(seconds=30, cpu_seconds=20, memory=2**29, answer=100)
WORK = {
    "memory": "x = bytearray(2**28)",
    "processor": "while True: pass",
    "waiting": "import time; time.sleep(60)",
    "crash": "import os; os.abort()",
    "fault": "raise LookupError",
}
LIMITED = {
    "memory": ProcessLimits(seconds=30, cpu_seconds=20, memory=2**27, answer=100),
    "processor": ProcessLimits(seconds=30, cpu_seconds=1, memory=2**29, answer=100),
    "waiting": ProcessLimits(seconds=0.5, cpu_seconds=20, memory=2**29, answer=100),
}


@pytest.fixture
def module(monkeypatch, tmp_path):
    """Has the child load a module of the test, which does what it is told."""

    def made(work):
        package = tmp_path / "khcn" / "kernel" / "bounded_process"
        package.mkdir(parents=True)
        (package / "child.py").write_text(bounded_process.CHILD.read_text())
        (tmp_path / "work_of_the_test.py").write_text(
            f"def answer(request):\n    {work}\n    return request * 2\n"
        )
        monkeypatch.setattr(bounded_process, "CHILD", package / "child.py")
        return "work_of_the_test"

    return made


def test_the_answer_comes_back(module):
    assert run_bounded(module("pass"), b"\0\xff", GENEROUS) == b"\0\xff\0\xff"


@pytest.mark.parametrize("work", WORK)
def test_a_process_that_takes_too_much_or_dies_is_ended(module, work):
    with pytest.raises(ProcessFailed) as ended:
        run_bounded(module(WORK[work]), b"", LIMITED.get(work, GENEROUS))
    assert type(ended.value) is ProcessFailed


def test_what_is_within_the_limits_is_not_ended(module):
    assert run_bounded(module(WORK["memory"]), b"x", GENEROUS) == b"xx"


def test_too_long_an_answer_is_not_taken(module):
    assert len(run_bounded(module("pass"), b"x" * 50, GENEROUS)) == 100
    with pytest.raises(AnswerTooLarge):
        run_bounded("work_of_the_test", b"x" * 51, GENEROUS)
