"""Screens of this area that its registers cannot express; the rest of ``science/…`` is derived."""

from django.urls import path

from khcn.science import views
from khcn.science.views import public_calls

# Tabs are named one by one: "edit" and "delete" of the same address belong to the register.
urlpatterns = [
    path("tasks/<int:pk>/", views.task_file, name="science-task"),
    path("tasks/<int:pk>/dossier/", views.task_dossier, name="science-task-dossier"),
    *(
        path(f"tasks/<int:pk>/{tab}/", views.task_file, {"tab": tab}, name=f"science-task-{tab}")
        for tab, _label in views.TABS
    ),
]

# For everybody, beside the other public pages.
root_urlpatterns = [
    path("public/calls/", public_calls.call_list, name="public-calls"),
    path("public/calls/<path:code>/", public_calls.call_page, name="public-call"),
]
