"""What people and programs get of the demonstration: figures, JSON interface, workbooks, report, events, stored columns.

    .venv/bin/python tools/public_output.py                 what differs from tests/demo/public_output; exit status 1 where it does
    .venv/bin/python tools/public_output.py --write         renews that folder
    .venv/bin/python tools/public_output.py --into FOLDER   the whole files, to compare those of two versions

``--migrated FILE`` names an SQLite database that is migrated already, of which a copy is filled: that takes half the time.

A change of names changes none of it. In the folder are the hashes of the whole files, and of each kind what a reader needs to see
where a difference lies. The demonstration is loaded into a database of its own, at a fixed moment.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import io
import itertools
import json
import os
import shutil
import sys
import tempfile
import uuid
import warnings
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

ROOT: Final = Path(__file__).resolve().parents[1]
STORED: Final = ROOT / "tests" / "demo" / "public_output"
HASHES: Final = "hashes.csv"
AT: Final = datetime(2023, 9, 15, 2, 0, tzinfo=UTC)
"""The moment of everything: the day after the report's last, 9 o'clock in Vietnam."""

HOST: Final = "127.0.0.1"
TRACE_QUERIES: Final = {
    "top.json": "/",
    "events.json": "/events",
    "events.xml": "/events",
    "transformations.json": "/events?eventType=TransformationEvent&orderBy=eventTime",
    "shipments.xml": "/events?EQ_bizStep=shipping&perPage=5",
    "event-types.json": "/eventTypes",
    "business-steps.json": "/bizSteps",
    "epcs.json": "/epcs",
    "upstream.json": "/trace/upstream?epc={label}",
    "downstream.json": "/trace/downstream?epc={label}",
}
"""File and question to the EPCIS interface; the file's ending is what is accepted."""

_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SIGNS: Final = {
    f"{_WORD}noBreakHyphen": "\N{NON-BREAKING HYPHEN}",
    f"{_WORD}tab": " ⇥ ",
    f"{_WORD}br": " ⏎ ",
}


def main(arguments: list[str]) -> int:
    """Compare, renew or write whole files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--into", type=Path)
    parser.add_argument("--migrated", type=Path)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="khcn-output-") as name:
        _load_demonstration(Path(name), given.migrated)
        whole = dict(_whole_files())
    if given.into:
        _write(given.into, whole)
        return 0
    found = {**dict(_readable(whole)), HASHES: _hashes(whole)}
    if given.write:
        for stale in STORED.glob("*"):
            stale.unlink()
        _write(STORED, found)
        return 0
    return _tell_differences(found)


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _tell_differences(found: dict[str, bytes]) -> int:
    """Print what differs from the folder. Gives the exit status."""
    stored = {path.name: path.read_bytes() for path in STORED.glob("*")}
    status = 0
    for name in sorted({*stored, *found}):
        before, now = (each.get(name, b"").decode().splitlines() for each in (stored, found))
        if before != now:
            status = 1
            lines = difflib.unified_diff(before, now, f"stored/{name}", f"now/{name}", lineterm="", n=0)
            print("\n".join(list(lines)[:40]))
    return status


def _hashes(whole: dict[str, bytes]) -> bytes:
    lines = [
        f"{hashlib.sha256(_unpacked(content)).hexdigest()},{name}" for name, content in sorted(whole.items())
    ]
    return ("\n".join(["sha256,file", *lines]) + "\n").encode()


def _unpacked(content: bytes) -> bytes:
    """Of a zip file its parts, in their order: how they are packed depends on the machine's zlib. Another file as it is."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return b"".join(part.encode() + b"\n" + parts.read(part) for part in parts.namelist())


def _load_demonstration(data: Path, migrated: Path | None) -> None:
    """Settings on a folder of our own, and the demonstration as ``./khcn demo`` loads it, without its accounts."""
    if migrated is not None:
        shutil.copyfile(migrated, data / "khcn.sqlite3")
    os.environ.pop("DATABASE_URL", None)
    os.environ.update(KHCN_DATA=str(data), DJANGO_SETTINGS_MODULE="khcn.config.settings", KHCN_PROVINCE="06")
    os.environ["KHCN_SECRET_KEY"] = "public-output"  # noqa: S105 -- signs the hidden keys of rows in these workbooks only
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    timezone.now = lambda: AT  # before models take it as their default
    import django  # local: settings first

    django.setup()
    from django.conf import settings  # local: settings first
    from django.core.management import call_command  # local: settings first

    from khcn.config.demo import loading, tracing  # local: settings first
    from khcn.config.demo.workbooks import division_files  # local: settings first
    from khcn.kernel.actors import SYSTEM  # local: settings first
    from khcn.reference.operations import prefill_years  # local: settings first
    from khcn.trace.views import endpoint  # local: settings first

    plain = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }  # names without hashes of content
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    endpoint._now = lambda: AT  # noqa: SLF001 -- the only clock of an EPCIS request
    settings.STATIC_ROOT.mkdir()
    if migrated is None:
        call_command("migrate", verbosity=0)
    _number_events()
    prefill_years(years=loading.CALENDAR_YEARS, actor=SYSTEM)
    first, *others = division_files(settings.DEMO)
    where: dict[str, Any] = {"folder": settings.DEMO, "output": data / "excel", "on": AT.date()}
    loading.enter_shared_lists(division=first, **where)
    for division in others:
        loading.import_division(division=division, **where)
    loading.create_reports(folder=settings.DEMO, on=AT.date())
    tracing.capture_chain(folder=settings.DEMO / "trace", at=AT)


