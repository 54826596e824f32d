"""Addresses of the report screens, under ``reports/``."""

from django.urls import path

from khcn.reports.views import (
    boards,
    definitions,
    frozen,
    given_words,
    last_time,
    overrides,
    reports,
    sections,
    steps,
    whole,
)

app_name = "reports"

urlpatterns = [
    path("", reports.report_list, name="list"),
    path("document.css", whole.style_sheet, name="style"),
    path("new/", reports.create, name="create"),
    path("board/", boards.board, name="current-board"),
    path("forms/", definitions.form_list, name="form-list"),
    path("forms/<slug:code>/", definitions.form_versions, name="form-versions"),
    path("forms/<slug:code>/edit/", definitions.form_edit, name="form-edit"),
    path("forms/<slug:code>/chips/", definitions.form_chips, name="form-chips"),
    path("forms/<slug:code>/take-offered/", definitions.form_take_offered, name="form-take-offered"),
    path("forms/<slug:code>/<int:number>/", definitions.form_version, name="form-version"),
    path("of-section/<int:pk>/", reports.of_section, name="of-section"),
    path("<int:pk>/", reports.detail, name="detail"),
    path("<int:pk>/preview/", whole.preview, name="preview"),
    path("<int:pk>/check/", whole.check, name="check"),
    path("<int:pk>/check/<slug:key>/", whole.waive, name="waive"),
    path("<int:pk>/board/", boards.board, name="board"),
    path("<int:pk>/frozen/", frozen.frozen, name="frozen"),
    path("<int:pk>/given/", given_words.given_words, name="given"),
    path("<int:pk>/last-time/", last_time.last_time, name="last-time"),
    path("<int:pk>/sign/", frozen.sign, name="sign"),
    path("<int:pk>/changes/", frozen.changes, name="changes"),
    path("<int:pk>/replace/", frozen.replace, name="replace"),
    path("<int:pk>/files/<slug:format_name>/", whole.file, name="file"),
    path("<int:pk>/steps/approve/", steps.approve, name="approve"),
    path("<int:pk>/steps/<slug:name>/", steps.step, name="step"),
    path("<int:pk>/overrides/<int:override_id>/clear/", overrides.clear, name="override-clear"),
    path("<int:pk>/sections/<str:key>/", sections.edit, name="section"),
    path("<int:pk>/sections/<str:key>/preview/", sections.preview, name="section-preview"),
    path("<int:pk>/sections/<str:key>/chips/", sections.chips, name="section-chips"),
    path("<int:pk>/sections/<str:key>/override/", overrides.override, name="override"),
    path("<int:pk>/sections/<str:key>/steps/<slug:name>/", sections.section_step, name="section-step"),
]
