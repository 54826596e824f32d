"""What the linter refuses for the sake of security, with the settings of this repository; and expressions made of values."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUFF = Path(sys.executable).parent / "ruff"
CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")
pytestmark = pytest.mark.gates

SAMPLE = """
import hashlib, os, pickle, random, ssl, subprocess, xml.etree.ElementTree as ET
import requests, yaml
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from jinja2 import Environment
from markupsafe import Markup
def f(cursor, given, key):
    cursor.execute(f"SELECT a FROM b WHERE c = '{given}'")
    subprocess.run(given, shell=True)
    os.system(given)
    eval(given)
    exec(given)
    pickle.loads(given)
    yaml.load(given)
    ET.fromstring(given)
    hashlib.md5(given)
    random.choice(given)
    requests.get(given, verify=False)
    ssl._create_unverified_context()
    algorithms.ARC4(key)
    modes.ECB()
    Environment(autoescape=False)
    Markup(given)
    return given
"""
REFUSED = {
    "S608": "SQL from text", "S602": "a shell", "S605": "a shell", "S307": "eval", "S102": "exec", "S301": "pickle",
    "S506": "yaml.load", "S314": "an XML parser that resolves entities", "S324": "MD5", "S311": "a generator for games",
    "S501": "certificates that are not verified", "S323": "the same", "S304": "an old cipher", "S305": "an insecure mode",
    "S701": "templates that do not escape", "S704": "text of others as markup",
}  # fmt: skip


@pytest.mark.parametrize(
    "place", ["src/khcn/web/sample.py", "src/khcn/kernel/sample.py", "src/khcn/config/sample.py"]
)
def test_the_linter_refuses_what_the_rules_of_security_forbid(place):
    command = [str(RUFF), "check", "--no-cache", "--output-format", "json", "--stdin-filename", place, "-"]
    done = subprocess.run(command, cwd=ROOT, input=SAMPLE, capture_output=True, text=True, check=False)
    found = {each["code"] for each in json.loads(done.stdout)}
    assert {code: what for code, what in REFUSED.items() if code not in found} == {}


# File to the expressions in it that are made of values, and why no text of others is among them.
EXPRESSIONS = {
    "config/serving/senders.py": {
        "_SESSION.format(re.escape(settings.SESSION_COOKIE_NAME))": "the name is a setting, and escaped",
        "_SESSION.format(re.escape(COOKIE))": "the name is a constant, and escaped",
    },
    "epcis/ids/canonical.py": {"data": "from the table beside it", "key": "the same"},
    "epcis/ids/epc.py": {"f'{pattern}{{1,{longest}}}'": "from the table of schemes in the file"},
    "epcis/rules/value_checks.py": {"expression": "an argument of our own modules, when they are loaded"},
    "goods/models/coordinates.py": {
        "each": "literals of the lines below it",
        "one.replace('#', '1') + _BETWEEN + other.replace('#', '2')": "constants of the file",
        "word": "from the table in the file",
    },
    "kernel/intake/readers/number_formats.py": {
        "b'\\\\b' + name + b'=([\"\\'])(.*?)\\\\1'": "names of attributes, literals of the callers",
    },
    "reports/checking/parts.py": {"each": "literals of the lines below it"},
    "web/passwords.py": {
        "''.join((f\"[{letter}{_SIGNS.get(letter, '')}]\" for letter in word))": "words of the list in the file",
        "at_the_ends": "literals of the line before",
    },
}


def made_of_values(tree):
    """The first arguments of functions of ``re`` that are neither fixed texts nor put together from such and ``re.escape``."""
    for node in ast.walk(tree):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args
        if not (is_call and isinstance(node.func.value, ast.Name) and node.func.value.id == "re"):
            continue
        if node.func.attr != "escape" and not is_fixed(node.args[0]):
            yield ast.unparse(node.args[0])


def is_fixed(node):
    """Made of literals, constants of the program (in capitals) and escaped texts."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.escape":
        return True
    if isinstance(node, ast.JoinedStr):
        return all(isinstance(part, ast.Constant) or is_fixed(part.value) for part in node.values)
    return all(CONSTANT.fullmatch(each.id) for each in ast.walk(node) if isinstance(each, ast.Name))


def test_an_expression_with_a_value_in_it_has_its_reason():
    found = {}
    for path in sorted((ROOT / "src").rglob("*.py")):
        if texts := sorted(set(made_of_values(ast.parse(path.read_text("utf-8"))))):
            found[str(path.relative_to(ROOT / "src" / "khcn"))] = texts
    assert found == {path: sorted(reasons) for path, reasons in EXPRESSIONS.items()}
