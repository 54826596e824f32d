"""Cryptography is in few modules, all of them in the inventory of docs/security.md; and backups are opened by no short way."""

import ast
import re

from khcn.kernel.backup.encryption_keys import make_keys
from tests.conftest import ROOT

LIBRARIES = (
    "argon2", "asn1crypto", "authlib", "cryptography", "fido2", "hmac", "joserfc", "pkcs11", "pyhanko", "pyotp", "pyrage", "secrets",
    "django.contrib.auth.hashers", "django.contrib.auth.tokens", "django.core.signing", "django.utils.crypto",
)  # fmt: skip
SECTION = re.compile(r"^## Keys and cryptography$(.*?)^## ", re.MULTILINE | re.DOTALL)


def imported(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{each.name}" for each in node.names)


def touches_cryptography(path):
    return any(
        name == library or name.startswith(f"{library}.")
        for name in imported(path.read_text("utf-8"))
        for library in LIBRARIES
    )


def test_the_inventory_names_each_module_that_touches_cryptography():
    source = ROOT / "src"
    found = {
        ".".join(path.relative_to(source).with_suffix("").parts)
        for path in source.rglob("*.py")
        if touches_cryptography(path)
    }
    [section] = SECTION.findall((ROOT / "docs" / "security.md").read_text("utf-8"))
    assert set(re.findall(r"`(khcn\.[\w.]+)`", section)) == found


def test_a_passphrase_of_backups_is_stretched(tmp_path):
    """By scrypt, with at least 2^15 rounds of work, which the header of the format says."""
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("ba ngàn con gà mái đi trên cầu tre lắc lẻo")
    passphrase.chmod(0o400)
    protected = make_keys(public_keys=[], passphrase_file=passphrase).protected_identity
    head = protected.split(b"\n")
    assert head[0] == b"age-encryption.org/v1"
    kind, _salt, rounds = head[1].removeprefix(b"-> ").split()
    assert (kind, int(rounds) >= 15) == (b"scrypt", True)
