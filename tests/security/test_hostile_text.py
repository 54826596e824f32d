"""Words of an attacker in every field that takes words: kept as words, shown as words, printed as words, run nowhere."""

import io
import re
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from lxml import html

from khcn.kernel.audit.record_versions import version_of
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.models import Batch
from khcn.kernel.registers.registry import register_of
from khcn.parties.models import Organisation
from khcn.reference.models import LegalDocument
from khcn.reports import operations as reports
from khcn.science.models import ScienceTask
from tests.integrity.given import put
from tests.kernel.intake_sample import TASK, book_of, edited
from tests.security.test_matrix import (
    CHANGE_THE_BROWSER,
    at_work,
    check_answer,
    fresh,
    inside_shown,
    signed_in,
    undone,
)
from tests.security.world import DAY, LONG
from tests.web.conftest import confirmed

CANARIES = {
    "script": "<script>document.title='hỏng'</script>",
    "attribute": '"><img src=x onerror="document.title=\'hỏng\'">',
    "single": "' onmouseover='alert(1)' x='",
    "template": "{{1337*7331}}${1337*7331}{%raw%}[[1337*7331]]<%=1337*7331%>",
    "formula": '=HYPERLINK("http://ke.xau";1+1)',
    "plus": "+1+1|cmd'/C calc'!A0",
    "tab": "\t=1+1",
    "direction": "mẫu\u202exslx.exe",
    "entity": "&lt;script&gt;&#x3c;",
    "xml": "]]><w:p/><!--",
    "typst": '#read("/etc/passwd") \\ $ @x *',
    "control": "a\x1bb\x0bc\x07d\ufffe",
    "emoji": "🧪𝔘\ufeff\u200b",
    "long": LONG,
}
NO_LINE = {"direction", "control"}  # no text of one line takes these
DANGEROUS = re.compile(r"<script>|<img|\]\]><w:p/>|<!--")


# Elements that only an attacker would have put there, and attributes with which they run something.
HOSTILE = """
    //@*[starts-with(name(), 'on')] | //@x | //@src[. = 'x']
    | //script[not(@type) and not(starts-with(@src, '/static/'))]
"""


def is_clean(answer):
    page = answer.content.decode()
    hostile = html.fromstring(page).xpath(HOSTILE) if page else []  # a redirect says nothing
    return not (hostile or inside_shown(answer.content) or "9801547" in page or "\0" in page)


def paragraph(text):
    """As a line of a section: a tab or a mark of ours in front would mean something else there."""
    return f"Chữ {text.strip()}"


@pytest.mark.django_db
@pytest.mark.parametrize("name", CANARIES)
def test_a_record_is_typed_listed_found_and_given_out_as_it_was_written(world, name):
    typed = CANARIES[name]
    client = signed_in(world, "office")
    record = world.records["reference.legaldocument"]
    register = register_of(LegalDocument)
    page = client.get(f"{register.detail_url(record.pk)}edit/")
    form = page.context_data if hasattr(page, "context_data") else None
    assert form is None
    sent = {
        "version": version_of(record), "number": "12/QĐ-THU", "kind": "decision", "issued_on": "10/5/2023",
        "issuer": "UBND tỉnh", "subject": typed, "note": typed,
    }  # fmt: skip
    answer = client.post(f"{register.detail_url(record.pk)}edit/", sent)
    record.refresh_from_db()
    assert is_clean(answer)
    if name == "long":  # for its column: said, and shown again as typed
        assert answer.status_code == 422
        assert len(typed) > LegalDocument._meta.get_field("subject").max_length
        return
    if name in NO_LINE:  # said as well; here as it was stored by an earlier version, or by SQL
        assert answer.status_code == 422
        assert "ký tự ẩn" in answer.content.decode()
        put(record, subject=typed, note=typed)
    else:
        assert answer.status_code == 303
    assert record.subject == typed.strip()
    for address in (
        register.detail_url(record.pk),
        f"{register.detail_url(record.pk)}history/",
        f"{register.detail_url(record.pk)}edit/",
        f"{register.detail_url(record.pk)}delete/",
        register.list_url(),
        "/log/",
        "/search/?q=chu",
    ):
        page = client.get(address)
        assert page.status_code == 200
        assert is_clean(page), address
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{register.list_url()}export/").content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert any(str(cell.value).strip() == typed.strip() for cell in cells) or name in {"tab", "control"}


