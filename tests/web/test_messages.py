"""Every string is translated; what is printed, exported or logged stays Vietnamese whatever the screen speaks."""

import io
import re
from datetime import date
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.intake.layouts.template_workbook import template_workbook
from khcn.kernel.intake.sheet_kinds import sheet_kinds
from khcn.kernel.registers.registry import registers
from khcn.kernel.ui.template_environment import translated
from khcn.kernel.workbooks.export import export_workbook
from khcn.reports import operations as reports
from khcn.reports.composing.compose import compose
from khcn.reports.composing.rendering import render
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_of
from khcn.reports.models import FormVersion
from tests.factories.reference import RegimeWindowFactory
from tests.factories.registry import factory_of
from tests.factories.science import ProgressCheckFactory, TaskMilestoneFactory
from tests.web.conftest import tree, words
from tools import messages

VIETNAMESE = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹĂÂĐÊÔƠƯ]")


@pytest.fixture(scope="module")
def in_code():
    """Every string in the code: finding them takes three seconds of a processor."""
    return messages.in_code()


def test_nothing_is_missing_untranslated_fuzzy_or_left_over(in_code, monkeypatch):
    monkeypatch.setattr(messages, "in_code", lambda: in_code)
    assert messages.check() == []


@pytest.mark.parametrize(
    ("original", "translated", "flags", "found"),
    [
        ("Lưu", "Save", (), []),
        ("Lưu", "", (), ["untranslated"]),
        ("Lưu", "Save", ("fuzzy",), ["fuzzy"]),
        ("Mục %(key)s", "Section", (), ["other variables than the original"]),
        ("Mục %(key)s", "Section %(kye)s", (), ["other variables than the original"]),
        ("Lưu ", "Save", (), ["other spaces or line breaks at the ends than the original"]),
        (("%(n)s ô", "%(n)s ô"), ("one field", "%(n)s fields"), (), ["other variables than the original"]),
        (("%(n)s ô", "%(n)s ô"), ("%(n)s field", ""), (), ["untranslated"]),
    ],
)
def test_the_check_can_fail(original, translated, flags, found):
    catalog = Catalog(locale="en", fuzzy=False)
    catalog.add(original, translated, flags=flags)
    assert messages.faults(catalog[original if isinstance(original, str) else original[0]]) == found


def test_strings_of_code_and_templates_are_found(in_code):
    found = {area: {messages.as_tuple(each.id)[0] for each in of_area} for area, of_area in in_code.items()}
    assert {"Xuất Excel", "Hãy nhập “%(label)s”."} <= found[""]
    assert {"Nhiệm vụ KH&CN", "đang thực hiện"} <= found[""] | found["science"]


def test_an_area_has_the_strings_that_areas_alone_use(in_code):
    shared, *of_areas = in_code.values()
    assert {"science", "trace"} <= set(messages.areas())
    for each in of_areas:
        assert {as_key(message) for message in each} & {as_key(message) for message in shared} == {("", None)}


def as_key(message):
    return messages.as_tuple(message.id)[0], message.context


def test_two_areas_that_translate_one_string_differently_are_found(monkeypatch):
    catalogs = {area: Catalog(locale="en", fuzzy=False) for area in ("", "science", "trace")}
    templates = {area: Catalog(locale="en", fuzzy=False) for area in catalogs}
    for area, english in (("science", "Code"), ("trace", "Key")):
        catalogs[area].add("Mã", english)
        templates[area].add("Mã")
    monkeypatch.setattr(messages, "in_code", lambda: templates)
    monkeypatch.setattr(
        messages, "load", lambda language, area="": catalogs[area] if language == "en" else []
    )
    assert messages.check() == ["en trace: translated otherwise by another area: Mã"]


@pytest.mark.django_db
def test_pages_in_english_hold_no_vietnamese_but_data(officer):
    """Every page, with records whose own texts are plain, so that each accented letter is a string left behind."""
    addresses = [
        "/",
        "/figures/",
        "/search/?q=zz",
        "/import/",
        "/import/decisions/",
        "/password/",
        "/permissions/",
        "/khong-co/",
        "/reports/",
        "/api/",
    ]
    for register in registers():
        addresses.append(register.list_url())
        addresses += [register.list_url() + "new/"] if register.form else []
    officer.post("/language/", {"language": "en"})
    left = {}
    for address in addresses:
        page = tree(officer.get(address))
        for own in page.xpath(
            "//*[@lang='vi'] | //script | //details[contains(@class,'topbar-user')] | //option[not(@value)]"
        ):
            own.drop_tree()
        text = [each.strip() for each in page.text_content().splitlines() if VIETNAMESE.search(each)]
        text = [
            each for each in text if "Phòng QLKH" not in each and "đồng" not in each and each not in ALLOWED
        ]
        if text:
            left[address] = text
    assert left == {}


