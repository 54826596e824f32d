from django.db import migrations

# Paths of functions that got plainer names: what waits in the queue, and what was done today, is known by its path.
TASK = ("khcn.kernel.jobs.run", "khcn.kernel.jobs.enqueueing.run_enqueued_job")
JOBS = {
    "khcn.kernel.audit.jobs.verify_chain": "khcn.kernel.audit.jobs.verify_log_job",
    "khcn.kernel.audit.jobs.send_daily_anchor": "khcn.kernel.audit.jobs.daily_anchor_job",
    "khcn.kernel.deadlines.jobs.recompute_stale": "khcn.kernel.deadlines.jobs.recompute_stale_job",
    "khcn.kernel.deadlines.jobs.check_drift": "khcn.kernel.deadlines.jobs.deadline_drift_job",
    "khcn.kernel.search.jobs.check_entries": "khcn.kernel.search.jobs.search_entries_job",
    "khcn.kernel.jobs.queue.forget_results": "khcn.kernel.jobs.queue.forget_queue_results",
    "khcn.trace.jobs.make_partitions": "khcn.trace.jobs.make_partitions_job",
    "khcn.trace.jobs.forget_old_deliveries": "khcn.trace.jobs.old_deliveries_job",
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
        ("kernel_jobs", "0003_leased_until"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]

    operations = [migrations.RunPython(forwards, backwards)]
