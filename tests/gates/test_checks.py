"""Each check of tools/ is given a deliberate breach and must refuse it, and a clean neighbour it must let through."""

import pytest

from tools import (
    check_field_kinds,
    check_leaks,
    check_local_imports,
    check_names,
    check_scopes,
    check_size,
)

pytestmark = pytest.mark.gates


def write(root, name, text):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# ------------------------------------------------------------------------------------------- sizes


def function_of(lines, name="long"):
    return f"def {name}():\n" + "    x = 1\n" * (lines - 1)


@pytest.mark.parametrize(
    ("name", "text", "complaints"),
    [
        ("src/khcn/a.py", "x = 1\n" * 400, []),
        ("src/khcn/a.py", "x = 1\n" * 401, ["src/khcn/a.py: 401 lines, 400 allowed: split it by subject"]),
        ("tests/test_a.py", "x = 1\n" * 500, []),
        (
            "tests/test_a.py",
            "x = 1\n" * 501,
            ["tests/test_a.py: 501 lines, 500 allowed: split it by subject"],
        ),
        ("src/khcn/a.py", function_of(60), []),
        ("src/khcn/a.py", function_of(61), ["src/khcn/a.py:1: long() has 61 lines, 60 allowed"]),
        ("src/khcn/migrations/0001_initial.py", "x = 1\n" * 2000, []),
        ("tools/a.py", "async " + function_of(61), ["tools/a.py:1: long() has 61 lines, 60 allowed"]),
        ("khcn", function_of(61), ["khcn:1: long() has 61 lines, 60 allowed"]),
    ],
)
def test_sizes(tmp_path, name, text, complaints):
    write(tmp_path, name, text)
    assert check_size.check_tree(tmp_path) == complaints


def test_lines_of_a_small_package(tmp_path):
    write(tmp_path, "src/khcn/kernel/registers/a.py", "x = 1\n\n# why\n" * 1500)
    write(tmp_path, "src/khcn/kernel/registers/b.py", "x = 1\n" * 1000)
    assert check_size.check_packages(tmp_path) == []
    write(tmp_path, "src/khcn/kernel/registers/b.py", "x = 1\n" * 1001)
    (complaint,) = check_size.check_packages(tmp_path)
    assert complaint.startswith("src/khcn/kernel/registers: 2501 lines, 2500 allowed")


def test_a_method_counts_as_a_function(tmp_path):
    body = "".join(f"    {line}\n" for line in function_of(61).splitlines())
    write(tmp_path, "src/khcn/a.py", f"class A:\n{body}")
    assert check_size.check_tree(tmp_path) == ["src/khcn/a.py:2: long() has 61 lines, 60 allowed"]


# ----------------------------------------------------------------------------------- local imports


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("import os\n", []),
        ("if True:\n    import os\n", []),
        ("def f():\n    import os\n", [2]),
        ("def f():\n    import os  # because it is slow\n", [2]),
        ("def f():\n    import os  # local: I felt like it\n", [2]),
        ("def f():\n    import os  # local: slow import\n", []),
        ("def f():\n    import os  # local: slow import  # noqa: F401\n", []),
        ("def f():\n    from os import (  # local: app registry\n        path,\n    )\n", []),
        ("def f():\n    from os import (\n        path,\n    )  # local: app registry\n", []),
        ("class A:\n    async def f(self):\n        if 1:\n            import os\n", [4]),
        ("def f():\n    def g():\n        import os\n    import sys\n", [3, 4]),
    ],
)
def test_local_imports(tmp_path, text, lines):
    write(tmp_path, "src/khcn/a.py", text)
    found = check_local_imports.check_tree(tmp_path)
    assert [int(complaint.split(":")[1]) for complaint in found] == lines


