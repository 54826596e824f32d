"""`/metrics`: sums over all processes, by names of routes, for monitoring alone and at little cost."""

import http.client
import os
import re
import signal
import time
from pathlib import Path

import pytest

from bench.service import Service
from khcn.config.monitoring import metrics as counting
from khcn.config.monitoring.condition import AlarmCode
from khcn.config.monitoring.exposition import _EXPLAINED, _FIGURE
from khcn.config.monitoring.metrics import Metrics, make_folder, metrics_of_process

STRANGER = "203.0.113.9"


def values(text):
    """Sample by its name and labels."""
    lines = (line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, _space, value in lines}


@pytest.mark.django_db
def test_the_condition_is_read_when_it_is_asked_for(client):
    answer = client.get("/metrics")
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["Cache-Control"] == "no-store"
    found = values(answer.content.decode())
    assert {f'khcn_alarm{{code="{code}"}}' for code in AlarmCode} <= set(found)
    assert found['khcn_alarm{code="scheduler"}'] == 1
    assert found['khcn_alarm{code="database"}'] == 0
    assert found['khcn_queue_jobs{state="waiting"}'] == 0
    assert found["khcn_trace_captures_waiting"] == 0
    assert found['khcn_disk_free_bytes{folder="data"}'] > 0


def test_figures_of_the_condition_are_explained():
    text = (Path(counting.__file__).with_name("condition.py")).read_text("utf-8")
    named = set(re.findall(r'figures\[f?[\'"]([a-z_]+)', text)) | set(re.findall(r"f'([a-z_]+)\{\{", text))
    named |= set(re.findall(r'"(trace_[a-z_]+)":', text))
    named.discard("waiting")  # a key of the lines that make figures
    of_backups = {
        f"{name}_last_good_{what}"
        for name in ("backup", "rehearsal")
        for what in ("timestamp_seconds", "bytes")
    }
    assert named | {"daily_work_late"} | of_backups == set(_EXPLAINED)
    assert _FIGURE.fullmatch('disk_free_bytes{folder="data"}').groups() == (
        "disk_free_bytes",
        "folder",
        "data",
    )


@pytest.mark.django_db
def test_strangers_find_nothing_there(client, settings):
    assert client.get("/metrics", REMOTE_ADDR=STRANGER).status_code == 404
    assert client.post("/metrics").status_code == 405
    settings.MONITORING_TOKEN = "k" * 32
    headers = {"HTTP_AUTHORIZATION": "Bearer " + "k" * 32}
    assert client.get("/metrics", REMOTE_ADDR=STRANGER, **headers).status_code == 200


def test_commands_and_tests_count_nothing():
    assert metrics_of_process() is None


class Child:
    def __init__(self, found, *labels):
        self.found, self.labels_of = found, labels

    def labels(self, *labels):
        return Child(self.found, *labels)

    def inc(self, amount=1):
        self.found.append((self.labels_of, amount))

    observe = inc


def test_no_sender_fills_the_memory(monkeypatch):
    """Methods are anything that somebody sends; routes and statuses are ours."""
    monkeypatch.setattr(counting, "_MOST_KINDS", 3)
    made, found = Metrics.__new__(Metrics), []
    made._children = {}
    for name in ("_requests", "_seconds", "_statements", "_database_seconds"):
        setattr(made, name, Child(found))
    for number in range(10):
        made.count((f"route-{number}", f"METHOD{number}", "200"), 0.1, 0, 0.0)
    assert len(made._children) == 4
    assert found[0] == (("route-0", "other", "200"), 1)
    assert found[-2] == (("other", "other", "other"), 1)


def test_folders_of_servers_that_are_gone_are_removed(tmp_path, monkeypatch):
    monkeypatch.setenv(counting.FOLDER_VARIABLE, "")
    monkeypatch.setattr(counting, "_IN_MEMORY", tmp_path)
    for name in ("khcn-metrics-999999999-a", f"khcn-metrics-{os.getppid()}-b", "other"):
        (tmp_path / name).mkdir()
    make_folder(tmp_path / "nobody-writes-here")
    own = Path(os.environ[counting.FOLDER_VARIABLE])
    assert {each.name for each in tmp_path.iterdir()} == {own.name, f"khcn-metrics-{os.getppid()}-b", "other"}
    assert own.stat().st_mode & 0o777 == 0o700


def test_a_system_without_memory_for_files_counts_in_the_folder_of_data(tmp_path, monkeypatch):
    monkeypatch.setenv(counting.FOLDER_VARIABLE, "")
    monkeypatch.setattr(counting, "_IN_MEMORY", tmp_path / "absent")
    make_folder(tmp_path)
    assert Path(os.environ[counting.FOLDER_VARIABLE]).parent == tmp_path


def test_all_processes_count_into_one_sum_that_outlives_them(tmp_path, put_migrated_database):
    put_migrated_database(tmp_path)
    service = Service(tmp_path)

    def ask(path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=120)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer, body

    def counted():
        return values(ask("/metrics")[1])

    health = 'khcn_requests_total{method="GET",route="healthz",status="200"}'
    try:
        service.start()
        for _each in range(40):  # each on a connection of its own, so that both processes have some
            assert ask("/healthz")[0].status == 200
        ask("/khong-co?q=bi-mat")
        found = counted()
        assert found[health] == 40
        assert found['khcn_request_seconds_count{route="healthz"}'] == 40
        assert found['khcn_requests_total{method="GET",route="none",status="404"}'] == 1
        assert found['khcn_database_statements_total{route="readyz"}'] > 0
        assert found["khcn_connections"] >= 0
        assert not any("bi-mat" in name or "khong-co" in name for name in found)
        assert ask("/metrics", **{"X-Forwarded-For": "127.0.0.1"})[0].status == 404
        until = time.monotonic() + 120
        while len(found := service.web_workers()) < 2:
            assert time.monotonic() < until
            time.sleep(0.05)
        first = found[0]
        os.kill(first, signal.SIGKILL)
        while len(service.web_workers()) < 2 or first in service.web_workers():
            assert time.monotonic() < until
            time.sleep(0.05)
        assert counted()[health] == 40
        answer, _body = ask("/healthz")
        assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])
        [folder] = Path("/dev/shm").glob(f"khcn-metrics-{service.process.pid}-*")
        os.kill(service.process.pid, signal.SIGTERM)
        assert service.process.wait(120) == 0
        assert not folder.exists()
    finally:
        service.kill_all()
