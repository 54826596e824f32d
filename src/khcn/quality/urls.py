"""The catalogue of standards for everybody, and the board of supported parties; all other pages of the area are derived."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from khcn.kernel.ui.home_cards import register_card_provider
from khcn.kernel.ui.own_pages import register_page_of_list
from khcn.quality.views import catalogue, support_board

urlpatterns = [
    path("catalogue/", catalogue.standard_catalogue, name="standard-catalogue"),
    path("catalogue/request/", catalogue.standard_request, name="standard-catalogue-request"),
    path("support-board/", support_board.board_page, name="support-board"),
    path("support-board.xlsx", support_board.board_workbook, name="support-board-file"),
]

register_page_of_list(
    "quality.traceabilitysupport", "support-board", _("Bảng theo dõi hỗ trợ truy xuất nguồn gốc")
)
register_card_provider(support_board.support_cards)
