"""Addresses of the import, under ``import/``."""

from django.urls import path

from khcn.kernel.intake import (
    bulk_change_views,
    decision_views,
    grid_views,
    layout_views,
    list_views,
    paste_views,
    problem_views,
    row_choice_views,
    typed_cells_views,
    views,
)
from khcn.kernel.intake.workflow import may_open_import
from khcn.kernel.ui.view_decorators import open_to

# What the pages show and write follows from rights in registers; a person without a built-in role sees the own files there.
_OF_FILES = (
    ("", list_views.batch_list, "import-list"),
    ("template/", list_views.download_template, "import-template"),
    ("upload/", views.upload, "import-upload"),
    ("paste/", paste_views.paste, "import-paste"),
    ("change/<slug:area>/<slug:slug>/", bulk_change_views.change_many, "import-change-many"),
    ("grid/<slug:area>/<slug:slug>/", grid_views.grid, "import-change-grid"),
    ("<int:pk>/", views.batch_detail, "import-batch"),
    ("<int:pk>/file/", views.batch_file, "import-file"),
    ("<int:pk>/problems/", problem_views.batch_problems, "import-problems"),
    ("<int:pk>/sheets/<int:place>/", layout_views.sheet_layout, "import-sheet"),
    ("<int:pk>/rows/", row_choice_views.choose_row, "import-row"),
    ("<int:pk>/faulty-rows/", row_choice_views.leave_out_faulty_rows, "import-faulty-rows"),
    ("<int:pk>/cells/", typed_cells_views.correct_cells, "import-cells"),
    ("<int:pk>/new-rows/", typed_cells_views.give_to_new_rows, "import-new-rows"),
    ("<int:pk>/plan/", typed_cells_views.plan_again, "import-plan"),
    ("<int:pk>/decide/", views.decide, "import-decide"),
    ("<int:pk>/values/", views.confirm_values, "import-values"),
    ("<int:pk>/ask-again/", views.ask_again, "import-ask-again"),
    ("<int:pk>/confirm/", views.confirm_button, "import-confirm"),
    ("<int:pk>/reject/", views.reject, "import-reject"),
    ("<int:pk>/undo/", views.undo_button, "import-undo"),
)

urlpatterns = [
    *(path(address, open_to(may_open_import)(view), name=name) for address, view, name in _OF_FILES),
    path("decisions/", decision_views.decision_list, name="import-decisions"),
    path("decisions/<int:pk>/forget/", decision_views.forget_button, name="import-forget"),
    path("layouts/", layout_views.layout_list, name="import-layouts"),
    path("layouts/<int:pk>/", layout_views.layout_edit, name="import-layout"),
    path("layouts/<int:pk>/forget/", layout_views.layout_forget, name="import-layout-forget"),
]
