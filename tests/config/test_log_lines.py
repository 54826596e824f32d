"""The log: lines for people and for programs, which nobody can forge, and which hold nothing that opens something."""

import json
import logging
import sys
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from khcn.config import environment_values
from khcn.config.logging import JsonLines, NamesRequest, TextLines, escaped, withheld
from khcn.config.monitoring import statements
from khcn.config.monitoring.observed_request import ObservedRequest, current, id_of_proxy
from khcn.config.monitoring.statements import StatementWatch
from khcn.kernel.actors import Role
from khcn.kernel.audit.models import ChangeEntry
from khcn.web.views import home


def record(message, *arguments, fault=None, **more):
    made = logging.LogRecord("khcn.x", logging.WARNING, "x.py", 1, message, arguments, fault)
    vars(made).update(more)
    NamesRequest().filter(made)
    return made


@pytest.fixture
def observed(rf):
    request = rf.get("/")
    token = current.set(ObservedRequest("0" * 31 + "7", request))
    yield
    current.reset(token)


HOSTILE = "a\nERROR root bịa\r\x1b[31m\x00\x7f\x9b31m\u2028\u202eb"


def test_what_somebody_sends_stays_in_its_line():
    text = TextLines().format(record("tên %s", HOSTILE))
    assert text.endswith(r"WARNING khcn.x tên a\nERROR root bịa\r\x1b[31m\x00\x7f\x9b31m\u2028\u202eb")
    line = JsonLines().format(record("tên %s", HOSTILE))
    assert line.isprintable()
    assert json.loads(line)["message"] == f"tên {HOSTILE}"


def test_a_traceback_cannot_look_like_a_line_of_its_own():
    try:
        int(HOSTILE)
    except ValueError:
        made = record("hỏng", fault=sys.exc_info())
    first, *others = TextLines().format(made).splitlines()
    assert first.endswith("hỏng")
    assert others
    assert [each for each in others if not each.startswith("    ")] == []
    found = json.loads(JsonLines().format(made))
    assert found["exception"].startswith("Traceback (most recent call last):\n")


def test_lines_name_the_request(observed):
    assert json.loads(JsonLines().format(record("x")))["request"] == "0" * 31 + "7"
    assert TextLines().format(record("x")).endswith(f"x [{'0' * 31}7 ]")


def test_lines_of_django_after_the_middleware_name_the_request_too(rf):
    request = rf.get("/")
    request.request_id = "0" * 31 + "8"
    assert json.loads(JsonLines().format(record("x", request=request)))["request"] == "0" * 31 + "8"
    assert "request" not in json.loads(JsonLines().format(record("x", request="một chuỗi")))


def test_lines_outside_a_request_have_no_empty_fields():
    assert sorted(json.loads(JsonLines().format(record("x")))) == [
        "level", "logger", "message", "process", "time",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Not Found: /calendar/abc-DEF_1.ics", "Not Found: /calendar/…"),
        (
            "Unprocessable Content: /password/reset/MQ/c1-0a/ of x",
            "Unprocessable Content: /password/reset/… of x",
        ),
        ("Not Found: /science/tasks/?q=Nguy%E1%BB%85n", "Not Found: /science/tasks/?…"),
        ("at /a?b c /d?token=1", "at /a?… c /d?…"),
        ("Bearer abc.def-1, basic xyz==", "Bearer …, basic …"),
        ("postgres://khcn:mat@khau@db/khcn", "postgres://…@khau@db/khcn"),
        ("gửi tới le.hoa+a@so.backan.gov.vn không được", "gửi tới …@… không được"),
        ("x\nDETAIL:  Key (email)=(a@b.vn) already exists.\ny", "x\nDETAIL: …\ny"),
        ("password='abc', token: xyz; sessionid=1", "password='…', token: …; sessionid=…"),
        ("Hồ sơ 12/2023: 50% @ 3", "Hồ sơ 12/2023: 50% @ 3"),
    ],
)
def test_what_a_log_must_not_hold_is_taken_out(text, expected):
    assert withheld(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000,
        "/" * 200_000,
        "a@" * 100_000,
        "://" * 60_000,
        "token=" * 30_000,
        "/password/reset/" * 15_000,
    ],
)
def test_long_texts_are_no_burden(text):
    """Each of them would take an expression that goes back and forth minutes."""
    assert escaped(withheld(text))


