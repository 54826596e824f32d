"""The log of the service: where it goes, how a line looks, and that faults of ours are in it."""

import json
import logging
import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.decorators import login_not_required
from django.test import Client
from django.urls import path

from khcn.config import settings as installed
from khcn.config.logging import JsonLines, TextLines

LOGGING = installed.LOGGING


def test_each_line_has_its_time_with_the_offset():
    record = logging.LogRecord("khcn.x", logging.WARNING, "", 1, "lời %s", ("báo",), None)
    line = TextLines().format(record)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0700 WARNING khcn\.x lời báo", line)
    for_programs = datetime.fromisoformat(json.loads(JsonLines().format(record))["time"])
    assert for_programs.utcoffset() == timedelta(0)


def test_the_service_writes_to_its_standard_error_and_nowhere_else():
    assert {name: each["class"] for name, each in LOGGING["handlers"].items()} == {
        "console": "logging.StreamHandler"
    }
    assert LOGGING["root"]["handlers"] == ["console"]
    assert [name for name, each in LOGGING["loggers"].items() if "handlers" in each] == []


@login_not_required
def broken(request):
    raise ZeroDivisionError


@pytest.mark.django_db
def test_a_fault_of_ours_is_in_the_log_with_its_place(settings, caplog):
    settings.ROOT_URLCONF = type("urls", (), {"urlpatterns": [path("x/", broken)]})
    assert Client(raise_request_exception=False).get("/x/").status_code == 500
    [record] = [each for each in caplog.records if each.name == "django.request"]
    assert (record.levelname, record.getMessage()) == ("ERROR", "Internal Server Error: /x/")
    assert record.exc_info[0] is ZeroDivisionError
    assert "in broken" in caplog.text
