"""Addresses of every register: ``/<area>/<register>/…``."""

from django.urls import path

from khcn.kernel.screens import acting, editing, views

BASE = "<slug:area>/<slug:slug>/"

urlpatterns = [
    path("lookup/" + BASE, views.lookup, name="register-lookup"),
    path(BASE, views.record_list, name="register-list"),
    path(BASE + "count/", views.record_count, name="register-count"),
    path(BASE + "export/", views.record_export, name="register-export"),
    path(BASE + "columns/", views.choose_columns, name="register-columns"),
    path(BASE + "new/", editing.create, name="register-new"),
    path(BASE + "<int:pk>/", views.record_detail, name="register-detail"),
    path(BASE + "<int:pk>/history/", views.record_history, name="register-history"),
    path(BASE + "<int:pk>/edit/", editing.edit, name="register-edit"),
    path(BASE + "<int:pk>/delete/", editing.delete, name="register-delete"),
    path(BASE + "<int:pk>/actions/<slug:name>/", acting.action_page, name="register-action"),
    path(BASE + "<int:pk>/files/", editing.attach_file, name="register-attach"),
    path(BASE + "<int:pk>/files/<int:attachment>/", editing.attached_file, name="register-file"),
    path(BASE + "<int:pk>/files/<int:attachment>/remove/", editing.detach_file, name="register-detach"),
]
