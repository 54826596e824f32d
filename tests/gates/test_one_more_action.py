"""The example of docs/howto/add-an-action.md works as it stands: offered, described, carried out and refused."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOWTO = ROOT / "docs" / "howto" / "add-an-action.md"
IGNORED = shutil.ignore_patterns("__pycache__", "*.mo", ".hypothesis")
TEST = """
from datetime import date

import orjson
import pytest

from tests.factories.councils import CouncilFactory
from tests.web.conftest import account, tree
from khcn.kernel.actors import Role

pytestmark = pytest.mark.django_db


def test_the_action_is_offered_carried_out_and_refused(client):
    client.force_login(account(Role.OFFICER, "QLKH"))
    council = CouncilFactory(established_on=date(2023, 1, 1))
    address = f"/councils/councils/{council.pk}/actions/dissolve/"
    page = tree(client.get(f"/councils/councils/{council.pk}/"))
    assert address in page.xpath("//a/@href")
    assert f"/api{address.replace(str(council.pk), '{pk}')}" in client.get("/api/openapi.json").json()["paths"]
    send = lambda day: client.post(
        f"/api{address}", orjson.dumps({"dissolved_on": day}), content_type="application/json",
        headers={"If-Match": "*"},
    )
    refused = send("2022-01-01")
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["dissolved_on"])
    assert send("2024-01-01").status_code == 200
    council.refresh_from_db()
    assert council.dissolved_on == date(2024, 1, 1)
    again = send("2024-02-01")
    assert (again.status_code, again.json()["message"]) == (409, "Hội đồng đã kết thúc.")
"""

pytestmark = pytest.mark.gates


def blocks():
    """File to the block that the page puts into it."""
    text = HOWTO.read_text("utf-8")
    return dict(
        re.findall(
            r"^## \d\. [^\n]*`(src/[^`]+\.py)`\n.*?```python\n(.*?)```", text, re.DOTALL | re.MULTILINE
        )
    )


def test_one_more_action_works(tmp_path):
    for name in ("src", "tests", "docs", "tools"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=IGNORED)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    given = blocks()
    assert sorted(given) == ["src/khcn/councils/operations.py", "src/khcn/councils/register.py"]
    (tmp_path / "src/khcn/councils/operations.py").write_text(
        given["src/khcn/councils/operations.py"], "utf-8"
    )
    register = tmp_path / "src/khcn/councils/register.py"
    text = register.read_text("utf-8")
    imports = (
        "from khcn.councils import operations\nfrom khcn.kernel.actions import Action\n"
        "from khcn.kernel.registers.registry import extend_register\n"
    )
    head, marker, rest = text.partition("from khcn.councils")
    register.write_text(f"{head}{imports}{marker}{rest}\n\n{given['src/khcn/councils/register.py']}", "utf-8")
    (tmp_path / "tests/web/test_dissolve.py").write_text(TEST, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "src"), "KHCN_DATA": str(tmp_path / "var")}
    environment.pop("DATABASE_URL", None)
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/web/test_dissolve.py", "-q", "-n0", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert tested.returncode == 0, tested.stdout[-3000:] + tested.stderr[-1000:]
