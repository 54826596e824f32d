from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    name = "khcn.planning"
    verbose_name = _("Phương hướng, đánh giá công tác")