@pytest.mark.django_db
@pytest.mark.parametrize("name", CANARIES)
def test_a_name_with_markup_is_only_a_name_in_search_and_suggestions(world, name):
    from tests.factories.parties import OrganisationFactory

    typed = f"Tổ {CANARIES[name]}"[:240]
    OrganisationFactory(name=typed)
    client = signed_in(world, "officer")
    for address in ("/search/?q=to", "/search/suggest/?q=to", "/parties/organisations/"):
        assert is_clean(client.get(address)), address
    found = client.get("/lookup/parties/organisations/?q=to").json()["results"]
    assert typed in [each["text"] for each in found]


@pytest.mark.django_db
@pytest.mark.parametrize("name", CANARIES)
def test_a_workbook_with_hostile_cells_is_previewed_and_written_as_words(world, name):
    typed = CANARIES[name]
    officer = world.actor("officer")
    host = f"TT {typed}"[:240]
    content = book_of(ScienceTask, [{**TASK, "code": "H1", "title": f"Tên {typed}"[:900], "host": host}])
    client = signed_in(world, "officer")
    batch = intake.upload(content=content, name=f"{typed[:60]}.xlsx", actor=officer, on=DAY)
    for address in (f"/import/{batch.pk}/", "/import/", f"/import/{batch.pk}/problems/"):
        answer = client.get(address)
        assert answer.status_code == 200
        if "html" in answer.headers["Content-Type"]:
            assert is_clean(answer), address
        else:
            book = openpyxl.load_workbook(io.BytesIO(answer.content))
            assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    question = next((q for q in intake.preview(batch=batch, actor=officer, on=DAY).questions), None)
    if question is not None:
        answer = client.post(
            f"/import/{batch.pk}/decide/", {f"answer-{question.key}": "create:"}, follow=True
        )
        assert is_clean(answer)
    answer = confirmed(client, batch.pk, follow=True)
    assert is_clean(answer)
    assert is_clean(client.get("/import/decisions/"))
    if answer.status_code == 200:
        assert Organisation.objects.filter(name__startswith="TT ").exists()


@pytest.mark.once  # what each format makes of a word; that it is kept as typed, the other tests say on both databases
@pytest.mark.django_db
@pytest.mark.parametrize("name", CANARIES)
def test_words_of_a_report_are_words_in_every_format(world, name):
    typed = paragraph(CANARIES[name])
    office = world.actor("office")
    client = signed_in(world, "office")
    address = f"/reports/{world.report.pk}/sections/B/"
    answer = client.post(address, {"title": "Đánh giá", "text": typed, "mark": _mark(world)})
    assert answer.status_code in {
        303,
        422,
    }  # 422: a mark of ours that cannot be read, said with line and column
    assert is_clean(answer)
    if answer.status_code == 422:
        return
    reports.set_override(
        section=world.section, code="NV-02", aspect="value", data={"value": typed[:200]}, reason=typed[:200],
        actor=office, on=DAY,
    ) if _may_be_value(world, typed) else None  # fmt: skip
    pages = ("", "preview/", "check/", "sections/B/", "sections/A.III.2.a/")
    for tail in pages:
        page = client.get(f"/reports/{world.report.pk}/{tail}")
        assert page.status_code == 200
        assert is_clean(page), tail
    got = {
        kind: client.get(f"/reports/{world.report.pk}/files/{kind}/")
        for kind in ("html", "docx", "pdf", "xlsx")
    }
    assert {kind: each.status_code for kind, each in got.items()} == dict.fromkeys(got, 200)
    assert is_clean(got["html"])
    with zipfile.ZipFile(io.BytesIO(got["docx"].content)) as package:
        body = package.read("word/document.xml").decode()
    assert not DANGEROUS.search(body)
    assert got["pdf"].content.startswith(b"%PDF-")
    assert not re.search(rb"/JavaScript|/Launch|/URI", got["pdf"].content)
    words = re.sub(r"\s", "", "".join(re.findall(r"<w:t[^>]*>([^<]*)", body)))
    if name in {"script", "template", "typst", "entity"}:
        plain = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert re.sub(r"\s", "", plain)[:40].replace('"', "&quot;") in words.replace('"', "&quot;")