# ------------------------------------------------------------------------------------- field kinds


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("from django.db import models\nisinstance(f, models.DateField)\n", [2]),
        ("from django.db import models\nisinstance(f, models.Model)\n", []),
        ("from django.db import models\nissubclass(f, models.TextField | models.CharField)\n", [2]),
        ("from django.db.models import ForeignKey as Link\nisinstance(f, (str, Link))\n", [2]),
        ("from khcn.kernel.fields.kinds.money import Money\nisinstance(kind, Money)\n", [2]),
        ("from khcn.kernel.fields.kinds.year import YearField\ntype(f) is YearField\n", [2]),
        ("from django.db import models\nmatch f:\n    case models.DateField():\n        pass\n", [3]),
        ("from django import forms\nisinstance(f, forms.DateField)\n", []),
        ("f.get_internal_type()\n", [1]),
        ("name.endswith('year') or name.endswith('_on') or name.endswith('.xlsx')\n", [1, 1]),
        ("from django.db import models\nx = models.DateField()\n", []),
        ("from django.db import models as m\nisinstance(f, m.DateField)\nisinstance(f, m.Model)\n", [2]),
        ("from khcn.kernel.fields.field_kind import FieldKind\nisinstance(k, FieldKind)\n", [2]),
        ("from khcn.kernel.fields.kinds import money\nisinstance(k, money.Money)\n", [2]),
        ("from django.db import models\nHELD = (str, models.TextField)\nisinstance(f, HELD)\n", [3]),
        ("from django.db import models\nHELD: Final = (models.TextField,)\nisinstance(f, HELD)\n", [3]),
        ("HELD = (str, int)\nisinstance(f, HELD)\n", []),
        ("x = column.kind.name == 'year'\ny = 'yesno' != column.kind.name\n", [1, 2]),
        (
            "x = column.kind.name in {'year'}\nmatch column.kind.name:\n    case 'year':\n        pass\n",
            [1, 2],
        ),
        ("x = kind.name == 'certificate'\ny = edge.kind.name.lower()\n", []),
    ],
)
def test_field_kinds(tmp_path, text, lines):
    write(tmp_path, "src/khcn/a.py", text)
    write(tmp_path, "src/khcn/kernel/fields/kinds/a.py", text)
    write(tmp_path, "src/khcn/migrations/0001_a.py", text)
    found = check_field_kinds.check_tree(tmp_path)
    assert [int(complaint.split(":")[1]) for complaint in found] == lines


# ------------------------------------------------------------------------------------------- leaks

HOST = "registry.npm" + "js.org"
HOMES = {name: "/" + name for name in ("root", "work", "home")}
PYTHON_HOST = "files.python" + "hosted.org"


@pytest.mark.parametrize(
    ("name", "text", "complaints"),
    [
        ("requirements.lock", "django==5.2.1 --hash=sha256:00\n", []),
        (
            "requirements.lock",
            "\na @ https://example.vn/a.whl\n",
            ["requirements.lock:2: an address in a lock file: https://"],
        ),
        (
            "requirements-dev.lock",
            "--index-url x\n",
            ["requirements-dev.lock:1: an address in a lock file: --index-url"],
        ),
        (
            "package-lock.json",
            '"url": "http://example.vn"',
            ["package-lock.json:1: an address in a lock file: http://"],
        ),
        ("docs/a.md", "see https://example.vn/a\n", []),
        ("docs/a.md", f"from {HOST}\n", [f"docs/a.md:1: a package registry's host: {HOST}"]),
        (
            "docs/a.md",
            f"https://{PYTHON_HOST}/x\n",
            [f"docs/a.md:1: a package registry's host: {PYTHON_HOST}"],
        ),
        (
            "docs/a.md",
            f"{HOMES['home']}/an/khcn",
            [f"docs/a.md:1: a path of one machine: {HOMES['home']}/an/k"],
        ),
        ("docs/a.md", f"{HOMES['root']}/khcn", [f"docs/a.md:1: a path of one machine: {HOMES['root']}/k"]),
        ("docs/a.md", f"`{HOMES['work']}/main`", [f"docs/a.md:1: a path of one machine: {HOMES['work']}/m"]),
        ("docs/a.md", f"science{HOMES['work']}/list, ~/khcn, /usr/bin/python3\n", []),
        ("a.bin", "\x00", []),
    ],
)
def test_leaks(tmp_path, name, text, complaints):
    write(tmp_path, name, text)
    assert check_leaks.check_tree(tmp_path) == complaints


def test_a_binary_file_is_passed_over(tmp_path):
    (tmp_path / "a.whl").write_bytes(b"\xff\xfe" + HOST.encode())
    assert check_leaks.check_tree(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("kernel/screens/a.py", "rows = M._default_manager.all()\n", [1]),
        ("kernel/api/a.py", "x = 1\nrows = type(r)._base_manager.get(pk=1)\n", [2]),
        ("web/views/a.py", "rows = M.objects.all()\n", [1]),
        ("science/views.py", "rows = M.objects.all().filter(pk=1)\n", [1]),
        ("trace/views/a.py", "rows = M._base_manager\n", [1]),
        ("kernel/intake/grid_views.py", "x = 1\nrows = M.objects.all()\n", [2]),
        ("science/work.py", "x = 1\nrows = Task.objects.filter(pk=1)\n", [2]),
        ("reports/search_hits.py", "rows = Task.objects.filter(pk=1)\n", [1]),
        ("web/a.py", "rows = M.objects.visible_to(actor).all()\n", []),
        ("science/operations.py", "rows = M.objects.all()\n", []),
        ("web/a.py", "x = Task.objects.filter(pk=1)\ny = Task.objects.visible_to(actor)\n", [1]),
        ("web/a.py", "m = Task.objects\nrows = m.all()\nx = Other.objects.get(pk=1)\n", [1]),
        ("web/a.py", "from a import Task as T\nx = T.objects.get(pk=1)\n", [2]),
        ("web/a.py", "x = get_object_or_404(Task, pk=1)\ny = get_object_or_404(Other, pk=1)\n", [1]),
        ("science/operations.py", "x = Task.objects.get(pk=1)\n", []),
        ("reports/a.py", "x = actor.role in SEALING\n", [1]),
        ("science/rules.py", "x = 1\ny = request.actor.role is not Role.HEAD\n", [2]),
        ("web/a.py", "x = Role.ADMIN == self.actor.role\n", [1]),
        ("web/a.py", "x = actor.role is None\ny = seat.role in LEADERS\nz = has_role(Role.ADMIN)\n", []),
        ("kernel/access/a.py", "x = actor.role in allowed\n", []),
    ],
)
def test_scopes(tmp_path, name, text, lines):
    write(tmp_path, "src/khcn/science/register.py", "@register\nclass Tasks(Register):\n    model = Task\n")
    write(tmp_path, f"src/khcn/{name}", text)
    found = check_scopes.check_tree(tmp_path)
    assert [complaint.split(":")[:2] for complaint in found] == [[f"src/khcn/{name}", str(n)] for n in lines]


