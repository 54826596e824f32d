"""Addresses of every register: ``/<area>/<register>/…``."""

from django.urls import path

from khcn.kernel.screens import (
    action_page,
    attachments,
    bulk_actions,
    history,
    list_views,
    number_books,
    paper_templates,
    papers,
    record_deletion,
    record_editing,
    record_views,
    undo,
)

BASE = "<slug:area>/<slug:slug>/"

urlpatterns = [
    path("number-books/", number_books.book_list, name="number-books"),
    path("number-books/<int:pk>/", number_books.book, name="number-book"),
    path("number-books/<int:pk>/take/", number_books.take, name="number-take"),
    path("number-books/numbers/<int:pk>/void/", number_books.void_number_page, name="number-void"),
    path("papers/", papers.paper_list, name="papers"),
    path("papers/document.css", papers.paper_style_sheet, name="paper-style"),
    path("papers/<int:pk>/", papers.paper_page, name="paper"),
    path("papers/<int:pk>/issue/", papers.issue_page, name="paper-issue"),
    path("papers/<int:pk>/renew/", papers.renew_page, name="paper-renew"),
    path("papers/<int:pk>/discard/", papers.discard_page, name="paper-discard"),
    path("papers/<int:pk>/replace/", papers.replace_page, name="paper-replace"),
    path("papers/<int:pk>/withdraw/", papers.withdraw_page, name="paper-withdraw"),
    path("papers/<int:pk>/sign/", papers.sign_page, name="paper-sign"),
    path("papers/<int:pk>/<slug:form>/", papers.paper_file, name="paper-file"),
    path("paper-templates/", paper_templates.kind_list, name="paper-templates"),
    path("paper-templates/<slug:code>/", paper_templates.versions, name="paper-template"),
    path("paper-templates/<slug:code>/sample/", paper_templates.sample, name="paper-template-sample"),
    path("paper-templates/<slug:code>/<int:version>/", paper_templates.content, name="paper-template-file"),
    path("lookup/" + BASE, record_views.lookup, name="register-lookup"),
    path(BASE, list_views.record_list, name="register-list"),
    path(BASE + "count/", list_views.record_count, name="register-count"),
    path(BASE + "export/", list_views.record_export, name="register-export"),
    path(BASE + "columns/", list_views.choose_columns, name="register-columns"),
    path(BASE + "removed/", undo.removed, name="register-removed"),
    path(BASE + "undo/<int:entry>/", undo.undo, name="register-undo"),
    path(BASE + "new/", record_editing.create, name="register-new"),
    path(BASE + "actions/<slug:name>/", bulk_actions.bulk_page, name="register-bulk"),
    path(BASE + "<int:pk>/", record_views.record_detail, name="register-detail"),
    path(BASE + "<int:pk>/history/", history.record_history, name="register-history"),
    path(BASE + "<int:pk>/edit/", record_editing.edit, name="register-edit"),
    path(BASE + "<int:pk>/delete/", record_deletion.delete, name="register-delete"),
    path(BASE + "<int:pk>/actions/<slug:name>/", action_page.action_page, name="register-action"),
    path(BASE + "<int:pk>/files/", attachments.attach_file, name="register-attach"),
    path(BASE + "<int:pk>/files/<int:attachment>/", attachments.attached_file, name="register-file"),
    path(BASE + "<int:pk>/files/<int:attachment>/remove/", attachments.detach_file, name="register-detach"),
]