def _may_be_value(world, typed):
    from khcn.reports.composing.sources import read_override

    try:
        read_override("value", {"value": typed[:200]})
    except ValueError:
        return False
    return True


def _mark(world):
    from khcn.reports.views.sections import mark_of

    return mark_of(world.report.sections.get(key="B"))


OF_THE_DATABASE = ("\x00", "9" * 5000, "1e9999", "use:" + "9" * 60)
OF_OUR_OWN_PARSERS = ("-" * 5000, "²", "[NV-02", "{{", "use:abc")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value",
    [*OF_THE_DATABASE, *(pytest.param(value, marks=pytest.mark.once) for value in OF_OUR_OWN_PARSERS)],
    ids=lambda value: ascii(value[:9]),
)
def test_no_posted_value_breaks_the_server(world, table, value):
    faults, clients = [], {}
    turn = [*OF_THE_DATABASE, *OF_OUR_OWN_PARSERS].index(value)
    for place, route in enumerate(table):
        if not route.method or not route.post or route.kind or route.name == "logout":
            continue
        # Registers are one piece of code: each value meets every third of their forms, each form every third value.
        is_register = route.name.startswith("register-")
        if is_register and (place + turn) % 3:
            continue
        who = next((who for who in ("office", "admin", "leader") if who in route.post), "admin")
        if who not in clients:
            clients[who] = at_work(world, who)
        client = signed_in(world, who) if route.name in CHANGE_THE_BROWSER else clients[who]
        data = fresh(route.data)
        names = [each for each in data if not hasattr(data[each], "read")]
        extra = [*_form_fields(world, route), "next", "do", "note", "code", "kind", "version"]
        instead = {**data, **dict.fromkeys(names, value)}
        beside = {**data, **{each: value for each in extra if each not in data}}
        alone = {**dict.fromkeys(extra, value), **{each: data[each] for each in data if each == "version"}}
        if names and not is_register:
            # What an address takes meets every value. Names that it does not need are mostly read by what all addresses share.
            tried = [instead, *[[beside], [alone], []][(place + turn) % 3]]
        else:
            tried = [instead, beside, alone] if names else [beside]
        for sent in tried:
            with undone():
                answer = client.post(route.url + route.query, fresh(sent))
                faults += [
                    each for each in check_answer(answer, f"POST {route.url}", route) if "policy" not in each
                ]
                transaction.set_rollback(True)
    assert not faults, "\n".join(faults)


def _form_fields(world, route):
    if not route.name.startswith("register-"):
        return []
    area, slug = route.url.strip("/").split("/")[:2]
    return [
        name
        for record in world.records.values()
        for register in [register_of(type(record))]
        if (register.area, register.slug) == (area, slug)
        for name in register.form_fields()
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe{}", b'{"subject": {"id": 99999999999999999999999}}',
     b'{"subject": {"name": ["x"]}}', b'{"subject": "a\\u0000b"}', b'{"number": {"name": "a\\u0000b"}}', b'{"issued_on": 5}', b'{"province": "99"}',
     b'{"subject": "' + b"x" * 300_000 + b'"}', b'{"a":' * 5000 + b"1" + b"}" * 5000, b'{"id": 1}', b'{"kind": "\\ud800"}'],
    ids=range(16),
)  # fmt: skip
def test_no_json_body_breaks_the_server(world, body):
    record = world.records["reference.legaldocument"]
    client = signed_in(world, "office")
    match = {"If-Match": "*"}
    for method, address in (
        ("post", "/api/reference/legal-documents/"),
        ("patch", f"/api/reference/legal-documents/{record.pk}/"),
        ("put", f"/api/reference/legal-documents/{record.pk}/"),
    ):
        answer = getattr(client, method)(address, body, content_type="application/json", headers=match)
        assert answer.status_code in {200, 400, 409, 422}
        assert check_answer(answer, address, None) == []
    fresh_record = LegalDocument.objects.get(pk=record.pk)
    assert fresh_record.province == record.province


