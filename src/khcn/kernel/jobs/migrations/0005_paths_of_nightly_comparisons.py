from django.db import migrations

# Paths of functions that got plainer names: what waits in the queue, and what was done today, is known by its path.
TASK = ("khcn.kernel.jobs.enqueueing.run_queued_job", "khcn.kernel.jobs.enqueueing.run_enqueued_job")
JOBS = {
    "khcn.kernel.deadlines.jobs.check_drift": "khcn.kernel.deadlines.jobs.deadline_drift_job",
    "khcn.kernel.search.jobs.check_entries": "khcn.kernel.search.jobs.search_entries_job",
}


def rename_paths(apps, task, names):
    results = apps.get_model("django_tasks_database", "DBTaskResult").objects
    for result in results.filter(task_path=task[0]):
        path, arguments = result.args_kwargs["args"]
        result.args_kwargs = {**result.args_kwargs, "args": [names.get(path, path), arguments]}
        result.task_path = task[1]
        result.save(update_fields=["task_path", "args_kwargs"])
    runs = apps.get_model("kernel_jobs", "DailyRun").objects
    for old, new in names.items():
        runs.filter(path=old).update(path=new)


def forwards(apps, schema_editor):
    rename_paths(apps, TASK, JOBS)


def backwards(apps, schema_editor):
    rename_paths(apps, TASK[::-1], {new: old for old, new in JOBS.items()})


class Migration(migrations.Migration):
    dependencies = [
        ("kernel_jobs", "0004_plain_paths"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]

    operations = [migrations.RunPython(forwards, backwards)]
