"""The demonstration year after import: its figures, terms and reports, and what moves when one record changes."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction

from bench.handwritten import STATEMENTS, names_of
from khcn.councils.models import CouncilMeeting
from khcn.directives.models import AdvisedDocument
from khcn.dossiers.models import Dossier
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.deadlines.kinds import registry as deadline_kinds
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.deadlines.startup_checks import missing_rules
from khcn.kernel.indicators import Share, registry
from khcn.kernel.integrity.running import ask_all
from khcn.kernel.integrity_rules import IntegrityLevel
from khcn.reports.checking.checks import run_checks
from khcn.reports.composing.report_parts import RecordRows, TypedRows
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_of
from khcn.science.models import ScienceTask, TaskAmendment, TaskMilestone, TaskProposal
from tests.demo.conftest import CUT_OFF
from tests.of_areas import merged

# one process: importing the year takes longer than most tests that ask about it
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]

# In tests/<area>/demonstrated.py: what each figure is, and the names that the report prints beside some.
FIGURES, NAMES = merged("demonstrated", "FIGURES"), merged("demonstrated", "NAMES")
IN_ORDER = {"NT-01"}  # printed in the order of the days; the others are compared as sets of names


def values(period):
    return {indicator.code: indicator.value(period) for indicator in registry}


def test_every_row_of_the_text_files_is_a_record(demo_year, demo_rows):
    assert demo_year.records == sum(map(len, demo_rows.values()))


def test_all_figures_of_the_year(demo_year):
    assert values(demo_year.period) == FIGURES


def test_every_statement_comes_out_with_its_value(demo_year, statements):
    for indicator in registry:
        for figure in indicator.figure_ids:
            assert indicator.value(demo_year.period) == int(statements[figure]["value"]), (
                indicator.code,
                figure,
            )


@pytest.mark.parametrize("indicator", registry, ids=lambda each: each.code)
def test_each_figure_is_the_measure_of_its_own_records(demo_year, indicator):
    rows = list(indicator.records(demo_year.period))
    column = indicator.measure.column
    measured = sum(getattr(row, column) for row in rows) if column else len(rows)
    if isinstance(indicator.measure, Share):
        measured = round(Decimal(100 * measured) / len(rows), 2)
    assert indicator.value(demo_year.period) == measured
    assert indicator.counted(demo_year.period).value == FIGURES[indicator.code]


@pytest.mark.parametrize("code", NAMES)
def test_names_beside_the_figures(demo_year, code):
    lines = registry[code].counted(demo_year.period).lines
    wanted = NAMES[code].split("; ")
    assert list(lines) == wanted if code in IN_ORDER else sorted(lines) == sorted(wanted)


# ------------------------------------------------------------------------------------ the two reports


def findings(instance):
    found = run_checks(resolve(source_of(instance)))
    return [each for each in found if each.code not in {"not_handed_in", "typed_over_data"}]


def test_the_computed_report_contradicts_itself_nowhere(demo_year):
    assert findings(demo_year.computed) == []


def test_the_report_as_sent_holds_its_known_contradictions(demo_year):
    found = [
        (each.code, each.section_1, each.value_1[:40], each.section_2) for each in findings(demo_year.as_sent)
    ]
    assert sorted(found) == sorted(
        [
            ("two_values", "A.III.2.a", "10", "C.1"),  # 1
            ("sum", "A.III.2.a", "22 + 06 + 02 = 30", "A.III.2.a"),  # 3
            ("list_count", "C.1", "05", "C.1"),  # 9
            ("two_values", "A.III.2.a", "Nấm Linh chi và Vân chi", "B.2"),  # 11
            ("share", "A.III.6", "46 hồ sơ TTHC, số", "A.III.6"),  # 16
            ("rate_without_denominator", "A.III.6", "100%", ""),  # 17
            ("late_not_said", "A.I", "Đã hoàn thành (Quyết định số 713/QĐ-UBND", "A.I"),  # 33
            ("duplicate_entry", "A.III.3", "4. Dự án xây dựng công trình xưởng tuyển", "A.III.3"),  # 40
            ("share", "A.III.6", "100% hồ sơ giải quyết TTHC đúng hạn", "A.III.6"),  # 17
            ("other_kind", "A.III.7", "02 dự án KH&CN cấp", "A.III.7"),  # 37
            ("named_twice", "A.III.4.b", "Tham mưu cho UBND tỉnh ban hành Kế hoạch", "A.III.4.b"),  # 47
            ("standard", "A.III.4.b", "TCVN ISO 9001:2015", "A.III.4.b"),  # 47
            ("other_period", "C", "6 THÁNG CUỐI NĂM 2023", ""),  # 43
            ("other_period", "B.1", "trong tháng", ""),  # 44
            ("lunar_year", "A.III.3", "Quý sửu năm 2023", ""),  # 46
        ]
    )
    assert all(each.remedy for each in findings(demo_year.as_sent))


def plain_text(instance):
    """Headings, paragraphs, tables and notes, as one line."""
    parts = []
    for section in resolve(source_of(instance)).sections:
        if section.source.annex:
            continue  # the real report refers to it, but it has not come down to us
        if section.heading:
            parts += [section.source.label, section.heading.text]
        for block in section.blocks:
            match block:
                case RecordRows():
                    heads = [str(column.heading) for column in block.columns]
                    parts += [
                        "| " + " | ".join(row) + " |" for row in (heads, *block.occurrence.printed.rows)
                    ]
                case TypedRows():
                    parts += [cell.text for row in (block.head, *block.rows) for cell in row]
                case _:
                    parts.append(block.text)
        parts += [note.text for note in section.notes.values()]
    return " ".join(" ".join(parts).split())


def test_the_report_as_sent_says_what_the_inventory_quotes(demo_year, statements):
    text = plain_text(demo_year.as_sent)
    quotes = {f"F{number:03d}" for number in range(1, 59)} | {
        "F059",
        "F063",
        "F064",
        "F193",
        "F195",
        "F196",
        "F197",
    }
    missing = {figure for figure in quotes if " ".join(statements[figure]["quote"].split()) not in text}
    assert missing == set()


def test_the_report_as_sent_is_the_seed_word_for_word(demo_year, shared_dir):
    seed = (shared_dir / "seed" / "bao-cao-9-thang-2023.txt").read_text("utf-8")
    words = re.findall(r"\w+", plain_text(demo_year.as_sent))
    body = seed[seed.index("A. KẾT QUẢ") : seed.index("Trên đây là Báo cáo")]
    body = re.sub(r"(?<![mM])[¹²³⁴⁵⁶⁷⁸]", "", body)  # marks of footnotes, not of square and cubic metres
    body = re.sub(r"(?m)^[12] (?=Trong đó|Ứng dụng)", "", body)
    assert sorted(words) == sorted(re.findall(r"\w+", body))


# ---------------------------------------------------------------------- one record changes, these figures move

ONE_CHANGE = {
    "one proposal more": (
        lambda: TaskProposal.objects.get(code="DX24-902"),
        {"received_on": "14/09/2023"},
        {"DX-01": 76, "DX-05": 14},
    ),
    "one acceptance fewer": (
        lambda: TaskMilestone.objects.get(task__code="T02", kind="accepted_province"),
        {"on": "15/09/2023"},
        {
            "NT-01": 3,
            "NT-02": 3,
            "TL-01": 13,
            "TH-01": 5,
            "TH-02": 7,
            "TH-03": 10,
        },  # its end of execution has passed, and its dossier is in
    ),
    "one meeting fewer": (
        lambda: CouncilMeeting.objects.get(kind="supplementary"),
        {"held_on": "14/12/2022"},
        {"HD-01": 24, "HD-04": 0},
    ),
    "one extension more": (
        lambda: TaskAmendment.objects.get(task__code="T08", kind="extend_duration"),
        {"decided_on": "14/09/2023"},
        {"DC-02": 2},
    ),
    "one task of the ministry less": (
        lambda: ScienceTask.objects.get(code="T25"),
        {"managing_side": "central"},
        {"NV-01": 39, "NV-02": 30, "NV-05": 5, "NV-06": 3},
    ),
    "one dossier late": (
        lambda: Dossier.objects.get(code="000.00.15.H03-230515-0001"),
        {"ended_on": "13/09/2023", "delivered_on": None},
        {"HS-02": 39, "HS-03": 34, "HS-05": 1, "HS-13": Decimal("97.50"), "HS-14": Decimal("84.78")},
    ),
    "one draft more": (
        lambda: AdvisedDocument.objects.get(code="TM-2023-05"),
        {"advised_on": "15/12/2022"},
        {"VB-01": 2},
    ),
}


@pytest.mark.parametrize("change", ONE_CHANGE)
def test_one_record_moves_exactly_the_figures_that_count_it(demo_year, change):
    find, new, moved = ONE_CHANGE[change]
    with transaction.atomic(), acting(SYSTEM, "test"):
        record = find()
        for name, value in new.items():
            setattr(record, name, record._meta.get_field(name).to_python(iso(value)))
        record.save()
        after = values(demo_year.period)
        transaction.set_rollback(True)
    assert {code: value for code, value in after.items() if value != FIGURES[code]} == moved


def iso(value):
    """ "14/09/2023" as a field of a model reads it; other values as they are."""
    return "-".join(reversed(value.split("/"))) if value and value.count("/") == 2 else value


def test_every_figure_has_its_statement():
    assert {each.code for each in registry} == set(STATEMENTS)


def test_figures_equal_the_statements_written_by_hand(demo_year):
    """By a database expert, from the definition of each figure."""
    found = {}
    with connection.cursor() as cursor:
        for code, statement in STATEMENTS.items():
            cursor.execute(statement, names_of(demo_year.period))
            value = cursor.fetchone()[0]
            is_share = isinstance(registry[code].measure, Share)
            found[code] = round(Decimal(str(value)), 2) if is_share else value
    assert found == values(demo_year.period)
    assert sum(1 for value in found.values() if value) > 50


def test_all_terms_run(demo_year):
    """Those of tasks, requests, assigned work and reports, each with a day and none without its rule."""
    found = {
        kind: Deadline.objects.filter(kind=kind, due_on__isnull=False).count()
        for kind in deadline_kinds.kinds
    }
    assert len(found) == 72
    # nobody asks about their own data in the year that the demonstration shows (tests/privacy has those terms)
    unused = {"privacy.answer", "privacy.provide", "privacy.carry_out", "privacy.carry_out_elsewhere"}
    unused |= {"dossiers.new_date"}  # no dossier of the year was late
    unused |= {"goods.participation"}  # producers of the year took part before there was a form for it
    unused |= {
        "goods.urgent_stop"
    }  # goods are recalled after the workbooks are entered (config/demo/dealings.py)
    # no denunciation in the year, and its complaint is not accepted yet
    unused |= {"inspection.denunciation_acceptance", "inspection.denunciation", "inspection.complaint"}
    assert {kind for kind, count in found.items() if not count} == unused
    undated = Deadline.objects.filter(due_on=None, stopped_since=None)
    assert list(undated.values_list("subject_label", "kind")) == []
    # the law on personal data is in force since 2026
    assert [code for code in missing_rules(on=CUT_OFF) if not code.startswith("privacy.")] == []
    assert missing_rules(on=date(2026, 7, 1)) == []


@pytest.mark.parametrize("year", [2023, 2026])
def test_no_rule_of_integrity_finds_an_error(demo_year, year):
    """On its own day and years later; the diary in it became events today, which is after both."""
    found = ask_all(datetime(year, 9, 20, 5, tzinfo=UTC))
    found = [each for each in found if each.rule != "trace.event_recorded_in_future"]
    errors = [each for each in found if each.fault or (each.count and each.level == IntegrityLevel.ERROR)]
    assert errors == []
