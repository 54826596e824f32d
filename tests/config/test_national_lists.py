"""The lists that come with the program, entered into an empty database: exactly their rows, and nothing the second time."""

import shutil
import tomllib
from collections import Counter
from datetime import date

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils import translation

from khcn.config.management.commands import upgrade
from khcn.config.national_lists import FOLDER, REGISTERS, enter_national_lists
from khcn.config.register_files import read_rows
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.dated.models import current_successors
from khcn.kernel.intake.models import Batch
from khcn.kernel.registers.registry import register_of
from khcn.kernel.workbooks.workbook_sheet import sheet_columns
from khcn.reference.models import AdminUnit, AdminUnitSuccession, CodeListItem, LegalDocument, RuleParameter
from khcn.reference.operations import enter_shipped_rules
from khcn.reference.queries import shipped_rules

TODAY = date(2026, 1, 15)
LAST_DAY, MERGED = date(2025, 6, 30), date(2025, 7, 1)
PROVINCE = "province"

# Decision 19/2025/QĐ-TTg
IN_FORCE = """
    01 Hà Nội, 04 Cao Bằng, 08 Tuyên Quang, 11 Điện Biên, 12 Lai Châu, 14 Sơn La, 15 Lào Cai, 19 Thái Nguyên, 20 Lạng Sơn,
    22 Quảng Ninh, 24 Bắc Ninh, 25 Phú Thọ, 31 Hải Phòng, 33 Hưng Yên, 37 Ninh Bình, 38 Thanh Hóa, 40 Nghệ An, 42 Hà Tĩnh,
    44 Quảng Trị, 46 Huế, 48 Đà Nẵng, 51 Quảng Ngãi, 52 Gia Lai, 56 Khánh Hòa, 66 Đắk Lắk, 68 Lâm Đồng, 75 Đồng Nai,
    79 Hồ Chí Minh, 80 Tây Ninh, 82 Đồng Tháp, 86 Vĩnh Long, 91 An Giang, 92 Cần Thơ, 96 Cà Mau
"""
# Resolution 202/2025/QH15, article 1, in its order: the name that lives on, and who else was merged into it
MERGERS = {
    "Tuyên Quang": ["Hà Giang"],
    "Lào Cai": ["Yên Bái"],
    "Thái Nguyên": ["Bắc Kạn"],
    "Phú Thọ": ["Hòa Bình", "Vĩnh Phúc"],
    "Bắc Ninh": ["Bắc Giang"],
    "Hưng Yên": ["Thái Bình"],
    "Hải Phòng": ["Hải Dương"],
    "Ninh Bình": ["Hà Nam", "Nam Định"],
    "Quảng Trị": ["Quảng Bình"],
    "Đà Nẵng": ["Quảng Nam"],
    "Quảng Ngãi": ["Kon Tum"],
    "Gia Lai": ["Bình Định"],
    "Khánh Hòa": ["Ninh Thuận"],
    "Lâm Đồng": ["Bình Thuận", "Đắk Nông"],
    "Đắk Lắk": ["Phú Yên"],
    "Hồ Chí Minh": ["Bà Rịa - Vũng Tàu", "Bình Dương"],
    "Đồng Nai": ["Bình Phước"],
    "Tây Ninh": ["Long An"],
    "Cần Thơ": ["Hậu Giang", "Sóc Trăng"],
    "Vĩnh Long": ["Bến Tre", "Trà Vinh"],
    "Đồng Tháp": ["Tiền Giang"],
    "Cà Mau": ["Bạc Liêu"],
    "An Giang": ["Kiên Giang"],
}
UNCHANGED = {
    "Hà Nội", "Cao Bằng", "Điện Biên", "Lai Châu", "Sơn La", "Lạng Sơn", "Quảng Ninh", "Thanh Hóa", "Nghệ An", "Hà Tĩnh", "Huế",
}  # fmt: skip


def enter(**options):
    return enter_national_lists(on=TODAY, **options)


