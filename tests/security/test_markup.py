"""Words of records are words on every page: what is not escaped is named here with its reason, and the pages are looked at."""

import ast
import re

import pytest
from django.db import connection, models
from lxml import html

from khcn.kernel.registers.registry import registers
from tests.conftest import ROOT
from tests.factories.registry import factory_of
from tests.security.test_matrix import at_work

SOURCES = ROOT / "src" / "khcn"
DRAWN = "drawn by khcn.kernel.documents.html, which escapes each text (tests/kernel/test_documents_html.py)"
# What puts text into a page as it is: file to expression to reason.
NOT_ESCAPED = {
    "kernel/papers/template_language.py": {"autoescape=autoescape": "text of papers; Word templates ask for True"},
    "kernel/screens/jinja2/papers/paper.html": {"picture|safe": DRAWN},
    "kernel/screens/list_table.py": {"Markup(''.join(parts))": "each text has been through escape()"},
    "kernel/ui/template_environment.py": {"Markup(translation.gettext(text))": "a literal of a template or its translation"},
    "reports/jinja2/reports/approve.html": {"html|safe": DRAWN},
    "reports/jinja2/reports/form_version.html": {"html|safe": DRAWN},
    "reports/jinja2/reports/form_versions.html": {"offered_html|safe": DRAWN},
    "reports/jinja2/reports/parts/form_preview.html": {"preview_html|safe": DRAWN},
    "reports/jinja2/reports/parts/preview.html": {"preview.html|safe": DRAWN},
    "reports/jinja2/reports/preview.html": {"html|safe": DRAWN},
    "trace/views/public_page.py": {
        "Markup(_STYLE)": "our own style sheet",
        "Markup()": "nothing",
        "Markup(text.replace('<', '\\\\u003c'))": "JSON without the sign that ends an element",
    },
    "web/jinja2/web/digest.txt": {"autoescape false": "a mail of plain text"},
}  # fmt: skip
WRITTEN_BY_SCRIPTS = {
    "kernel/ui/static/ui/app.js": {
        'innerHTML = pattern.innerHTML.replaceAll("__prefix__", total.value)': (
            "a pattern that the server has drawn, and the number of rows"
        ),
    },
}
IN_TEMPLATES = re.compile(r"\{\{-?\s*([^{}]*?\|\s*safe)\b|\{%-?\s*(autoescape\s+false)|\b(Markup\()")
BY_SCRIPTS = re.compile(
    r"innerHTML\b(?!\.)[^;\n]*=[^;\n]*|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|postMessage|srcdoc"
    r"|[\"']message[\"']"
)
CALLS = {"Markup", "mark_safe", "SafeString", "format_html", "format_html_join"}


