"""What is shipped: a bill of materials, licences, and an audit that never takes silence for good news."""

import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tools import audit, check_licences, sbom
from tools.components import Component, all_components, of_browser, of_python

ROOT = Path(__file__).resolve().parents[2]
PROJECT = {"name": "khcn", "version": "0", "license": "Apache-2.0"}
pytestmark = pytest.mark.gates


@pytest.fixture(scope="module")
def components():
    return all_components()


# ------------------------------------------------------------------------------------- the locks


def test_components_are_exactly_those_of_the_locks(components):
    pinned = {
        name: set(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    }
    python = {(each.name, each.version): each.runtime for each in components if each.kind == "pypi"}
    assert set(python) == pinned["requirements.lock"] | pinned["requirements-dev.lock"]
    assert {each for each, runtime in python.items() if runtime} == pinned["requirements.lock"]
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    paths = {path: each for path, each in packages.items() if path}
    browser = {each.name: each for each in components if each.kind == "npm"}
    assert {name for name, each in browser.items() if each.runtime} == {
        path.rpartition("node_modules/")[2] for path, each in paths.items() if not each.get("dev")
    }
    assert len({each.address for each in components}) == len(components)


def test_a_lock_is_read_with_sums_and_who_needs_what(tmp_path):
    lock = tmp_path / "x.lock"
    lock.write_text(
        "absent-a==1.0 \\\n    --hash=sha256:"
        + "a" * 64
        + " \\\n    --hash=sha256:"
        + "b" * 64
        + "\n    # via -r x.in\n"
        "absent-b==2 ; python_version < '3' \\\n    --hash=sha256:"
        + "c" * 64
        + "\n    # via\n    #   absent-a\n    #   other\n"
    )
    first, second = of_python(lock, runtime=frozenset({"absent-a"}))
    assert first == Component(
        "pypi", "absent-a", "1.0", (("SHA-256", "a" * 64), ("SHA-256", "b" * 64)), "", True
    )
    assert second == Component(
        "pypi", "absent-b", "2", (("SHA-256", "c" * 64),), "", False, ("absent-a", "other")
    )
    packages = {
        "": {"dependencies": {"@a/b": "1"}},
        "node_modules/@a/b": {
            "version": "1.0.0",
            "integrity": "sha512-AAEC",
            "license": "MIT",
            "dependencies": {"c": "1"},
        },
        "node_modules/c": {"version": "2.0.0", "integrity": "sha512-AwQF", "license": "ISC", "dev": True},
    }
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": packages}))
    assert of_browser(tmp_path / "package-lock.json") == [
        Component("npm", "@a/b", "1.0.0", (("SHA-512", "000102"),), "MIT", True, ()),
        Component("npm", "c", "2.0.0", (("SHA-512", "030405"),), "ISC", False, ("@a/b",)),
    ]


# ---------------------------------------------------------------------------- the bill of materials


def test_the_bill_of_materials_has_every_locked_component_with_hashes_and_licence(components):
    shipped = [each for each in components if each.runtime]
    bill = sbom.bill(shipped, PROJECT)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert [each["purl"] for each in bill["components"]] == [each.address for each in shipped]
    for each in bill["components"]:
        assert each["licenses"], each["name"]
        assert each["hashes"], each["name"]
        assert all(re.fullmatch(r"[0-9a-f]{64}|[0-9a-f]{128}", one["content"]) for one in each["hashes"])
    references = {each["ref"] for each in bill["dependencies"]}
    assert references == {each.address for each in shipped} | {"pkg:generic/khcn@0"}
    needed = {other for each in bill["dependencies"] for other in each["dependsOn"]}
    assert needed == {each.address for each in shipped}  # each is there because something needs it


def test_equal_locks_give_equal_bytes_and_others_another_number(components):
    one, same = sbom.bill(components, PROJECT), sbom.bill(components, PROJECT)
    assert json.dumps(one) == json.dumps(same)
    assert sbom.bill(components[1:], PROJECT)["serialNumber"] != one["serialNumber"]


def test_the_command_writes_it(tmp_path):
    file = tmp_path / "bom.json"
    command = [sys.executable, str(ROOT / "tools" / "sbom.py"), "-o", str(file)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert {each["scope"] for each in json.loads(file.read_text("utf-8"))["components"]} == {"required"}


# ------------------------------------------------------------------------------------------ licences


def test_every_runtime_component_has_a_licence_that_may_be_shipped(components):
    assert check_licences.check_components(components, (ROOT / "NOTICE").read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True), ("GPL-3.0-only", False), ("", False), ("AGPL-3.0-only OR MIT", True), ("AGPL-3.0-only AND MIT", False),
        ("MPL-2.0 AND (Apache-2.0 OR GPL-2.0-only)", True), ("(MIT OR ISC) AND GPL-2.0-only", False), ("Dual License", False),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
    ],
)  # fmt: skip
def test_an_expression_of_licences(expression, allowed):
    assert check_licences.is_allowed(expression) is allowed