# Sentences in English that quote what is typed in Vietnamese.
ALLOWED = {"Write Có or Không; empty means Không."}


@pytest.mark.django_db
def test_workbooks_are_the_same_in_both_languages(officer):
    for register in registers():
        factory_of(register.model)()
        rows = register.model._default_manager.order_by("pk")
        with translation.override("en"):
            english = export_workbook(register, rows)
        with translation.override("vi"):
            assert export_workbook(register, rows) == english
    with translation.override("en"):
        english = template_workbook(sheet_kinds(), actor=SYSTEM)
    with translation.override("vi"):
        assert template_workbook(sheet_kinds(), actor=SYSTEM) == english


@pytest.mark.django_db
def test_a_vietnamese_workbook_is_read_on_an_english_screen(officer):
    register = next(each for each in registers() if each.name == "science.sciencetask")
    factory_of(register.model)()
    content = export_workbook(register, register.model._default_manager.all())
    officer.post("/language/", {"language": "en"})
    page = officer.post("/import/upload/", {"file": SimpleUploadedFile("a.xlsx", content)}, follow=True)
    assert "Unchanged: 1" in words(page)


@pytest.mark.django_db
def test_the_log_is_vietnamese(officer):
    check = ProgressCheckFactory()
    officer.post("/language/", {"language": "en"})
    officer.post(reverse("register-delete", args=["science", "progress-checks", check.pk]))
    entry = ChangeEntry.objects.filter(action="delete").get()
    assert "Kiểm tra định kỳ" in entry.object_label


@pytest.mark.django_db
def test_a_printed_report_is_the_same_in_both_languages(officer):
    RegimeWindowFactory(
        regime__code="BC-DINH-KY",
        kind="nine_months",
        number=1,
        start_day=15,
        start_month=12,
        starts_year_before=True,
        end_day=14,
        end_month=9,
    )
    TaskMilestoneFactory(on=date(2023, 4, 1))
    with acting(SYSTEM):
        reports.sync_shipped_forms(actor=SYSTEM, on=date(2023, 9, 14))
        form = FormVersion.objects.latest_of("bao-cao-9-thang")
        instance = reports.create_report(form_version=form, year=2023, actor=SYSTEM, on=date(2023, 9, 14))
    made = {}
    for language in ("vi", "en"):
        with translation.override(language):
            made[language] = render(compose(resolve(source_of(instance))), "html")
    assert made["vi"] == made["en"]


def test_catalogues_are_compiled_and_not_committed():
    assert not messages.is_stale()
    assert "*.mo" in Path(messages.ROOT / ".gitignore").read_text().splitlines()
    assert io.BytesIO(messages.po_path("en").with_suffix(".mo").read_bytes()).read(4) == b"\xde\x12\x04\x95"


def test_translations_are_called_by_names_that_are_extracted():
    """A string under another name of ``gettext`` is in no catalogue."""
    named = {
        (path.name, alias)
        for path in messages.SOURCE.rglob("*.py")
        for alias in re.findall(r"import \w*gettext\w* as (\w+)", path.read_text(encoding="utf-8"))
    }
    assert {each for each in named if each[1] not in messages.KEYWORDS} == set()


def test_a_text_of_a_template_is_looked_up_once_in_each_language(monkeypatch):
    asked = []

    def look_up(text):
        asked.append(translation.get_language())
        return f"{asked[-1]}: {text}"

    monkeypatch.setattr(translation, "gettext", look_up)
    shown = []
    for language in ("vi", "en", "vi", "en"):
        with translation.override(language):
            shown.append(str(translated("thử %(what)s", what="<b>")))
    assert shown == ["vi: thử &lt;b&gt;", "en: thử &lt;b&gt;"] * 2
    assert asked == ["vi", "en"]