def in_python(text):
    """Calls that make markup of what is no literal."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).rpartition(".")[2]
        if name in CALLS and not (node.args and isinstance(node.args[0], ast.Constant)):
            yield ast.unparse(node)
        for each in node.keywords:
            if each.arg == "autoescape" and ast.unparse(each.value) != "True":
                yield f"autoescape={ast.unparse(each.value)}"


def in_template(text):
    return (next(filter(None, hit.groups())) for hit in IN_TEMPLATES.finditer(text))


def found_by(search, files):
    found = {str(path.relative_to(SOURCES)): sorted(search(path.read_text("utf-8"))) for path in files}
    return {path: texts for path, texts in found.items() if texts}


def named(reasons):
    return {path: sorted(of_file) for path, of_file in reasons.items()}


def templates():
    return [path for path in SOURCES.glob("**/jinja2/**/*") if path.is_file()]


def test_each_text_that_is_not_escaped_has_its_reason():
    found = found_by(in_python, SOURCES.rglob("*.py")) | found_by(in_template, templates())
    assert found == named(NOT_ESCAPED)


@pytest.mark.parametrize(
    ("search", "text"),
    [
        (in_template, "<h1>{{ title|safe }}</h1>"),
        (in_template, "{{- record.title | upper |safe -}}"),
        (in_template, "{% autoescape  false %}"),
        (in_python, "Markup(title)"),
        (in_python, "markupsafe.Markup(f'<b>{title}</b>')"),
        (in_python, "mark_safe(title)"),
        (in_python, "SafeString(title)"),
        (in_python, "format_html(title)"),
        (in_python, "Environment(autoescape=False)"),
    ],
)
def test_what_would_put_a_text_in_as_it_is_is_found(search, text):
    assert len(list(search(text))) == 1


def test_each_place_where_a_script_writes_markup_has_its_reason():
    assert found_by(BY_SCRIPTS.findall, SOURCES.rglob("*.js")) == named(WRITTEN_BY_SCRIPTS)


# --------------------------------------------------------------------------------------------- pages

MARKUP = "<b class=canary>"
AS_TEXT = "&lt;b class=canary&gt;"
FEWEST_OTHER_PAGES = 40
# Beside the columns of registers: what pages call people, files and things by.
MORE_COLUMNS = (
    ("parties_user", "full_name", 150),
    ("kernel_registers_attachment", "name", 150),
    ("kernel_numbering_issuednumber", "given_to", 300),
    ("kernel_papers_paper", "title", 300),
    ("kernel_search_searchentry", "label", 300),
    ("kernel_audit_changeentry", "reason", 300),
    ("kernel_audit_changeentry", "object_label", 300),
    ("kernel_audit_changeentry", "actor_label", 150),
    ("kernel_deadlines_deadline", "subject_label", 300),
    ("kernel_intake_batch", "name", 255),
    ("kernel_intake_batch", "uploaded_by_label", 150),
    ("kernel_intake_decision", "heading", 200),
    ("kernel_intake_decision", "value_text", None),
    ("kernel_intake_decision", "target_label", None),
    ("kernel_workflow_workflowstep", "actor_label", 150),
    ("kernel_workflow_workflowstep", "note", None),
    ("parties_roleright", "reason", 300),
    ("parties_roleassignment", "reason", 300),
    ("parties_delegation", "reason", 300),
    ("parties_passwordissue", "reason", 300),
    ("reports_formversion", "title", 300),
    ("reports_reportinstance", "variant_label", 100),
    ("reports_override", "reason", 500),
    ("trace_apikey", "label", 100),
)
# Columns that are too short for more than a code, by their names.
LEFT_AS_THEY_ARE = {
    *("calendar", "chapter", "code", "gln", "gtin", "item", "number", "phone"),
    *("requester_identity", "tax_code"),
}
LONG_ENOUGH = 60


def text_columns(model):
    """Columns of a register that hold words of people."""
    fields = (model._meta.get_field(name) for name in registers_of()[model].form_fields())
    return [
        field
        for field in fields
        if isinstance(field, models.CharField | models.TextField) and not field.choices and field.concrete
    ]


def registers_of():
    return {register.model: register for register in registers()}


def write_markup(table, column, longest):
    """In every row, past all checks of the program."""
    room = f"substr({column}, 1, {longest - len(MARKUP)})" if longest else column
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = {room} || %s", [MARKUP])


@pytest.fixture
def marked(world):
    """One record more in each register, and all words of people in the world with an element of an attacker behind them."""
    records, left = {model: factory_of(model)() for model in registers_of()}, set()
    for model in records:
        for field in text_columns(model):
            if (field.max_length or LONG_ENOUGH) < LONG_ENOUGH:
                left.add(field.name)
            else:
                write_markup(model._meta.db_table, field.column, field.max_length)
    for place in MORE_COLUMNS:
        write_markup(*place)
    assert left == LEFT_AS_THEY_ARE
    return records


def pages_of(number, register, record):
    """The list, the record and its actions; of the pages that have the same template for all registers one, in turns."""
    base = register.detail_url(record.pk)
    others = (f"{base}history/", f"{base}edit/", f"{base}delete/", f"{register.list_url()}new/")
    yield from (register.list_url(), base, others[number % len(others)])
    yield from (f"{base}actions/{action.name}/" for action in register.actions)


@pytest.mark.once  # what templates make of a word
@pytest.mark.django_db
def test_no_text_of_a_record_becomes_markup_on_any_page(world, marked, table):
    of_registers = [
        (register.name, address)
        for number, (model, register) in enumerate(registers_of().items())
        for address in pages_of(number, register, marked[model])
    ]
    others = [("", route.url + route.query) for route in table if route.get and route.name != "set_language"]
    faults, shown = [], set()
    for who, pages in (("office", of_registers), ("admin", others)):
        client = at_work(world, who)
        for name, address in pages:
            answer = client.get(address)
            if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
                continue
            text = answer.content.decode()
            if answer.status_code >= 500:
                faults.append(f"{address}: {answer.status_code}")
            if MARKUP in text and html.fromstring(text).xpath("//*[@class='canary']"):
                faults.append(f"{address}: …{text[max(0, text.index(MARKUP) - 80) :][:160]}")
            if AS_TEXT in text:
                shown.add(name or address)
    assert not faults, "\n".join(faults)
    with_words = {register.name for model, register in registers_of().items() if text_columns(model)}
    assert with_words - shown == set()
    assert len(shown - with_words) > FEWEST_OTHER_PAGES
