"""Addresses of the import, under ``import/``."""

from django.urls import path

from khcn.kernel.intake import views

urlpatterns = [
    path("", views.batch_list, name="import-list"),
    path("template/", views.download_template, name="import-template"),
    path("upload/", views.upload, name="import-upload"),
    path("decisions/", views.decision_list, name="import-decisions"),
    path("decisions/<int:pk>/forget/", views.forget_button, name="import-forget"),
    path("<int:pk>/", views.batch_detail, name="import-batch"),
    path("<int:pk>/file/", views.batch_file, name="import-file"),
    path("<int:pk>/problems/", views.batch_problems, name="import-problems"),
    path("<int:pk>/decide/", views.decide, name="import-decide"),
    path("<int:pk>/confirm/", views.confirm_button, name="import-confirm"),
    path("<int:pk>/reject/", views.reject, name="import-reject"),
    path("<int:pk>/undo/", views.undo_button, name="import-undo"),
]
