"""The annex of a signed report names the report by the number that the approval gave."""

import io
import re
import zipfile

import pytest
from lxml import etree
from pypdf import PdfReader

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.text.dates import long_date
from khcn.reports import operations
from khcn.reports.freezing.verifying import altered
from khcn.reports.models import FormVersion
from tests.reports.approval_given import approve_on_page
from tests.reports.conftest import FORM_TOML, OFFICE, TODAY

pytest_plugins = ["tests.reports.views_given"]
pytestmark = pytest.mark.django_db

ANNEXED = FORM_TOML.replace('also = ["TC-01"]', 'also = ["TC-01"]\nannex = true').replace(
    'symbol = "BC-SKHCN"', 'symbol = "BC-SKHCN"\nissuer = "Sở Khoa học và Công nghệ"'
)
NAMED = "(Kèm theo Báo cáo số 01/BC-SKHCN {day} của Sở Khoa học và Công nghệ)"


def letters(text):
    """Without spaces and hyphens, which files write in several ways."""
    return re.sub(r"[\s\u2010-\u2015-]", "", text)


def letters_of_word(content):
    body = etree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml"))
    return letters("".join(body.itertext()))


def letters_of_pdf(content):
    return letters("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def test_the_annex_of_a_signed_report_bears_its_number(figures, regime, form, seed_data, people, sign_in):
    with acting(SYSTEM):
        version = FormVersion(
            code=form.code, version=1, title=form.title, valid_from=form.valid_from, body=ANNEXED
        )
        version.save()
    report = operations.create_report(form_version=version, year=2023, actor=OFFICE, on=TODAY)
    for section in report.sections.filter(state="drafting"):
        operations.hand_in_section(section=section, actor=OFFICE, on=TODAY)
    operations.compile_report(instance=report, actor=OFFICE, on=TODAY)
    operations.submit_report(instance=report, actor=OFFICE, on=TODAY)
    approve_on_page(sign_in("leader"), report, waiver="Đã xem")

    frozen = report.frozen
    assert report.doc_number == "01/BC-SKHCN"
    named = NAMED.format(day=long_date(report.signed_on))
    assert [each["reference"] for each in frozen.document["annexes"]] == [named]
    assert letters(named) in letters_of_word(bytes(frozen.docx))
    assert letters(named) in letters_of_pdf(bytes(frozen.pdf))
    assert altered(frozen) == []
