"""A bare Debian with its own systemd, in a folder of its own: made by debootstrap, booted by systemd-nspawn. Needs root.

It shares this machine's network, so that it reaches the same package registries, and has this machine's settings of pip and npm.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from drill.steps import DrillError

if TYPE_CHECKING:
    from collections.abc import Iterator

RELEASE: Final = "trixie"
_BOOTED_WITHIN: Final = 90  # seconds
_SETTINGS: Final = (
    "etc/pip.conf",
    "etc/npmrc",
    "etc/resolv.conf",
    "root/.npmrc",
    "root/.config/pip/pip.conf",
)
_AUTHORITIES: Final = Path("usr/local/share/ca-certificates")  # that this machine trusts beside Debian's
_TRUST: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "PIP_CERT", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE")
_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def needed_programs() -> list[str]:
    """Those that this machine lacks."""
    return [name for name in ("debootstrap", "systemd-nspawn", "nsenter") if shutil.which(name) is None]


def make_root(folder: Path) -> None:
    """A bare system with systemd. ``folder`` is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    packages = "--include=systemd,systemd-sysv,dbus"
    _checked(["debootstrap", "--variant=minbase", packages, RELEASE, str(folder)])
    (folder / "etc" / "hosts").write_text("127.0.0.1 localhost\n::1 localhost\n", "utf-8")
    for name in _SETTINGS:
        source, target = Path("/", name), folder / name
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    (folder / _AUTHORITIES).mkdir(parents=True, exist_ok=True)
    for source in Path("/", _AUTHORITIES).glob("*.crt"):
        shutil.copy(source, folder / _AUTHORITIES)


def _checked(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DrillError(f"{command[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")


@dataclass(frozen=True, slots=True)
class Debian:
    """A booted system."""

    root: Path
    leader: int  # process id of its systemd on this machine

    def run(self, script: str, *, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a script of bash as root in it. Raises DrillError where a command fails."""
        enter = [
            "nsenter",
            f"--target={self.leader}",
            "--mount",
            "--uts",
            "--ipc",
            "--pid",
            "--cgroup",
            "--root",
            "--wd",
        ]
        clean = ["env", "-i", f"PATH={_PATH}", "HOME=/root", "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"]
        inherited = [
            f"{name}={value}"
            for name, value in os.environ.items()
            if name.lower().endswith("_proxy") or name in _TRUST
        ]
        done = subprocess.run(
            [*enter, *clean, *inherited, "bash", "-euo", "pipefail", "-c", f"cd /root\n{script}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise DrillError(
                f"status {done.returncode} of:\n{script}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
            )
        return done


@contextlib.contextmanager
def booted(root: Path) -> Iterator[Debian]:
    """Boot it, and stop it at the end."""
    environment = {**os.environ, "SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE": "1"}
    command = [
        "systemd-nspawn",
        "--quiet",
        f"--directory={root}",
        "--register=no",
        "--keep-unit",
        "--resolv-conf=off",
    ]
    if not Path("/sys/fs/cgroup/cgroup.controllers").exists():  # control groups of version 1
        command.append("--setenv=SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1")
    with (root.parent / "boot.log").open("wb") as log:
        machine = subprocess.Popen(
            [*command, "--boot"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _wait_until_booted(root, machine)
    finally:
        machine.terminate()
        try:
            machine.wait(30)
        except subprocess.TimeoutExpired:
            machine.kill()
            machine.wait()


def _wait_until_booted(root: Path, machine: subprocess.Popen[bytes]) -> Debian:
    until = time.monotonic() + _BOOTED_WITHIN
    while time.monotonic() < until and machine.poll() is None:
        children = Path(f"/proc/{machine.pid}/task/{machine.pid}/children").read_text().split()
        for child in children:
            debian = Debian(root, int(child))
            state = debian.run("systemctl is-system-running", check=False).stdout.strip()
            if state in {"running", "degraded"}:
                return debian
        time.sleep(0.5)
    raise DrillError(
        f"not booted within {_BOOTED_WITHIN} s: {(root.parent / 'boot.log').read_text('utf-8', 'replace')[-2000:]}"
    )
