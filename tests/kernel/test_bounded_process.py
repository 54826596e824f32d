"""Processes for files that people send: each limit is really set, and what goes wrong in them ends nothing else."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from khcn.kernel import bounded_process
from khcn.kernel.bounded_process import (
    AnswerTooLarge,
    NotDoneNow,
    ProcessFailed,
    ProcessLimits,
    fork_server_of,
    run_bounded,
)

GENEROUS = ProcessLimits(seconds=600, cpu_seconds=20, memory=2**29, answer=100)
WORK = {
    "memory": "x = bytearray(2**28)",
    "processor": "while True: pass",
    "waiting": "import time; time.sleep(60)",
    "crash": "import os; os.abort()",
    "fault": "raise LookupError",
}
LIMITED = {
    "memory": ProcessLimits(seconds=600, cpu_seconds=20, memory=2**27, answer=100),
    "processor": ProcessLimits(seconds=600, cpu_seconds=1, memory=2**29, answer=100),
    "waiting": ProcessLimits(seconds=0.5, cpu_seconds=20, memory=2**29, answer=100),
}


NAME = "work_of_the_test"


@pytest.fixture
def module(monkeypatch, tmp_path):
    """Has the fork server load a module of the test, whose answer begins with these statements."""

    def made(work):
        package = tmp_path / "khcn" / "kernel" / "bounded_process"
        package.mkdir(parents=True)
        (package / "fork_server.py").write_text(bounded_process.PROGRAM.read_text())
        (tmp_path / f"{NAME}.py").write_text(f"def answer(request):\n    {work}\n    return request * 2\n")
        monkeypatch.setattr(bounded_process, "PROGRAM", package / "fork_server.py")
        return NAME

    yield made
    fork_server_of(NAME).stop()


def test_the_answer_comes_back(module):
    assert run_bounded(module("pass"), b"\0\xff", GENEROUS) == b"\0\xff\0\xff"


@pytest.mark.parametrize("work", WORK)
def test_a_process_that_takes_too_much_or_dies_is_ended(module, work):
    with pytest.raises(ProcessFailed) as ended:
        run_bounded(module(WORK[work]), b"", LIMITED.get(work, GENEROUS))
    assert type(ended.value) is (NotDoneNow if work == "waiting" else ProcessFailed)


def test_that_no_process_could_be_started_is_no_fault_of_the_work(module, monkeypatch):
    def refuse(_server):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(bounded_process.ForkServer, "connect", refuse)
    with pytest.raises(NotDoneNow):
        run_bounded(module("pass"), b"", GENEROUS)


def test_what_is_within_the_limits_is_not_ended(module):
    assert run_bounded(module(WORK["memory"]), b"x", GENEROUS) == b"xx"


def test_too_long_an_answer_is_not_taken(module):
    assert len(run_bounded(module("pass"), b"x" * 50, GENEROUS)) == 100
    with pytest.raises(AnswerTooLarge):
        run_bounded(NAME, b"x" * 51, GENEROUS)


def test_a_fault_is_in_the_log_with_its_place(module, caplog):
    with pytest.raises(ProcessFailed):
        run_bounded(module(WORK["fault"]), b"", GENEROUS)
    assert f'{NAME}.py", line 2, in answer' in caplog.text
    assert caplog.text.rstrip().endswith("LookupError")


def test_one_piece_of_work_leaves_nothing_to_the_next(module):
    name = module("global seen; seen = globals().get('seen', 0) + 1; request = b'%d' % seen")
    assert [run_bounded(name, b"", GENEROUS) for _ in range(3)] == [b"11", b"11", b"11"]


def test_several_at_once_each_get_their_own_answer(module):
    name = module("import time; time.sleep(0.02)")
    with ThreadPoolExecutor(3) as threads:  # as many as one program admits
        sent = [f"{number}".encode() for number in range(30)]
        assert list(threads.map(lambda each: run_bounded(name, each, GENEROUS), sent)) == [
            each * 2 for each in sent
        ]


def test_a_fork_server_that_was_killed_is_started_again(module):
    name = module("import os; request = b'%d ' % os.getppid()")
    first, second = run_bounded(name, b"", GENEROUS).split()
    assert first == second
    os.kill(int(first), signal.SIGKILL)
    until = time.monotonic() + 120
    while Path(f"/proc/{int(first)}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < until
    assert run_bounded(name, b"", GENEROUS).split()[0] not in {first, b""}


def test_a_program_forked_off_has_a_fork_server_of_its_own(module):
    name = module("import os; request = b'%d ' % os.getppid()")
    ours = run_bounded(name, b"", GENEROUS)
    read, write = os.pipe()
    if (pid := os.fork()) == 0:
        try:
            os.write(write, run_bounded(name, b"", GENEROUS))
        finally:
            os._exit(0)  # as a killed program: nobody stops its fork server, which has to end by itself
    os.waitpid(pid, 0)
    its = os.read(read, 100)
    os.close(read)
    os.close(write)
    assert its.split()[0] not in {ours.split()[0], b""}
    assert run_bounded(name, b"", GENEROUS) == ours
    until = time.monotonic() + 120
    while Path(f"/proc/{int(its.split()[0])}").exists():
        assert time.monotonic() < until
