"""``./khcn import``: the same import for programs and for people at a terminal."""

import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.urls import reverse

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.intake import operations
from khcn.kernel.intake.models import Batch, Decision
from khcn.kernel.intake.plans import batch_plans, plan_making
from khcn.kernel.intake.undo import undo_conflicts
from khcn.kernel.registers.registry import register_of
from khcn.kernel.workbooks.export import export_workbook
from khcn.parties.models import Organisation, User
from khcn.science.models import ScienceTask
from tests.kernel.intake_sample import TASK, book_of, reference_data, unit
from tests.web.conftest import account, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path):
    def run_it(content, *arguments):
        path = tmp_path / "tháng 9.xlsx"
        path.write_bytes(content)
        out, status = io.StringIO(), 0
        try:
            call_command("import_workbook", str(path), *arguments, stdout=out)
        except SystemExit as stop:
            status = stop.code
        return status, out.getvalue()

    return run_it


def test_writes_a_good_file_and_says_so(run):
    reference_data()
    content = book_of(ScienceTask, [TASK])
    status, text = run(content)
    assert (status, text) == (0, "nhiệm vụ KH&CN: thêm 1, sửa 0, giữ nguyên 0, bỏ qua 0\nĐã ghi vào sổ.\n")
    assert ScienceTask.objects.get().code == TASK["code"]
    assert Batch.objects.get().state == "committed"
    status, text = run(content)
    assert (status, text.splitlines()[-1]) == (
        0,
        "Phần được đọc của tệp không có gì khác với sổ; không phải ghi gì.",
    )
    assert Batch.objects.count() == 1


def test_lists_every_problem_and_writes_nothing(run):
    reference_data()
    rows = [{**TASK, "host": "Đơn vị lạ"}, {**TASK, "code": "ĐT.02", "planned_end_on": "31/2/2024"}]
    status, text = run(book_of(ScienceTask, rows))
    assert status == 1
    assert "LỖI Dữ liệu, J3, Ngày kết thúc theo hợp đồng [31/2/2024]: “31/2/2024” không có trong lịch" in text
    assert "HỎI Dữ liệu, dòng 2: “Đơn vị lạ” chưa có trong sổ Tổ chức." in text
    assert text.endswith("Không có gì được ghi: còn 1 lỗi và 1 câu hỏi.\n")
    assert not ScienceTask.objects.exists()
    assert not Batch.objects.exists()


def test_json_for_programs(run):
    reference_data()
    status, text = run(book_of(ScienceTask, [{**TASK, "start_year": "x"}]), "--format", "json")
    result = json.loads(text)
    assert status == 1
    assert (result["written"], result["ready"], result["counts"]["errors"]) == (False, False, 1)
    assert result["problems"] == [
        {
            "sheet": "Dữ liệu",
            "row": 2,
            "column": "Thực hiện từ năm",
            "cell": "F2",
            "value": "x",
            "message": "Chưa đọc được “x” thành số.",
            "remedy": "Gõ bốn chữ số của một năm, ví dụ 2023.",
            "severity": "error",
            "code": "unreadable",
        }
    ]
    status, text = run(b"nothing", "--format", "json")
    assert (status, json.loads(text)["problems"][0]["code"]) == (1, "not_excel")


def test_a_dry_run_writes_nothing(run):
    reference_data()
    status, text = run(book_of(ScienceTask, [TASK]), "--dry-run")
    assert (status, text.splitlines()[-1]) == (0, "Tệp ghi được vào sổ; chưa ghi vì chỉ xem trước.")
    assert not ScienceTask.objects.exists()


def test_decisions_and_missing_names(run):
    _field, host, _person = reference_data()
    rows = [
        {**TASK, "host": "TTKN", "task_type": "đề tài/dự án"},
        {**TASK, "code": "ĐT.02", "host": "Hợp tác xã Mới"},
        {**TASK, "code": "ĐT.03", "level": "Cấp làng"},
    ]
    arguments = [
        "--decide",
        "tổ chức chủ trì=ttkn=>Trung tâm Khuyến nông",
        "--decide",
        "Loại nhiệm vụ=Đề tài/dự án=>Dự án",
        "--decide",
        "Cấp quản lý=Cấp làng=>-",
    ]
    status, text = run(book_of(ScienceTask, rows), *arguments)
    assert (status, Decision.objects.count()) == (1, 0)
    status, text = run(book_of(ScienceTask, rows), *arguments, "--create-missing")
    assert status == 0, text
    tasks = {task.code: task for task in ScienceTask.objects.all()}
    assert set(tasks) == {"ĐT.01.2023", "ĐT.02"}
    assert (tasks["ĐT.01.2023"].host, tasks["ĐT.01.2023"].task_type) == (host, "pilot_project")
    assert tasks["ĐT.02"].host == Organisation.objects.get(name="Hợp tác xã Mới")
    assert sorted(Decision.objects.values_list("action", flat=True)) == ["create", "use", "use"]


def test_acts_as_an_account(run):
    reference_data()
    with acting(SYSTEM):
        User.objects.create_user(
            "tt", full_name="Thanh tra viên", role_id="officer", unit=unit("Thanh tra", "TTRA")
        )
    status, text = run(book_of(ScienceTask, [TASK]), "--user", "tt")
    assert status == 1
    assert "Tài khoản của bạn không được ghi vào sổ “nhiệm vụ KH&CN”." in text
    with pytest.raises(CommandError):
        run(b"", "--user", "nobody")


def test_bad_arguments_say_what_is_wrong(run, tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("import_workbook", str(tmp_path / "nowhere.xlsx"))
    with pytest.raises(CommandError, match="cột=giá trị=>đích"):
        run(book_of(ScienceTask, [TASK]), "--decide", "sai")


def test_an_export_can_be_imported(run):
    reference_data()
    run(book_of(ScienceTask, [TASK]))
    content = export_workbook(register_of(ScienceTask), ScienceTask.objects.all())
    assert run(content)[1].splitlines()[0] == "nhiệm vụ KH&CN: thêm 0, sửa 0, giữ nguyên 1, bỏ qua 0"


@pytest.fixture
def planned_in_transactions(monkeypatch):
    """For each plan that is made, whether a transaction was open then."""
    found = []
    for module in (operations, batch_plans, undo_conflicts, plan_making):

        def watched(*arguments, original=module.prepare_import, **options):
            found.append(connection.in_atomic_block)
            return original(*arguments, **options)

        monkeypatch.setattr(module, "prepare_import", watched)
    return found


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_while_the_command_plans_a_file(run, planned_in_transactions):
    reference_data()
    rows = [TASK, {**TASK, "code": "ĐT.02", "host": "Hợp tác xã Mới"}]
    assert run(book_of(ScienceTask, rows), "--create-missing")[0] == 0
    assert ScienceTask.objects.count() == 2
    assert (len(planned_in_transactions) > 1, any(planned_in_transactions)) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_while_the_places_of_what_is_not_undone_are_looked_up(
    run, client, planned_in_transactions
):
    reference_data()
    assert run(book_of(ScienceTask, [TASK]))[0] == 0
    with acting(SYSTEM):
        task = ScienceTask.objects.get()
        task.note = "sửa sau"
        task.save()
    planned_in_transactions.clear()
    client.force_login(account(Role.ADMIN))
    page = client.post(reverse("import-undo", args=[Batch.objects.get().pk]))
    assert (page.status_code, "Trang tính “Dữ liệu”, dòng 2" in words(page)) == (409, True)
    assert planned_in_transactions == [False]
    assert ScienceTask.objects.get().note == "sửa sau"
