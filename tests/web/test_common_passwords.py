"""Passwords that everybody in the building would try first, however they are spelt."""

import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khcn.kernel.text.fold import fold
from khcn.parties.models import User
from khcn.web.passwords import _NAMES, _WORDS

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


def test_a_very_long_password_is_refused_or_taken_at_once():
    assert is_refused("matkhau" * 3000)
    validate_password("matkhau" * 3000 + "xz")
