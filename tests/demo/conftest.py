"""The demonstration year: its text files, and the same imported once for a whole module."""

import csv
import tomllib
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from datetime import date
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import transaction

from khcn.config.demo.loading import AS_SENT, COMPUTED, FORM, enter_shared_lists, import_division
from khcn.config.demo.workbooks import division_files
from khcn.config.national_lists import FOLDER as NATIONAL_LISTS
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.indicators import PeriodKind
from khcn.reference.models import ReportingRegime
from khcn.reports import operations as reports
from khcn.reports.models import FormVersion

CUT_OFF = date(2023, 9, 14)
ENTERED = date(2023, 9, 15)  # the workbooks have facts of the day after, which the report must leave out


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="session")
def demo_rows():
    """Rows of every text file by the name of its register: the national lists, and what the demonstration adds."""
    rows = defaultdict(list)
    for folder in (NATIONAL_LISTS, settings.DEMO):
        for path in sorted(folder.glob("*.csv")):
            rows[path.stem] += rows_of(path)
    return dict(rows)


@pytest.fixture(scope="session")
def as_sent_file():
    return tomllib.loads((settings.DEMO / "reports" / "nhu-da-gui.toml").read_text("utf-8"))


@pytest.fixture(scope="session")
def statements(shared_dir):
    """The inventory of countable statements of the report, by number."""
    return {row["id"]: row for row in rows_of(shared_dir / "domain" / "figures.csv")}


_made = ExitStack()
"""Takes the year back."""
_years = []
"""The year while it is stored."""


@pytest.fixture(scope="module")
def demo_year(django_db_setup, django_db_blocker, tmp_path_factory):
    """The workbooks imported through the same door as users', and the two reports."""
    if not _years:
        _years.append(_made.enter_context(_stored_year(django_db_blocker, tmp_path_factory)))
        _made.callback(_years.clear)
    return _years[0]


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item, nextitem):
    """After the last test of the group, or before one of another group, which must not find the rows of the year."""
    if nextitem is None or _group(nextitem) != _group(item):
        _made.close()


def _group(item):
    mark = item.get_closest_marker("xdist_group")
    return mark.args[0] if mark else ""


@contextmanager
def _stored_year(django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock(), transaction.atomic():
        first, *others = division_files(settings.DEMO)
        where = {"folder": settings.DEMO, "output": tmp_path_factory.mktemp("excel"), "on": ENTERED}
        records = enter_shared_lists(division=first, **where)
        records += sum(import_division(division=division, **where) for division in others)
        with acting(SYSTEM, "test"):
            reports.sync_shipped_forms(actor=SYSTEM, on=CUT_OFF)
            form = FormVersion.objects.latest_of(FORM)
            made = {
                variant: reports.create_report(
                    form_version=form,
                    year=2023,
                    variant=variant,
                    variant_label=variant,
                    actor=SYSTEM,
                    on=CUT_OFF,
                )
                for variant in (COMPUTED, AS_SENT)
            }
            for variant, instance in made.items():
                text = (settings.DEMO / "reports" / f"{variant}.toml").read_text("utf-8")
                reports.load_instance_file(instance=instance, text=text, actor=SYSTEM, on=CUT_OFF)
        period = ReportingRegime.objects.get(code="BC-DINH-KY").period(PeriodKind.NINE_MONTHS, 2023)
        yield SimpleNamespace(records=records, period=period, computed=made[COMPUTED], as_sent=made[AS_SENT])
        transaction.set_rollback(True)
