"""Addresses of the import, under ``import/``."""

from django.urls import path

from khcn.kernel.intake import (
    decision_views,
    layout_views,
    paste_views,
    problem_views,
    typed_cells_views,
    views,
)

urlpatterns = [
    path("", views.batch_list, name="import-list"),
    path("template/", views.download_template, name="import-template"),
    path("upload/", views.upload, name="import-upload"),
    path("paste/", paste_views.paste, name="import-paste"),
    path("decisions/", decision_views.decision_list, name="import-decisions"),
    path("decisions/<int:pk>/forget/", decision_views.forget_button, name="import-forget"),
    path("layouts/", layout_views.layout_list, name="import-layouts"),
    path("layouts/<int:pk>/", layout_views.layout_edit, name="import-layout"),
    path("layouts/<int:pk>/forget/", layout_views.layout_forget, name="import-layout-forget"),
    path("<int:pk>/", views.batch_detail, name="import-batch"),
    path("<int:pk>/file/", views.batch_file, name="import-file"),
    path("<int:pk>/problems/", problem_views.batch_problems, name="import-problems"),
    path("<int:pk>/sheets/<int:place>/", layout_views.sheet_layout, name="import-sheet"),
    path("<int:pk>/rows/", layout_views.choose_row, name="import-row"),
    path("<int:pk>/cells/", typed_cells_views.correct_cells, name="import-cells"),
    path("<int:pk>/new-rows/", typed_cells_views.give_to_new_rows, name="import-new-rows"),
    path("<int:pk>/plan/", typed_cells_views.plan_again, name="import-plan"),
    path("<int:pk>/decide/", views.decide, name="import-decide"),
    path("<int:pk>/values/", views.confirm_values, name="import-values"),
    path("<int:pk>/ask-again/", views.ask_again, name="import-ask-again"),
    path("<int:pk>/confirm/", views.confirm_button, name="import-confirm"),
    path("<int:pk>/reject/", views.reject, name="import-reject"),
    path("<int:pk>/undo/", views.undo_button, name="import-undo"),
]
