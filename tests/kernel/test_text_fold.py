"""Folding and the Vietnamese alphabet, over all 134 accented letters in NFC and NFD."""

import random
import unicodedata

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from khcn.kernel.text.fold import fold, name_key, sort_key, strip_diacritics

TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]  # level, huyền, hỏi, ngã, sắc, nặng
VOWELS = {"a": "aăâ", "e": "eê", "i": "i", "o": "oôơ", "u": "uư", "y": "y"}
SMALL = [
    (unicodedata.normalize("NFC", letter + tone), base)
    for base, letters in VOWELS.items()
    for letter in letters
    for tone in TONES
] + [("đ", "d")]
ACCENTED = [(letter, base) for letter, base in SMALL if letter != base]
ACCENTED += [(letter.upper(), base) for letter, base in ACCENTED]

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
words = st.text(alphabet=sorted({letter for letter, _base in SMALL} | set("bcdghklmnpqrstvx ")), max_size=12)


def shuffled(items):
    return random.Random(134).sample(list(items), len(items))


def test_the_alphabet_of_the_tests_is_whole():
    assert len(ACCENTED) == 134
    assert len({letter for letter, _base in ACCENTED}) == 134


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_each_accented_letter_folds_to_its_base(form):
    folded = {letter: fold(unicodedata.normalize(form, letter)) for letter, _base in ACCENTED}
    assert folded == dict(ACCENTED)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Nấm Linh chi", "nam linh chi"),
        ("ĐẶNG THỊ HỒNG", "dang thi hong"),
        ("Hoà Bình", "hoa binh"),
        ("Hòa Bình", "hoa binh"),
        ("  Sở\u00a0KH&CN –\n(Bắc Kạn) ", "so kh cn bac kan"),
        ("713/QĐ-UBND", "713 qd ubnd"),
        ("thú\u00ady", "thuy"),  # a soft hyphen
        ("Bắc\u200bKạn", "backan"),  # a zero-width space is not seen, so it is not a gap
        ("505m³", "505m3"),
        ("Besançon, Łódź, Straße, Ærø", "besancon lodz strasse aero"),
        ("", ""),
        ("…", ""),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded


def test_search_without_marks_finds_the_name():
    assert "nam linh chi" in fold("Dự án Nấm Linh chi và Vân chi")
    assert "nam linh chi" not in fold("Dự án Nấm hương")


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(words)
def test_fold_does_not_see_the_normal_form(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert sort_key(unicodedata.normalize("NFD", text)) == sort_key(unicodedata.normalize("NFC", text))


def test_strip_marks_keeps_signs():
    assert strip_diacritics(" Quý\u00a0IV/2023, 86,96 % – 5 ₫ ") == "quy iv/2023, 86,96 % – 5 ₫"


# ------------------------------------------------------------------------------------------ sorting


def test_letters_sort_in_the_order_of_the_alphabet():
    assert sorted(shuffled(ALPHABET), key=sort_key) == list(ALPHABET)


def test_tones_sort_level_huyen_hoi_nga_sac_nang():
    marked = [unicodedata.normalize("NFC", "ma" + tone) for tone in TONES]
    assert sorted(shuffled(marked), key=sort_key) == ["ma", "mà", "mả", "mã", "má", "mạ"]


def test_names_sort_as_in_a_printed_list():
    printed = [
        "An",
        "An Bình",
        "Ân",
        "Ba Bể",
        "Bạch Thông",
        "Bắc Kạn",
        "Cẩm Giàng",
        "Chợ Đồn",
        "Chợ Mới",
        "Dương Quang",
        "Đồng Lạc",
        "Em",
        "Êm",
        "Na Rì",
        "Ngân Sơn",
        "Ôn",
        "Ơn",
        "Pác Nặm",
        "Ưng",
        "Vi Hương",
        "Yến Dương",
    ]
    assert sorted(shuffled(printed), key=sort_key) == printed


def test_letters_count_before_tones_and_tones_before_capitals():
    printed = ["la", "La", "là", "lá", "lạ", "lan", "làn", "lang", "lâ"]
    assert sorted(shuffled(printed), key=sort_key) == printed


@given(words, words)
def test_a_word_sorts_before_what_it_begins(word, more):
    assert sort_key(word) <= sort_key(word + more)


@given(st.text(max_size=20))
def test_a_key_is_plain_under_any_collation(text):
    key = sort_key(text)
    assert set(key) <= set("0123456789abcdefghijklmnopqrstuvwxyz")
    assert key.encode() == key.encode("ascii")


@given(st.lists(st.one_of(words, st.text(max_size=6)), max_size=6))
def test_words_that_are_remembered_give_the_key_of_the_whole_text(names):
    text = " ".join(names)
    # A space at the end changes no key, and makes the text one that is read letter by letter.
    assert sort_key(text) == sort_key(text + " ")


@given(st.lists(words, max_size=8))
def test_bytes_and_text_sort_alike(names):
    assert sorted(names, key=sort_key) == sorted(names, key=lambda name: sort_key(name).encode())


@pytest.mark.django_db
def test_keys_sort_as_the_icu_collation_of_postgresql_does():
    if connection.vendor != "postgresql":
        pytest.skip("the oracle is PostgreSQL's vi-x-icu; runs where DATABASE_URL names such a server")
    letters = [letter for letter, _base in SMALL] + list("bcdghklmnpqrstvx019 ")
    chance = random.Random(134)
    made = (
        "".join(chance.choices(letters + [letter.upper() for letter in letters], k=5)) for _n in range(2000)
    )
    names = sorted({" ".join(name.split()) for name in made} - {""})
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT name FROM unnest(%s::text[]) AS name ORDER BY name COLLATE "vi-x-icu", name COLLATE "C"',
            [names],
        )
        assert [name for (name,) in cursor.fetchall()] == sorted(names, key=sort_key)


@given(st.text(max_size=30) | st.text(alphabet="hoaêđ\u0300\u0301\u0323\u0302\u0307\u07f2 .", max_size=12))
def test_the_key_of_a_name_is_its_own_key(text):
    """Two words in one have two tones; their order depended on the letter behind which they stood."""
    assert name_key(name_key(text)) == name_key(text)
    assert name_key(unicodedata.normalize("NFD", text)) == name_key(unicodedata.normalize("NFC", text))


def test_the_tones_of_two_words_in_one_are_the_same_in_any_spelling():
    assert name_key("TtiếỆ") == name_key(name_key("TtiếỆ"))
    assert name_key("Hoàhọa") == name_key("Hòahoạ")
    many = "a" + "\u0300" * 20 + "b\u0320" + "\u0301" * 20
    assert name_key(many) == name_key(name_key(many))
    apart = "i\u0307\u0300b\u0307\u0300\u07f2"
    assert name_key(apart) == name_key(name_key(apart))


@given(st.text(max_size=20))
def test_the_key_of_the_order_has_eight_characters_for_a_letter_at_most(text):
    assert len(sort_key(text)) <= 8 * len(unicodedata.normalize("NFD", text)) + 2