def _number_events() -> None:
    """The entries of diaries and the transformations of lots get ids in the order of their rows, where the program draws them."""
    from khcn.goods.models import Lot, LotEntry  # local: settings first

    for model, name in ((Lot, "transformation"), (LotEntry, "event")):
        numbers = itertools.count(1)
        field = model._meta.get_field(name)
        field._get_default = lambda numbers=numbers: uuid.UUID(int=next(numbers))  # type: ignore[union-attr]  # noqa: SLF001 -- the default of a field is asked by this name


def _whole_files() -> Iterator[tuple[str, bytes]]:
    """Every file with its name, whole."""
    yield "figures.csv", _figures()
    yield "stored-columns.csv", _stored_columns()
    yield from _report_files()
    client = _client()
    yield "api/openapi.json", _answer(client, "/api/openapi.json")
    yield from _registers(client)
    yield from _traceability()


def _figures() -> bytes:
    from khcn.kernel.indicators import PeriodKind, registry  # local: settings first
    from khcn.reference.models import ReportingRegime  # local: settings first

    period = ReportingRegime.objects.get(code="BC-DINH-KY").period(PeriodKind.NINE_MONTHS, AT.year)
    lines = ["code;value;label;names"]
    for indicator in sorted(registry, key=lambda each: each.code):
        counted = indicator.counted(period)
        lines.append(f"{indicator.code};{counted.value};{indicator.label};{' | '.join(counted.lines)}")
    return ("\n".join(lines) + "\n").encode()


def _stored_columns() -> bytes:
    """Tables, columns and kinds of column: what other programs that read the database, and our own migrations, depend on."""
    from django.apps import apps  # local: settings first
    from django.db import connection  # local: settings first

    lines = [
        f"{model._meta.db_table},{field.column},{field.db_type(connection)},{'null' if field.null else ''}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.column
    ]
    return ("\n".join(["table,column,type,null", *sorted(lines)]) + "\n").encode()


def _report_files() -> Iterator[tuple[str, bytes]]:
    """The nine-month report, both instances: files, and each part of the Word file."""
    from khcn.config.demo.loading import AS_SENT, COMPUTED, FORM, YEAR  # local: settings first
    from khcn.reports.composing.compose import compose  # local: settings first
    from khcn.reports.composing.rendering import render  # local: settings first
    from khcn.reports.composing.resolve import resolve  # local: settings first
    from khcn.reports.composing.sources import source_of  # local: settings first
    from khcn.reports.models import ReportInstance  # local: settings first

    for variant in (COMPUTED, AS_SENT):
        instance = ReportInstance.objects.find(FORM, YEAR, variant)
        assert instance is not None  # noqa: S101 -- it has just been made
        document = compose(resolve(source_of(instance)))
        for kind in ("docx", "pdf", "html", "json"):
            yield f"report/{variant}.{kind}", render(document, kind)
        with zipfile.ZipFile(io.BytesIO(render(document, "docx"))) as parts:
            for part in parts.namelist():
                yield f"report/{variant}/{part}", parts.read(part)


def _client() -> Client:
    """Signed in as an administrator."""
    from django.test import Client  # local: settings first

    from khcn.kernel.actors import SYSTEM, Role, acting  # local: settings first
    from khcn.parties.models import User  # local: settings first

    with acting(SYSTEM, "public output"):
        user = User.objects.create(username="xem", full_name="Người xem", role_id=Role.ADMIN.value)
    client = Client(headers={"host": HOST})
    client.force_login(user)
    return client


def _answer(client: Client, address: str, **headers: str) -> bytes:
    """The body; of a refusal its status stands above it."""
    answer = client.get(address, headers=headers)
    content = b"".join(answer) if answer.streaming else answer.content
    return content if answer.status_code == 200 else f"{answer.status_code}\n".encode() + content  # noqa: PLR2004


def _registers(client: Client) -> Iterator[tuple[str, bytes]]:
    """Of each register one page of the JSON interface, and its workbook: the file and each part of it."""
    from khcn.kernel.registers.registry import registers  # local: settings first

    for register in sorted(registers(), key=lambda each: each.name):
        yield f"api/{register.name}.json", _answer(client, f"/api/{register.area}/{register.slug}/")
        yield f"exports/{register.name}.xlsx", _answer(client, f"{register.list_url()}export/")