@pytest.mark.django_db
def test_a_form_writes_its_own_fields_and_no_others(world):
    """Mass assignment: every column of the model is sent; those outside the form stay as they are."""
    record = world.records["science.sciencetask"]
    register = register_of(ScienceTask)
    client = signed_in(world, "officer")
    outside = {f.attname for f in ScienceTask._meta.concrete_fields} - set(register.form_fields()) - {
        f"{name}_id" for name in register.form_fields()
    }  # fmt: skip
    before = {name: getattr(record, name) for name in outside}
    page = client.get(f"{register.detail_url(record.pk)}edit/")
    from tests.web.conftest import form_values, tree

    sent = form_values(tree(page))
    sent |= dict.fromkeys(outside, "7") | {"short_name": "Tên mới", "pk": "999", "owner": "x"}
    assert client.post(f"{register.detail_url(record.pk)}edit/", sent).status_code == 303
    record.refresh_from_db()
    assert record.short_name == "Tên mới"
    moved = {"updated_at", "sort_key"}
    assert {name: getattr(record, name) for name in outside - moved} == {
        n: before[n] for n in outside - moved
    }


@pytest.mark.django_db
def test_bodies_that_no_browser_sends(world):
    client = Client(raise_request_exception=False)
    client.force_login(world.people["office"])
    task = f"/science/tasks/{world.records['science.sciencetask'].pk}/edit/"
    for body, kind in (
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"x", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=" + "y" * 500),
        (b"a=1", "application/x-www-form-urlencoded; charset=khong-co"),
        (b"&".join(b"a%d=1" % number for number in range(6000)), "application/x-www-form-urlencoded"),
        (b"<x/>", "text/xml"),
        (b"a=" + b"x" * (13 * 1024 * 1024), "application/x-www-form-urlencoded"),
    ):
        answer = client.generic("POST", task, body, content_type=kind)
        assert check_answer(answer, f"{kind} {body[:20]}", None) == []


@pytest.mark.django_db
@pytest.mark.parametrize("escape", [b"_x0000_", b"_x001B_", b"_x202E_", b"_x000D_"])
def test_a_cell_with_an_escaped_control_character_is_taken_in_or_refused(world, escape):
    officer = world.actor("officer")
    clean = book_of(ScienceTask, [{**TASK, "code": "K1", "title": "Tên có DẤU lạ", "host": "TT có DẤU lạ"}])
    hostile = edited(clean, {"xl/sharedStrings.xml": lambda data: data.replace("DẤU".encode(), escape)})
    client = signed_in(world, "officer")
    answer = client.post("/import/upload/", {"file": SimpleUploadedFile("k.xlsx", hostile)}, follow=True)
    assert answer.status_code in {200, 422}
    assert is_clean(answer)
    for batch in Batch.objects.filter(uploaded_by_id=officer.user_id).order_by("-pk")[:1]:
        keys = [each.key for each in intake.preview(batch=batch, actor=officer, on=DAY).questions]
        client.post(f"/import/{batch.pk}/decide/", {f"answer-{key}": "create:" for key in keys})
        answer = confirmed(client, batch.pk, follow=True)
        assert answer.status_code in {200, 409}
        assert is_clean(answer)
    assert not ScienceTask.objects.filter(title__contains="\x1b").exists()
