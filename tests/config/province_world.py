"""In a process of its own, on the database that the settings name: a province is made with parties, accounts and a signed report of
the demonstration, and with a record of each register or without, or what it has on record is printed.

Usage: python -m tests.config.province_world fill|begin|read CODE …
"""

import json
import os
import sys
from datetime import date
from functools import cache
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
django.setup()

from django.apps import apps  # noqa: E402 -- after set-up
from django.conf import settings  # noqa: E402 -- the same
from django.core.management import call_command  # noqa: E402 -- the same
from django.utils import timezone  # noqa: E402 -- the same

from khcn.config.demo.accounts import create_accounts  # noqa: E402 -- the same
from khcn.config.demo.loading import (  # noqa: E402 -- the same
    CALENDAR_YEARS,
    COMPUTED,
    create_reports,
    enter_shared_lists,
    import_division,
)
from khcn.config.demo.tracing import capture_chain  # noqa: E402 -- the same
from khcn.config.demo.workbooks import division_files  # noqa: E402 -- the same
from khcn.kernel.actors import SYSTEM  # noqa: E402 -- the same
from khcn.kernel.audit.log_verification import verify_log  # noqa: E402 -- the same
from khcn.kernel.files.models import StoredFile  # noqa: E402 -- the same
from khcn.kernel.files.operations import store_file  # noqa: E402 -- the same
from khcn.kernel.indicators.period import Period  # noqa: E402 -- the same
from khcn.kernel.indicators.registry import registry  # noqa: E402 -- the same
from khcn.kernel.numbering.models import IssuedNumber, NumberBook  # noqa: E402 -- the same
from khcn.kernel.registers.registry import registers  # noqa: E402 -- the same
from khcn.parties.models import User  # noqa: E402 -- the same
from khcn.reference.models import (  # noqa: E402 -- the same
    AdminUnit,
    CodeListItem,
    RegimeWindow,
    ReportingRegime,
    RuleParameter,
)
from khcn.reference.operations import prefill_years  # noqa: E402 -- the same
from khcn.reports.freezing.approval import approve_report  # noqa: E402 -- the same
from khcn.reports.models import FormVersion, FrozenFigure, FrozenReport, ReportInstance  # noqa: E402 -- the same
from khcn.reports.operations import compile_report, submit_report  # noqa: E402 -- the same
from khcn.trace.models import Event, Identity, LineageEdgeEnd, TraceParty  # noqa: E402 -- the same
from tests.factories.registry import factory_of  # noqa: E402 -- the same
from tests.reports.approval_given import each_waived  # noqa: E402 -- the same

YEAR = Period(date(2023, 1, 1), date(2024, 1, 1), 2023)
CODES = ("code", "number", "gln")
NAMED_BY_ALL = {"parties.organisation", "trace.traceparty"}
# What is the same in every installation: its rows became one.
SHARED = (AdminUnit, CodeListItem, RuleParameter, ReportingRegime, RegimeWindow, FormVersion)


@cache
def rows_of(indicator):
    return list(indicator.rows(YEAR))


def figures(province):
    """National lists are counted as a whole: both provinces have the same."""
    found = {}
    for each in registry:
        rows = rows_of(each)
        if each.model._meta.app_label == "reference":
            found[each.code] = [str(each.measure.over(rows))]
            continue
        rows = [row for row in rows if row.province == province]
        found[each.code] = [str(each.measure.over(rows)), sorted(row.pk for row in rows)]
    return found


def codes(province):
    found = {}
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        for name in CODES if "province" in names else ():
            if name in names and model not in SHARED:
                rows = model._base_manager.filter(province=province).order_by("pk")
                found[f"{model._meta.label_lower}.{name}"] = [
                    [pk, str(value)] for pk, value in rows.values_list("pk", name)
                ]
    return found


def as_lists(rows):
    return [[str(value) for value in row] for row in rows]


def numbers(province):
    books = NumberBook.objects.filter(province=province).order_by("pk")
    issued = IssuedNumber.objects.filter(book__in=books).order_by("pk")
    return [
        as_lists(books.values_list("pk", "book", "unit_code", "year", "last", "last_issued_on")),
        as_lists(issued.values_list("pk", "book", "number", "text", "issued_on", "given_to", "voided_on")),
    ]


def reports(province):
    instances = ReportInstance.objects.filter(province=province).order_by("pk")
    frozen = FrozenReport.objects.filter(instance__in=instances).order_by("pk")
    of_figures = FrozenFigure.objects.filter(report__in=frozen).order_by("pk")
    columns = [
        name
        for name in ("pk", "code", "value", "records", "lines", "seal")
        if name == "pk" or name in {field.name for field in FrozenFigure._meta.concrete_fields}
    ]
    return [
        as_lists(frozen.values_list("pk", "seal", "fingerprint", "sha256_docx", "log_position", "log_seal")),
        as_lists(of_figures.values_list(*columns)),
    ]


def goods(province):
    owners = list(TraceParty.objects.filter(province=province).order_by("pk").values_list("pk", flat=True))
    return [
        as_lists(model.objects.filter(owner__in=owners).order_by(*order).values_list(*columns))
        for model, order, columns in (
            (Event, ["id"], ["id", "event_id", "owner", "body"]),
            (Identity, ["event", "owner"], ["event", "owner", "event_time"]),
            (LineageEdgeEnd, ["event", "part", "side", "thing"], ["event", "thing", "side", "voided"]),
        )
    ]


def fill():
    """The same, and two records more of every register: to copy a table is the same work for any number of its rows."""
    begin()
    for register in (*registers(), *registers()):
        factory_of(register.model)()
    assert verify_log().findings == []  # which seals what was written


def begin():
    """As `khcn demo` does, without files and of the registers of the divisions only the organisations and persons that these name; what
    has keys, seals and numbers of its own is made. A report is signed.
    """
    call_command("migrate", verbosity=0)
    on = date(2023, 10, 2)
    prefill_years(years=CALENDAR_YEARS, actor=SYSTEM)
    first, *others = division_files(settings.DEMO)
    output = Path(settings.DATA) / "excel"
    enter_shared_lists(folder=settings.DEMO, division=first, output=output, on=on)
    create_accounts(settings.DEMO)
    for division in others:
        if not NAMED_BY_ALL.isdisjoint(division.registers):
            import_division(folder=settings.DEMO, division=division, output=output, on=on)
    create_reports(folder=settings.DEMO, on=on, variants=[COMPUTED])
    capture_chain(folder=settings.DEMO / "trace", at=timezone.now())
    office, leader = (User.objects.get(username=name).actor for name in ("vanphong", "lanhdao"))
    report = ReportInstance.objects.get(variant=COMPUTED)
    for step in (compile_report, submit_report):
        step(instance=report, actor=office, on=on)
        report.refresh_from_db()
    approve_report(
        instance=report, actor=leader, on=on, signer_name="Nguyễn Văn A", waivers=each_waived(report, "thử")
    )
    store_file(content=f"%PDF-1.7 {settings.PROVINCE}".encode(), name="a.pdf", actor=SYSTEM)
    assert verify_log().findings == []


def read(province):
    found = {each.__name__: each(province) for each in (figures, codes, numbers, reports, goods)}
    return found | {"files": sorted(row.sha256 for row in StoredFile.objects.all() if row.is_intact())}


if __name__ == "__main__":
    what, *provinces = sys.argv[1:]
    if what != "read":
        {"fill": fill, "begin": begin}[what]()
    found = {"log": [str(each) for each in verify_log().findings]} if what == "read" else {}
    json.dump(found | {each: read(each) for each in provinces}, sys.stdout)