def test_a_named_read_is_let_through_while_it_is_there(tmp_path):
    write(
        tmp_path, "src/khcn/parties/register.py", "@register\nclass Units(Register):\n    model = OrgUnit\n"
    )
    write(tmp_path, "src/khcn/web/permissions.py", "x = OrgUnit.objects.valid(on=on)\n")
    assert check_scopes.check_tree(tmp_path) == []
    write(tmp_path, "src/khcn/web/permissions.py", "x = 1\n")
    assert "take it out of NAMED_READS" in " ".join(check_scopes.check_tree(tmp_path))


@pytest.mark.parametrize("check", [check_field_kinds, check_leaks, check_local_imports, check_size])
def test_a_complaint_is_printed_and_fails(check, tmp_path, monkeypatch, capsys):
    write(
        tmp_path,
        "src/khcn/a.py",
        f"# {HOST}\ndef f():\n    import os\n    f.get_internal_type()\n" + "    x = 1\n" * 60,
    )
    monkeypatch.setattr(check, "ROOT", tmp_path)
    assert check.main() == 1
    assert "src/khcn/a.py" in capsys.readouterr().out
    write(tmp_path, "src/khcn/a.py", "x = 1\n")
    assert check.main() == 0


# ------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lease = 1\n", []),
        ("def what_is_told(): ...\n", ["told"]),
        ("class TraceDoor: ...\n", ["door"]),
        ("class Turn: ...\n", ["Turn"]),
        ("x.touch()\n", []),
        ('"""Locked, lest somebody else write."""\n', ["lest"]),
        ("x = 1  # a house\n", []),
        ("x = 1  # rules of the house\n", ["the house"]),
        ('x = f"{told}"\n', ["told"]),
        ('x = "told"\n', []),
    ],
)
def test_names(tmp_path, text, words):
    write(tmp_path, "src/khcn/a.py", text)
    found = check_names.check_tree(tmp_path)
    assert [complaint.split("“")[1].split("”")[0] for complaint in found] == words


def test_names_of_files(tmp_path):
    write(tmp_path, "src/khcn/kept.py", "held_on = 1\n")
    write(tmp_path, "src/khcn/migrations/0001_told.py", "told = 1\n")
    complaints = check_names.check_tree(tmp_path)
    assert [complaint.split(";")[0] for complaint in complaints] == ["src/khcn/kept.py: “kept” 1 times"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (
            "a.js",
            "const said = new Map(); // the house\nform.dataset.held = 'kept';\n",
            ["held", "said", "the house"],
        ),
        ("a.js", 'x = "kept"; /* told */ const stored = 1;\n', []),
        ("a.html", "{# whoever #}{% for kept in rows %}{{ kept.name }}{% endfor %}", ["kept", "whoever"]),
        ("a.html", '<p class="kept">{{ _("told") }} said</p>', []),
        ("together.js", "const together = 1;\n", ["together"]),
        ("a_together_b.py", "def run_together(): ...\n", ["together"]),
    ],
)
def test_names_of_scripts_templates_and_files(tmp_path, name, text, words):
    write(tmp_path, f"src/khcn/{name}", text)
    found = check_names.check_tree(tmp_path)
    assert [complaint.split("“")[1].split("”")[0] for complaint in found] == words


def test_one_class_name_for_one_thing(tmp_path):
    write(tmp_path, "src/khcn/a.py", "class Offer: ...\nclass _Row: ...\nclass Event: ...\n")
    write(tmp_path, "src/khcn/b.py", "class Offer: ...\nclass _Row: ...\nclass Event: ...\n")
    write(tmp_path, "tests/c.py", "class Offer: ...\n")
    assert check_names.check_tree(tmp_path) == [
        "class Offer is in src/khcn/a.py and src/khcn/b.py: give each the word of its subject"
    ]
