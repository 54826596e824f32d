"""Screens of this area that its registers cannot express; the rest of ``science/…`` is derived."""

from django.urls import path

from khcn.science import views

# Tabs are named one by one: "edit" and "delete" of the same address belong to the register.
urlpatterns = [
    path("tasks/<int:pk>/", views.task_file, name="science-task"),
    path("tasks/<int:pk>/dossier/", views.task_dossier, name="science-task-dossier"),
    *(
        path(f"tasks/<int:pk>/{tab}/", views.task_file, {"tab": tab}, name=f"science-task-{tab}")
        for tab, _label in views.TABS
    ),
]
