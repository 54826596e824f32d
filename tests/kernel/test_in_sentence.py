"""Texts that begin with a capital, as they stand inside a sentence."""

import pytest

from khcn.kernel.text.in_sentence import in_sentence


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("Việc chấp hành pháp luật", "việc chấp hành pháp luật"),
        ("Đo lường, chất lượng xăng dầu", "đo lường, chất lượng xăng dầu"),
        ("Xăng, dầu", "xăng, dầu"),
        ("Taxi", "taxi"),
        ("Ở huyện Ba Bể", "Ở huyện Ba Bể"),
        ("Luật Đo lường", "Luật Đo lường"),
        ("Hồ Ba Bể", "Hồ Ba Bể"),
        ("KH&CN cấp cơ sở", "KH&CN cấp cơ sở"),
        ("X-quang chẩn đoán", "X-quang chẩn đoán"),
        ("QR trên nhãn", "QR trên nhãn"),
        ("10 cơ sở", "10 cơ sở"),
        ("", ""),
    ],
)
def test_names_and_abbreviations_stay(text, inside):
    assert in_sentence(text) == inside
