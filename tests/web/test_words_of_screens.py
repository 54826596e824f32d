"""Words that officials stumbled over once, and marks that stood where none belong: each stays gone."""

import re
from pathlib import Path

import pytest

from khcn.kernel.actors import Role
from tests.web.conftest import tree
from tools import messages

SOURCE = Path(__file__).resolve().parents[2] / "src/khcn"
PIECES = SOURCE / "reports/jinja2/reports/parts/pieces.html"


def msgids():
    catalogues = [path.read_text("utf-8") for path in messages.all_po_paths() if "en" in path.parts]
    text = re.sub(r'"\n"', "", "\n".join(catalogues))
    return set(re.findall(r'^msgid(?:_plural)? "(.*)"$', text, re.MULTILINE))


@pytest.mark.parametrize(
    ("shown", "gone"),
    [
        ("%(num)d trường", r"%\((?:num|count)\)[ds] ô"),
        ("Cơ sở tham gia truy xuất", r"Bên truy xuất"),
        ("Chưa chọn tệp nào", r"No file chosen"),
    ],
)
def test_the_words_of_officials_are_shown_and_those_of_before_are_not(shown, gone):
    texts = msgids()
    assert shown in texts
    assert [text for text in texts if re.fullmatch(gone, text)] == []


def test_the_legend_of_figures_shows_a_word_and_no_number():
    """“04 tính từ dữ liệu” was read as a count."""
    legend = PIECES.read_text("utf-8").partition("{% macro legend() %}")[2].partition("{% endmacro %}")[0]
    assert re.findall(r'class="sample[^>]*>(.*?)</span>', legend) == ['{{ _("Số") }}']
    assert "tính từ dữ liệu, bấm để xem bản ghi" in legend


def test_what_is_left_out_of_a_list_is_named():
    """“and 11 more” left it open of what."""
    assert [text for text in msgids() if re.fullmatch(r"\W*và %\(\w+\)[ds] nữa\W*", text)] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/login/", "/password/forgotten/", "/khong-co-o-dau/", "/q/", "/01/08930000000011"]
)
def test_titles_of_pages_for_everybody_are_words_alone(client, address):
    title = tree(client.get(address, follow=True)).xpath("string(//title)")
    assert title.strip()
    assert not set("<>{}") & set(title)


@pytest.mark.django_db
def test_choosing_a_file_speaks_vietnamese(sign_in):
    page = tree(sign_in(Role.OFFICER).get("/import/"))
    assert page.xpath("//body/@data-unchosen-file") == ["Chưa chọn tệp nào"]