def test_ids_come_from_nginx_or_are_our_own():
    given = "0123456789abcdef" * 2
    assert id_of_proxy(given) == given
    for other in ("", "x", given.upper(), given + "0", given[:-1] + "\n", "<script>"):
        made = id_of_proxy(other)
        assert made != other
        assert len(made) == 32


@pytest.mark.django_db
def test_the_answer_the_log_of_changes_and_the_page_of_a_fault_name_the_same_request(
    client, django_user_model, monkeypatch, caplog
):
    client.raise_request_exception = False
    sent = client.get("/healthz", headers={"X-Request-ID": "f" * 32})["X-Request-ID"]
    assert sent != "f" * 32  # what a client claims of itself
    assert sent != client.get("/healthz")["X-Request-ID"]
    from khcn.kernel.actors import SYSTEM, acting

    with acting(SYSTEM, "thử"):
        user = django_user_model(username="a", full_name="A", role_id=Role.ADMIN.value)
        user.set_password("mat-khau-thu-nghiem")
        user.save()
    answer = client.post("/login/", {"username": "a", "password": "mat-khau-thu-nghiem"})
    entry = ChangeEntry.objects.filter(action="sign_in").get()
    assert entry.batch.hex == answer["X-Request-ID"]

    def broken(*_arguments):
        raise ZeroDivisionError

    monkeypatch.setattr(home, "render", broken)
    page = client.get("/")
    assert page.status_code == 500
    assert f"<code>{page['X-Request-ID'][:12]}</code>" in page.content.decode()


# ------------------------------------------------------------------------------------- slow statements


@pytest.mark.django_db
def test_a_slow_statement_is_logged_without_its_values(caplog, observed, monkeypatch):
    clock = iter((10.0, 11.5, 20.0, 20.9))
    monkeypatch.setattr(statements, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    with connection.execute_wrapper(StatementWatch(1.0)), connection.cursor() as cursor:
        cursor.execute("SELECT\n  %s", ["bí mật"])
    [line] = [each for each in caplog.records if each.name == "khcn.config.monitoring.statements"]
    NamesRequest().filter(line)
    found = json.loads(JsonLines().format(line))
    assert found["statement"] == "SELECT %s"
    assert found["message"] == "slow statement, 1500 ms: SELECT %s"
    assert (found["milliseconds"], found["request"]) == (1500, "0" * 31 + "7")
    assert "bí mật" not in caplog.text
    assert current.get().statements == 1
    caplog.clear()
    with connection.execute_wrapper(StatementWatch(1.0)), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert caplog.records == []


# -------------------------------------------------------------------------------- settings that are texts


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (lambda: environment_values.env_listen("KHCN_X", default="127.0.0.1:8000"), "8000"),
        (lambda: environment_values.env_listen("KHCN_X", default="127.0.0.1:8000"), "127.0.0.1:0"),
        (lambda: environment_values.env_listen("KHCN_X", default="127.0.0.1:8000"), "127.0.0.1:65536"),
        (lambda: environment_values.env_listen("KHCN_X", default="127.0.0.1:8000"), "may-chu:80"),
        (lambda: environment_values.env_networks("KHCN_X", default=""), "10.0.0.1/8"),
        *(
            (lambda: environment_values.env_origins("KHCN_X"), text)
            for text in (
                "khcn.example.vn",
                "https://khcn.example.vn/",
                "https://*.example.vn",
                "https://a:443 https://b",
                "null",
            )
        ),
        (lambda: environment_values.env_token("KHCN_X"), "ngan"),
        (lambda: environment_values.env_token("KHCN_X"), "k" * 31 + " k"),
        (lambda: environment_values.env_choice("KHCN_X", "text", "json"), "JSON"),
    ],
)
def test_texts_that_cannot_be_read_are_refused_with_their_name(monkeypatch, read, text):
    monkeypatch.setenv("KHCN_X", text)
    with pytest.raises(ImproperlyConfigured, match="KHCN_X"):
        read()
    monkeypatch.delenv("KHCN_X")
    read()


def test_where_the_server_listens(monkeypatch):
    monkeypatch.setenv("KHCN_X", "[::1]:8001")
    found = environment_values.env_listen("KHCN_X", default="127.0.0.1:8000")
    assert (found.host, found.port, str(found)) == ("::1", 8001, "[::1]:8001")
