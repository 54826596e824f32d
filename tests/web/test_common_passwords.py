"""Passwords that everybody in the building would try first, however they are spelt."""

import gzip
import hashlib

import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khcn.kernel.text.fold import fold
from khcn.parties.models import User
from khcn.web.passwords import _NAMES, _WORDS, LONG_COMMON, LONGEST, LocalWordsValidator
from tests.lines_counted import lines_of

SIGNS = {"a": "a@4", "o": "o0", "e": "e3", "i": "i1!", "s": "s5$", "l": "l1", "b": "b8", "t": "t7"}
# A busy machine is no fault of the passwords.
at_leisure = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
ENDINGS = st.sampled_from(["", "1", "123", "2023", "2026", "!", "@2026", "#1", "123456", "!!!"])
WITH_MARKS = {
    "mat khau": "mật khẩu",
    "bac kan": "Bắc Kạn",
    "thai nguyen": "Thái Nguyên",
    "quan tri": "quản trị",
}


def is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)
    return True


def spelt(draw, text):
    """The text with signs for some letters and capitals for some."""
    letters = [draw(st.sampled_from(SIGNS.get(letter, letter))) for letter in text if letter != " "]
    return "".join(draw(st.sampled_from([each, each.upper()])) for each in letters)


@st.composite
def local_passwords(draw):
    words = draw(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4))
    return spelt(draw, "".join(words)) + draw(ENDINGS)


@st.composite
def passwords_of_names(draw):
    return spelt(draw, "".join(draw(st.lists(st.sampled_from(_NAMES), min_size=1, max_size=3)))) + draw(
        ENDINGS
    )


def test_the_long_ones_of_known_lists_are_refused():
    with gzip.open(LONG_COMMON, "rt", encoding="utf-8") as file:
        listed = file.read().split("\n")[:-1]
    assert (len(listed), min(map(len, listed))) == (873, 12)
    assert [each for each in listed if not is_refused(each)] == []


@pytest.mark.parametrize(
    "password",
    ["monkeydragon", "MonkeyDragon2024", "passwordiloveyou!", "abc123abc123", "xyzxyzxyzxyz", "aaaaaaaaaaaaaaa", "1qaz2wsx3edc4rfv",
     "qwertyuiop123", "zxcvbnmasdfghjkl", "0987654321qwerty", "abcdefghijklm", "q1w2e3r4t5y6", "mlkjhgfdsa321"],
)  # fmt: skip
def test_two_common_ones_and_ways_along_the_keyboard_are_refused(password):
    assert is_refused(password)


@pytest.fixture
def breached(settings, tmp_path):
    """A file as it is downloaded, of any number of passwords."""

    def put(*passwords, ending="\r\n"):
        digests = sorted(hashlib.sha1(each.encode()).hexdigest().upper() for each in passwords)
        file = tmp_path / "breached"
        file.write_bytes("".join(f"{each}:{number}{ending}" for number, each in enumerate(digests)).encode())
        settings.BREACHED_PASSWORDS_FILE = file

    return put


@pytest.mark.parametrize("count", [1, 2, 3, 50, 1000])
@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_each_password_of_the_file_of_breaches_is_found_and_no_other(breached, count, ending):
    listed = [f"con gà trống thứ {number}" for number in range(count)]
    breached(*listed, ending=ending)
    assert [each for each in listed if not is_refused(each)] == []
    for number in range(count, count + 20):
        validate_password(f"con gà trống thứ {number}")


def test_an_empty_file_refuses_nothing_and_one_that_is_not_there_everything(breached, settings):
    breached()
    validate_password("con gà trống thứ nhất")
    settings.BREACHED_PASSWORDS_FILE = settings.BREACHED_PASSWORDS_FILE.with_name("absent")
    with pytest.raises(ValidationError, match="Chưa kiểm tra được"):
        validate_password("con gà trống thứ nhất")


@at_leisure
@given(local_passwords())
def test_words_of_the_office_are_refused_however_spelt(password):
    assert is_refused(password)


@at_leisure
@given(passwords_of_names())
def test_up_to_three_names_are_refused_however_spelt(password):
    assert is_refused(password)


@pytest.mark.parametrize(
    "password",
    [
        "matkhau123", "backan2023", "khcn2026", "M@tKh4u123456", "mậtkhẩu123456", "MẬT KHẨU 2026!!", "b4ck4n2023!!!!", "p@ssw0rd12345",
        "qu4ntr1@2026#1", "SoKHCN@BacKan2023", "Nguyễn Văn A 1990", "iloveyou12345", "vietnamvodich", "Hồ Chí Minh 1969", "0123456789012",
    ],
)  # fmt: skip
def test_what_people_choose_first_is_refused(password):
    assert is_refused(password)


@pytest.mark.parametrize(
    "password", ["QuỳnhChi@19850612", "quynhchi-quynhchi", "Ma Thị Quỳnh Chi 85", "mtqchi.mtqchi.1985", "chi#quynh#2026##"]
)  # fmt: skip
def test_ones_own_name_is_no_password_but_that_of_a_stranger_may_be(password):
    own = User(username="mtqchi", full_name="Ma Thị Quỳnh Chi")
    with pytest.raises(ValidationError) as refused:
        validate_password(password, own)
    assert "password_too_common" in {each.code for each in refused.value.error_list}
    validate_password(password, User(username="lvb", full_name="Lý Văn Bé"))


@at_leisure
@given(st.sampled_from(sorted(WITH_MARKS)), ENDINGS)
def test_marks_of_vietnamese_change_nothing(word, ending):
    assert fold(WITH_MARKS[word]) == word
    assert is_refused(WITH_MARKS[word] * 2 + ending)


def test_there_are_far_more_than_three_thousand_common_ones():
    assert len(CommonPasswordValidator().passwords) + len({*_WORDS, *_NAMES}) > 3000


@pytest.mark.parametrize(
    "password",
    [
        "ba ngàn con gà mái", "suối-đá-thổ cẩm", "x7-kq2m-pp0w-rt", "chè shan tuyết " * 5, "k3wq-7mzd-p4ab-xy9c", "hoa lan huong minh tuan",
        "correct horse battery staple", "mưa rào trên mái tôn", "Ư" * 13, "🧪" * 12 + "a b",
    ],
)  # fmt: skip
def test_words_that_have_nothing_to_do_with_each_other_are_taken(password):
    validate_password(password)


@pytest.mark.parametrize("piece", ["1", "a1", "matkhau", "@", "monkey", "qwerty1234", "ế", "(1a2b)"])
def test_of_a_very_long_password_no_more_is_looked_at(piece):
    """Some of the questions take the square of the length: a hundred thousand characters held a process for minutes."""
    judged = LocalWordsValidator()

    def refusal(length):
        with pytest.raises(ValidationError) as refused:
            judged.validate((piece * length)[:length])
        return [each.code for each in refused.value.error_list]

    judged.validate(("ba ngàn con gà mái " * 20)[:LONGEST])
    assert refusal(LONGEST + 1) == refusal(100_000) == ["password_too_long"]
    assert lines_of(lambda: refusal(100_000)) == lines_of(lambda: refusal(LONGEST + 1))