def _traceability() -> Iterator[tuple[str, bytes]]:
    """Hashes and stored texts of all events, what the interface answers the authority, and the page of a label."""
    from django.test import Client  # local: settings first

    from khcn.config.demo.tracing import LABEL  # local: settings first
    from khcn.epcis import event_hash, load  # local: settings first
    from khcn.kernel.actors import SYSTEM, acting  # local: settings first
    from khcn.trace.models import Event, TraceParty  # local: settings first
    from khcn.trace.operations.api_keys import issue_key  # local: settings first

    hashes = []
    for file in sorted((ROOT / "demo" / "trace").glob("*.json")):
        hashes += [f"{file.name},{event_hash(event)}" for event in load(file.read_bytes()).events]
    yield "epcis/event-hashes.csv", ("\n".join(["file,hash", *hashes]) + "\n").encode()
    stored = Event.objects.order_by("id").values_list("event_id", "event_time", "biz_step", "body")
    yield "epcis/stored-events.txt", "".join("\t".join(map(str, row)) + "\n" for row in stored).encode()
    with acting(SYSTEM, "public output"):
        authority = TraceParty(name="Sở Khoa học và Công nghệ", gln="9521000000004", is_authority=True)
        authority.save()
    key = issue_key(party=authority, label="xem", actor=SYSTEM, at=AT, until=date(2999, 12, 31))
    client = Client(headers={"host": HOST, "Authorization": f"Bearer {key}"})
    for name, query in TRACE_QUERIES.items():
        address = "/epcis" + query.format(label=f"https://id.gs1.org{LABEL}")
        yield f"epcis/{name}", _answer(client, address, Accept=f"application/{name.rpartition('.')[2]}")
    visitor = Client(headers={"host": HOST})
    yield "label/page.html", _answer(visitor, LABEL)
    yield (
        "label/linkset.json",
        _answer(visitor, f"{LABEL}?linkType=linkset", Accept="application/linkset+json"),
    )


def _readable(whole: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Of the whole files what shows a reader where a difference lies."""
    for name in ("figures.csv", "stored-columns.csv", "epcis/event-hashes.csv"):
        yield name.rpartition("/")[2], whole[name]
    yield "operations.txt", _text(_operations(json.loads(whole["api/openapi.json"])))
    yield "records.txt", _text(_first_records(whole))
    yield "workbooks.txt", _text(_headings(whole))
    document = whole["report/tu-du-lieu/word/document.xml"]
    yield "report.txt", _text(_paragraphs(document))


def _text(lines: Iterator[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def _operations(schema: dict[str, Any]) -> Iterator[str]:
    """One line for each operation: its parameters, the names of its body, and the hash of its whole description."""
    for path, methods in schema["paths"].items():
        for method, described in methods.items():
            parameters = ",".join(each["name"] for each in described.get("parameters", ()))
            bodies = described.get("requestBody", {}).get("content", {}).values()
            names = ",".join(name for body in bodies for name in body["schema"].get("properties", ()))
            digest = hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:16]
            yield f"{method.upper()} {path} {described['operationId']} ({parameters}) [{names}] {digest}"


def _first_records(whole: dict[str, bytes]) -> Iterator[str]:
    """The first record of each register as the JSON interface gives it."""
    for name, content in whole.items():
        if name.startswith("api/") and name != "api/openapi.json":
            page = json.loads(content) if content.startswith(b"{") else {"refused": content.decode()}
            shown = page["items"][0] if page.get("items") else page
            yield f"{name}: {json.dumps(shown, ensure_ascii=False, indent=1)}"


def _headings(whole: dict[str, bytes]) -> Iterator[str]:
    """Sheets, headings and number of rows of each workbook."""
    import openpyxl  # local: slow import

    for name, content in whole.items():
        if name.endswith(".xlsx"):
            with warnings.catch_warnings(action="ignore"):  # it does not read print areas of whole columns
                book = openpyxl.load_workbook(io.BytesIO(content))
            for sheet in book.worksheets:
                head = " | ".join(str(cell.value) for cell in sheet[1])
                yield f"{name}: {sheet.title}, {sheet.max_row - 1} rows: {head}"


def _paragraphs(document: bytes) -> Iterator[str]:
    """Style and text of each paragraph of a Word file, those of tables among them."""
    for paragraph in etree.fromstring(document).iter(f"{_WORD}p"):
        style = paragraph.find(f"{_WORD}pPr/{_WORD}pStyle")
        text = "".join(_SIGNS.get(each.tag, each.text or "") for each in paragraph.iter(f"{_WORD}t", *_SIGNS))
        yield f"{'' if style is None else style.get(f'{_WORD}val')}: {text}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
