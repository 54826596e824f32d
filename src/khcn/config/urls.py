"""All URLs of the program. The only place that combines views of several layers."""

from collections.abc import Iterator
from importlib import import_module

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import module_has_submodule

from khcn.config.cards import report_cards, system_cards
from khcn.config.health import healthz, readyz
from khcn.config.monitoring.exposition import metrics
from khcn.config.monitoring.status_page import system_status
from khcn.kernel.intake.work_items import workbook_cards as intake_cards
from khcn.kernel.screens.searched_files import file_hits
from khcn.kernel.search import offered_hits
from khcn.kernel.ui import home_cards
from khcn.reports.home_lists import report_lists
from khcn.reports.search_hits import report_hits
from khcn.web.late_by_division import late_lists

# Hand-written views, also those of the areas, come before the generated views of registers (``/<area>/<register>/``).
_SCREENS = (
    ("", "khcn.web.urls"),
    ("import/", "khcn.kernel.intake.urls"),
    ("reports/", "khcn.reports.urls"),
    ("api/", "khcn.kernel.api.urls"),
    ("", "khcn.kernel.screens.urls"),
)


def _area_patterns() -> Iterator[URLPattern | URLResolver]:
    """What the areas add: ``urlpatterns`` of ``<area>/urls.py`` below the label of the area, and ``root_urlpatterns`` where a
    standard says at which address something is found, or people type it.
    """
    own = {__name__, *(module for _prefix, module in _SCREENS)}
    for config in apps.get_app_configs():
        module = f"{config.name}.urls"
        if (
            config.name.startswith("khcn.")
            and module not in own
            and module_has_submodule(config.module, "urls")
        ):
            found = import_module(module)
            yield from getattr(found, "root_urlpatterns", ())
            yield path(f"{config.label}/", include(found.urlpatterns))


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("system/", system_status, name="system-status"),
    *_area_patterns(),
    *(path(prefix, include(module)) for prefix, module in _SCREENS),
]

handler400 = "khcn.web.views.frame.not_readable"
handler403 = "khcn.web.views.frame.not_allowed"
handler404 = "khcn.web.views.frame.not_found"
handler500 = "khcn.web.views.frame.broken"

# The packages beside the areas that add cards to the home page and hits to searches, in this order. An area adds its own in its `urls.py`.
home_cards.register_card_provider(intake_cards)
home_cards.register_card_provider(report_cards)
home_cards.register_card_provider(system_cards)
home_cards.register_list_provider(report_lists)
home_cards.register_list_provider(late_lists)
offered_hits.register_hit_provider(report_hits)
offered_hits.register_hit_provider(file_hits)
