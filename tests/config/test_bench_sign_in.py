"""The measure of S10 works: a wrong password costs its hash, whether or not somebody has the name."""

import re

import pytest

from bench import sign_in
from khcn.config.password_hasher import Argon2idHasher
from khcn.parties.models import User


@pytest.fixture
def hashed(monkeypatch, settings):
    """What Argon2id is asked to do: its numbers, once for each hash."""
    settings.PASSWORD_HASHERS = ["khcn.config.password_hasher.Argon2idHasher"]
    found = []
    for name in ("encode", "verify"):
        real = getattr(Argon2idHasher, name)

        def counted(self, *arguments, real=real):
            found.append((self.time_cost, self.memory_cost, self.parallelism))
            return real(self, *arguments)

        monkeypatch.setattr(Argon2idHasher, name, counted)
    monkeypatch.setattr(sign_in, "SAMPLES", 3)
    return found


@pytest.mark.django_db
def test_known_and_unknown_names_cost_the_same_hash(hashed):
    bar = sign_in.sign_in_times()
    assert len(hashed) == 1 + 3 + 3  # the password that was stored, then each attempt
    assert len(set(hashed)) == 1
    assert re.fullmatch(r"[\d.]+ / [\d.]+ ms, mỗi tên 3 lần", bar.detail)
    assert not User.objects.filter(username="do-dang-nhap").exists()