@pytest.fixture(scope="module")
def entered(django_db_setup, django_db_blocker):
    """The lists in an empty database, entered while the screen speaks English; taken back after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        with translation.override("en"):
            yield enter()
        transaction.set_rollback(True)


def stored(name):
    return list(apps.get_model(name).objects.order_by("pk").values())


def everything():
    return [stored(name) for name in REGISTERS], ChangeEntry.objects.count(), Batch.objects.count()


def cell(record, column):
    """What the file says where the record holds this."""
    value = getattr(record, column.name)
    if column.name == "illustrative":
        headings = {each.name: each.heading for each in sheet_columns(register_of(type(record)))}
        return "; ".join(headings[name] for name in value)
    if value is None or value is False:
        return ""
    if value is True:
        return "Có"
    if column.target is not None:
        return getattr(value, column.target.lookup)
    if column.field.choices:
        return str(dict(column.field.flatchoices)[value])
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value)


def names(units):
    return {unit.name for unit in units}


def provinces(on):
    return AdminUnit.objects.filter(level=PROVINCE).valid(on=on)


# ------------------------------------------------------------------------------------------ the files


def test_there_is_one_file_for_each_register():
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.csv" for name in REGISTERS} | {"README.md"}


def test_the_files_are_packaged():
    project = tomllib.loads((settings.ROOT / "pyproject.toml").read_text("utf-8"))
    given = project["tool"]["setuptools"]["package-data"]
    for folder in settings.PACKAGE.rglob("data"):
        package = folder.parent
        name = ".".join(("khcn", *package.relative_to(settings.PACKAGE).parts))
        patterns = [*given["*"], *given.get(name, ())]
        packaged = {path for pattern in patterns for path in package.glob(pattern) if path.is_file()}
        assert packaged == {path for path in folder.rglob("*") if path.is_file()}, name


@translation.override("vi")  # `entered` may be under way, in English
def test_exactly_the_documents_that_are_cited_are_listed():
    cited = {rule["basis"] for rule in shipped_rules() if "basis" in rule}
    for name in REGISTERS:
        headings, *rows = read_rows(FOLDER / f"{name}.csv")
        columns = {each.heading: each for each in sheet_columns(register_of(apps.get_model(name)))}
        for place, heading in enumerate(headings):
            if columns[heading].field.related_model is LegalDocument:
                cited |= {row[place] for row in rows} - {""}
    listed = [row[0] for row in read_rows(FOLDER / "reference.legaldocument.csv")[1:]]
    assert Counter(listed) == Counter(cited)


# ------------------------------------------------------------------------------------------ entered


@pytest.mark.django_db
@pytest.mark.parametrize("name", REGISTERS)
def test_an_empty_database_has_exactly_the_rows_of_the_file(entered, name):
    headings, *rows = read_rows(FOLDER / f"{name}.csv")
    with translation.override("vi"):
        columns = {column.heading: column for column in sheet_columns(register_of(apps.get_model(name)))}
        assert sorted(headings) == sorted(columns)
        records = [
            [cell(record, columns[heading]) for heading in headings]
            for record in apps.get_model(name).objects.all()
        ]
    assert sorted(records) == sorted(rows)


@pytest.mark.django_db
def test_all_rows_are_counted_and_stand_in_the_change_log(entered):
    assert entered == sum(len(stored(name)) for name in REGISTERS)
    assert ChangeEntry.objects.filter(model__in=REGISTERS).count() == entered
    assert set(ChangeEntry.objects.filter(model__in=REGISTERS).values_list("actor_label", flat=True)) == {
        SYSTEM.label
    }


@pytest.mark.django_db
def test_twice_is_the_same_as_once(entered):
    before = everything()
    assert enter() == entered
    assert everything() == before


@pytest.mark.django_db
def test_the_34_provinces_are_in_force_since_the_merger(entered):
    expected = sorted(tuple(each.strip().split(" ", 1)) for each in IN_FORCE.split(","))
    assert len(expected) == 34
    for day in (MERGED, TODAY):
        assert sorted(provinces(day).values_list("code", "name")) == expected
    assert not provinces(TODAY).filter(valid_to__isnull=False).exists()


@pytest.mark.django_db
def test_the_63_provinces_are_in_force_until_the_merger(entered):
    old = UNCHANGED | set(MERGERS) | {name for others in MERGERS.values() for name in others}
    assert len(old) == 63
    for day, expected in ((LAST_DAY, old), (date(2024, 12, 31), old - {"Huế"} | {"Thừa Thiên Huế"})):
        found = list(provinces(day))
        assert (len(found), names(found)) == (63, expected)
        assert len({unit.code for unit in found}) == 63


@pytest.mark.django_db
def test_every_province_that_ended_has_the_successor_that_the_law_says(entered):
    links = AdminUnitSuccession.objects.all()
    became = {}
    for unit in AdminUnit.objects.filter(level=PROVINCE, valid_to__isnull=False):
        (successor,) = current_successors(unit, among=AdminUnit.objects.all(), links=links, on=TODAY)
        became[unit.name] = successor.name
    expected = {old: new for new, others in MERGERS.items() for old in (new, *others)}
    assert became == expected | {"Thừa Thiên Huế": "Huế"}
    assert links.count() == len(became)


@pytest.mark.django_db
def test_full_names_tell_old_and_new_provinces_apart(entered):
    full_names = list(AdminUnit.objects.values_list("full_name", flat=True))
    assert len(full_names) == len(set(full_names))
    marked = {unit.name for unit in AdminUnit.objects.filter(full_name__endswith=" (đến 30/6/2025)")}
    assert marked == set(MERGERS)


@pytest.mark.django_db
def test_shipped_rules_find_their_documents(entered):
    with transaction.atomic():
        enter_shipped_rules(actor=SYSTEM)
        found = {
            rule.code: rule.legal_document.number
            for rule in RuleParameter.objects.filter(legal_document__isnull=False)
        }
        transaction.set_rollback(True)
    assert found == {rule["code"]: rule["basis"] for rule in shipped_rules() if "basis" in rule}


# ------------------------------------------------------------------------------------------ again


@pytest.mark.django_db
def test_an_upgrade_completes_the_lists_before_the_rules_that_cite_them(entered, monkeypatch):
    code = "finance.asset_hand_over_days"
    with acting(SYSTEM, "test"):
        RuleParameter.objects.filter(code=code).delete()
        LegalDocument.objects.filter(number__in=("70/2018/NĐ-CP", "267/2025/NĐ-CP")).delete()
    for name in ("refuse_other_structure", "call_command"):  # nothing to migrate
        monkeypatch.setattr(upgrade, name, lambda *_args, **_options: None)
    upgrade._complete()
    found = RuleParameter.objects.filter(code=code).order_by("valid_from")
    assert [each.legal_document.number for each in found] == ["70/2018/NĐ-CP", "267/2025/NĐ-CP"]


@pytest.mark.django_db
def test_what_somebody_corrected_stays_and_what_is_gone_comes_back(entered):
    item, gone = CodeListItem.objects.filter(code_list="programme").order_by("position")[:2]
    with acting(SYSTEM, "test"):
        item.label = "Nông thôn, miền núi và vùng dân tộc"
        item.illustrative = []
        item.save()
        gone.delete()
    assert enter() == entered
    item.refresh_from_db()
    assert item.label == "Nông thôn, miền núi và vùng dân tộc"
    assert CodeListItem.objects.filter(code_list="programme", code=gone.code, label=gone.label).count() == 1


@pytest.mark.django_db
def test_a_file_that_says_otherwise_changes_no_row_on_record(entered, tmp_path):
    shutil.copytree(FOLDER, tmp_path / "lists")
    path = tmp_path / "lists" / "reference.adminunit.csv"
    text = path.read_text("utf-8")
    assert text.count("Tỉnh Cao Bằng") == 1
    path.write_text(text.replace("Tỉnh Cao Bằng", "Tỉnh Cao Bình"), "utf-8")
    before = everything()
    assert enter(folder=tmp_path / "lists") == entered
    assert everything() == before
