"""All URLs of the program. The only place that combines views of several layers."""

from django.urls import URLPattern, URLResolver, include, path

from khcn.config.cards import report_cards, system_cards
from khcn.config.health import healthz, readyz
from khcn.config.monitoring.exposition import metrics
from khcn.config.monitoring.status_page import system_status
from khcn.kernel.intake.work_items import workbook_cards as intake_cards
from khcn.kernel.search import offered_hits
from khcn.kernel.ui import home_cards
from khcn.reports.home_lists import report_lists
from khcn.reports.search_hits import report_hits
from khcn.trace.urls import epcis_urlpatterns, resolver_urlpatterns, screen_urlpatterns
from khcn.trace.views.provinces import province_cards
from khcn.web.late_by_division import late_lists

# Hand-written views come before the generated views of registers (``/<area>/<register>/``).
_SCREENS = (
    ("", "khcn.web.urls"),
    ("import/", "khcn.kernel.intake.urls"),
    ("reports/", "khcn.reports.urls"),
    ("science/", "khcn.science.urls"),
    ("privacy/", "khcn.privacy.urls"),
    ("api/", "khcn.kernel.api.urls"),
    ("", "khcn.kernel.screens.urls"),
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("system/", system_status, name="system-status"),
    path("epcis/", include(epcis_urlpatterns)),
    *resolver_urlpatterns,
    *screen_urlpatterns,
    *(path(prefix, include(module)) for prefix, module in _SCREENS),
]

handler400 = "khcn.web.views.frame.not_readable"
handler403 = "khcn.web.views.frame.not_allowed"
handler404 = "khcn.web.views.frame.not_found"
handler500 = "khcn.web.views.frame.broken"

# The packages that add cards to the home page, and hits to searches, in this order.
home_cards.register_card_provider(intake_cards)
home_cards.register_card_provider(report_cards)
home_cards.register_card_provider(system_cards)
home_cards.register_card_provider(province_cards)
home_cards.register_list_provider(report_lists)
home_cards.register_list_provider(late_lists)
offered_hits.register_hit_provider(report_hits)