@pytest.mark.parametrize(
    ("licence", "runtime", "notice", "complaint"),
    [
        ("GPL-3.0-only", True, "x", "is not in the list"),
        ("", True, "x", "no licence that its metadata name"),
        ("GPL-3.0-only", False, "x", None),
        ("LGPL-3.0-only", True, "x-y", "NOTICE does not name x"),
        ("LGPL-3.0-only", True, "there is x, LGPL-3.0-only", None),
    ],
)
def test_what_may_not_be_shipped_is_named(licence, runtime, notice, complaint):
    found = check_licences.check_components([Component("pypi", "x", "1", (), licence, runtime)], notice)
    assert len(found) == bool(complaint)
    assert not complaint or complaint in found[0]


# --------------------------------------------------------------------------------------------- audit

ADVISORY = {"vulns": [{"id": "GHSA-x"}]}
KNOWN = Component("pypi", "known", "1", (), "", True)
OTHER = Component("npm", "@a/other", "2", (), "", True)


@pytest.fixture
def database():
    """A database of advisories on this machine; ``answers`` gives its answer to the list of addresses."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append([each["package"]["purl"] for each in sent["queries"]])
            status, body = server.answers(asked[-1])
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body if isinstance(body, bytes) else json.dumps({"results": body}).encode())

        def log_message(self, *_arguments):
            pass

    asked = []
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.address = asked, f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def knows(*addresses):
    return lambda asked: (200, [ADVISORY if each in {*audit.CONTROLS, *addresses} else {} for each in asked])


def test_known_vulnerabilities_are_named(database):
    database.answers = knows(KNOWN.address)
    assert audit.audit(database.address, [KNOWN, OTHER]) == {KNOWN: ["GHSA-x"]}
    assert database.asked == [[*audit.CONTROLS, "pkg:pypi/known@1", "pkg:npm/%40a/other@2"]]


@pytest.mark.parametrize(
    "answers",
    [
        lambda _asked: (503, b"away"),
        lambda _asked: (405, b"no such method"),
        lambda _asked: (200, b"<html>sign in to this network</html>"),
        lambda _asked: (200, b"{}"),
        lambda _asked: (200, b'{"results": null}'),
        lambda _asked: (200, []),
        lambda asked: (200, [{} for _each in asked]),  # a registry that answers and has no data
        lambda asked: (200, [ADVISORY if each == audit.CONTROLS[0] else {} for each in asked]),
        lambda asked: (200, [ADVISORY for _each in asked[1:]]),
    ],
)
def test_without_data_the_audit_fails_and_says_so(database, capsys, answers):
    database.answers = answers
    assert audit.main(["--server", database.address]) == audit.NO_DATA
    printed = capsys.readouterr().out
    assert "NOT AUDITED" in printed
    assert "with known vulnerabilities" not in printed


def test_a_server_that_is_not_there_is_no_good_news(database, capsys):
    database.shutdown()
    database.server_close()
    assert audit.main(["--server", database.address]) == audit.NO_DATA
    assert "NOT AUDITED" in capsys.readouterr().out


def test_with_data_it_ends_with_what_it_found(database, capsys, components):
    database.answers = knows()
    assert audit.main(["--server", database.address]) == 0
    shipped = [each for each in components if each.runtime]
    assert f"{len(shipped)} thành phần đã hỏi, 0 có" in capsys.readouterr().out
    database.answers = knows(shipped[0].address)
    assert audit.main(["--server", database.address]) == audit.KNOWN
    assert f"{shipped[0].name} {shipped[0].version}: GHSA-x" in capsys.readouterr().out
