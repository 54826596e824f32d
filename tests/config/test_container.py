"""The recipe for containers: every path and command in it exists. No container engine is needed, and none is there."""

import json
import re
import shlex
import subprocess
import sys

import pytest
from django.conf import settings

from drill.steps import commands_of
from khcn.config.environment_values import env_listen
from khcn.config.variables import known_variables
from tools.launcher.main import WORDS

RECIPE = settings.ROOT / "deploy" / "container" / "Containerfile"
PAGE = settings.ROOT / "docs" / "van-hanh" / "container.md"
# Of Debian's packages coreutils, apt and passwd, which the image has.
OF_DEBIAN = {"apt-get", "rm", "useradd", "install"}
PLACE = "/opt/khcn/"


def instructions():
    """Word and rest of each instruction, comments and line ends taken out."""
    lines = [line for line in RECIPE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    text = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [tuple(line.split(" ", 1)) for line in text.splitlines()]


def of(word):
    return [rest for found, rest in instructions() if found == word]


def commands():
    """Each command of each RUN."""
    for rest in of("RUN"):
        if rest.startswith("["):
            yield json.loads(rest)
        else:
            yield from (shlex.split(each) for each in rest.split("&&"))


def variables():
    return dict(each.split("=", 1) for rest in of("ENV") for each in shlex.split(rest))


def test_it_has_nothing_but_known_instructions_in_their_order():
    words = [word for word, _rest in instructions()]
    assert words[0] == "FROM"
    assert sorted(set(words)) == [
        "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "RUN", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ]  # fmt: skip
    last_run = max(place for place, word in enumerate(words) if word == "RUN")
    assert words.index("USER") > last_run
    assert of("FROM") == ["docker.io/library/debian:trixie-slim"]


def test_what_it_copies_is_there_and_is_what_the_set_up_needs():
    copied = []
    for rest in of("COPY"):
        *sources, target = shlex.split(rest)
        for source in sources:
            assert (settings.ROOT / source).exists(), source
            assert target == (f"{PLACE}{source}" if len(sources) == 1 else PLACE)
        copied += sources
    listed = subprocess.run(
        ["git", "ls-files", "--", *copied], cwd=settings.ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert {each.split("/")[0] for each in listed} == set(copied)
    launcher = (settings.ROOT / "tools" / "launcher" / "setup.py").read_text("utf-8")
    named = set(re.findall(r'"((?:requirements|package|package-lock)\.(?:lock|json)|\.npmrc)"', launcher))
    assert named
    assert named <= set(copied)


def test_its_commands_are_those_of_debian_or_of_the_program():
    names = [each[0] for each in commands()]
    assert set(names) == {*OF_DEBIAN, f"{PLACE}khcn"}
    [setup] = [each for each in commands() if each[0] == f"{PLACE}khcn"]
    [entry] = [json.loads(rest) for rest in of("ENTRYPOINT")]
    [default] = [json.loads(rest) for rest in of("CMD")]
    assert entry == [f"{PLACE}khcn"]
    assert {setup[1], default[0]} <= set(WORDS)
    options = subprocess.run(
        [sys.executable, "-m", "khcn", default[0], "--help"],
        cwd=settings.ROOT,
        env={"PYTHONPATH": "src", "PATH": "/usr/bin:/bin", "KHCN_DATA": "/tmp/khcn-container-test"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert [each for each in default[1:] if each.startswith("-") and each not in options] == []


def test_it_runs_as_an_account_without_rights_that_owns_its_volumes():
    [made] = [each for each in commands() if each[0] == "useradd"]
    [folders] = [each for each in commands() if each[0] == "install"]
    assert of("USER") == [made[-1]]
    assert made[-1] != "root"
    [volumes] = [json.loads(rest) for rest in of("VOLUME")]
    assert [each for each in folders if each.startswith("/")] == volumes
    assert folders[folders.index("--owner") + 1] == made[-1]
    assert variables()["KHCN_DATA"] in volumes


def test_its_variables_are_known_and_its_port_is_open(monkeypatch):
    found = variables()
    assert {each for each in found if each.startswith("KHCN_")} <= known_variables()
    monkeypatch.setenv("KHCN_X", found["KHCN_LISTEN"])
    listen = env_listen("KHCN_X", default="")
    assert of("EXPOSE") == [str(listen.port)]
    [health] = of("HEALTHCHECK")
    check = json.loads(health[health.index("[") :])
    compile(check[-1], "health", "exec")
    assert f"http://127.0.0.1:{listen.port}/readyz" in check[-1]


@pytest.mark.parametrize("title", list(commands_of(PAGE)))
def test_the_page_uses_words_of_the_program_and_volumes_of_the_recipe(title):
    [volumes] = [json.loads(rest) for rest in of("VOLUME")]
    for block in commands_of(PAGE)[title]:
        for line in filter(None, block.splitlines()):
            words = shlex.split(line)
            assert words[0] == "podman"
            targets = [
                words[place + 1].partition(":")[2] for place, each in enumerate(words) if each == "--volume"
            ]
            assert set(targets) <= set(volumes)
            if words[1] == "exec":
                assert words[3] == json.loads(of("ENTRYPOINT")[0])[0]
                assert words[4] in WORDS
            if words[1] == "run" and "--rm" in words:
                assert words[words.index("khcn") + 1] in WORDS
            if words[1] == "build":
                assert (settings.ROOT / words[words.index("--file") + 1]) == RECIPE
