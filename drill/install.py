"""The install guide, typed by a script on a bare Debian: installed, used, its data lost, restored, upgraded."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from drill.installation import contents_of_tables, installed
from drill.steps import DrillError

if TYPE_CHECKING:
    from drill.debian import Debian
    from drill.installation import Installation

MOST: Final = 15 * 60  # seconds of all commands together
SECRETS, JOURNAL, MONITORING = "Bí mật trong systemd", "Nhật ký sang máy khác", "Máy nào hỏng thì ai biết"
RESTORE, UPGRADE, SECOND = "Phục hồi", "Nâng cấp", "Quản trị thứ hai"
FOLLOWED: Final = (SECOND, SECRETS, JOURNAL, RESTORE, UPGRADE, MONITORING)
"""Headings of the guide below which the commands are typed here; `drill.installation` has typed the numbered ones."""
# Tables that a restore does not leave as they were: what it ends and seals, what jobs find and count, what people type afterwards.
_GO_ON: Final = ("kernel_audit_", "kernel_integrity_", "kernel_search_", "parties_sign")
_FILES: Final = "find /var/lib/khcn/files -type f -print0 | sort --zero-terminated | xargs --null --no-run-if-empty sha256sum"
_ARRIVES_WITHIN: Final = 60  # seconds
# A machine that receives the journal, played by this one; both ends have one certificate of an authority of their own.
_RECEIVER: Final = """
install --directory --mode 755 /etc/khcn/nhatky /var/log/journal/remote
cd /etc/khcn/nhatky
openssl req -quiet -x509 -newkey rsa:3072 -nodes -days 2 -subj /CN=khcn-drill -addext keyUsage=critical,keyCertSign,cRLSign -keyout ca.key -out ca.pem
openssl req -quiet -newkey rsa:3072 -nodes -subj /CN=nhatky.example.vn -keyout khcn.key -out request
printf 'subjectAltName=DNS:nhatky.example.vn' > san
openssl x509 -req -in request -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san -out khcn.crt
chmod 644 khcn.key
echo 127.0.0.1 nhatky.example.vn >> /etc/hosts
apt-get install --yes systemd-journal-remote
systemd-run --unit=khcn-receiver /usr/lib/systemd/systemd-journal-remote --listen-https=127.0.0.1:19532 --key=/etc/khcn/nhatky/khcn.key \
    --cert=/etc/khcn/nhatky/khcn.crt --trust=/etc/khcn/nhatky/ca.pem --output=/var/log/journal/remote
"""


def run() -> str:
    """Raises DrillError where a command fails, or something is not there after the restore."""
    with installed() as system:
        system.administrator = system.use("quantri", system.administrator)["password"]
        second = system.follow(SECOND).strip().splitlines()[-1]
        second = system.use("quantri2", second)["password"]
        first = system.use("vanphong", system.new_account("vanphong", "Văn phòng", "office"), "report")
        system.follow(MONITORING)
        _keep_secrets(system)
        _send_journal(system)
        system.debian.run("khcn backup")
        before = _contents(system.debian)
        system.follow(RESTORE)
        system.wait_for_service()
        after = _contents(system.debian)
        different = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
        if different:
            raise DrillError(f"not as before the restore: {different}")
        again = system.use("vanphong", first["password"], "report")
        for name, password in (("quantri", system.administrator), ("quantri2", second)):
            system.use(name, password)
        system.follow(UPGRADE)
        total = sum(system.spent.values())
    if total > MOST:
        raise DrillError(f"{total:.0f} s of commands, at most {MOST}")
    files = sum(name.startswith("/") for name in before)
    return (
        f"{total:.0f} s of commands (at most {MOST}), {len(before) - files} tables and {files} files equal by hash after the restore, "
        f"report of {first['report_bytes']} and {again['report_bytes']} bytes, HSTS {first['hsts']}"
    )


def _contents(debian: Debian) -> dict[str, str]:
    """A hash of each table that only people write, and of each stored file."""
    tables = {
        name: digest for name, digest in contents_of_tables(debian).items() if not name.startswith(_GO_ON)
    }
    sums = (line.split(maxsplit=1) for line in debian.run(_FILES).stdout.splitlines())
    return tables | {path: digest for digest, path in sums}


def _keep_secrets(system: Installation) -> None:
    """What systemd has encrypted reaches service and command. Taken away again: there is no such mail server. Raises DrillError."""
    system.follow(SECRETS)
    system.wait_for_service()
    debian = system.debian
    host = debian.run('khcn shell -c "from django.conf import settings; print(settings.EMAIL_HOST)"').stdout
    given = debian.run("ls /run/credentials/khcn.service").stdout
    if host.split()[-1:] != ["mail.example.vn"] or given.split() != ["khcn.KHCN_SMTP"]:
        raise DrillError(f"the secret did not arrive: {host!r}, {given!r}")
    debian.run("rm /etc/credstore.encrypted/khcn.KHCN_SMTP\nsystemctl restart khcn")
    system.wait_for_service()


def _send_journal(system: Installation) -> None:
    """A line of the journal arrives at the other machine. Raises DrillError."""
    debian = system.debian
    debian.run(_RECEIVER)
    system.follow(JOURNAL)
    debian.run("echo khcn-drill-line | systemd-cat")
    until = time.monotonic() + _ARRIVES_WITHIN
    search = "journalctl --directory=/var/log/journal/remote --output=cat --grep=khcn-drill-line"
    while debian.run(search, check=False).returncode:
        if time.monotonic() > until:
            raise DrillError(
                debian.run(
                    "journalctl --unit systemd-journal-upload --unit khcn-receiver --no-pager", check=False
                ).stdout
            )
        time.sleep(1)
