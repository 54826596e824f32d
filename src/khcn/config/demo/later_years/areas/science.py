"""Science tasks: what becomes of those of the first years, and two more years of proposals, councils, contracts and checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from khcn.config.demo.later_years.made_rows import (
    FIRST_DAY,
    LAST_DAY,
    NEW_PROVINCE,
    after,
    day_of,
    money,
    typed,
    working,
)

if TYPE_CHECKING:
    from random import Random

    from khcn.config.demo.later_years.made_rows import MadeRows
    from khcn.config.demo.later_years.renamed import Renamed

    Row = dict[str, str]

_EXTENDED: Final = "Gia hạn thời gian thực hiện"
_ENDED: Final = frozenset(
    {"Nghiệm thu cấp tỉnh", "Dừng thực hiện", "Chấm dứt hợp đồng", "Thanh lý hợp đồng", "Tạm dừng triển khai"}
)
_FARMING, _ENGINEERING = "Khoa học nông nghiệp", "Khoa học kỹ thuật và công nghệ"
_MEDICINE, _SOCIETY = "Khoa học y, dược", "Khoa học xã hội"
# Name, short name, kind and field of the tasks of each later year
_TASKS: Final = {
    2025: (
        ("Nghiên cứu quy trình trồng cây sa nhân tím dưới tán rừng", "Sa nhân tím", "Đề tài", _FARMING),
        ("Xây dựng mô hình nuôi ba ba gai thương phẩm", "Ba ba gai", "Dự án", _FARMING),
        ("Ứng dụng công nghệ tưới tiết kiệm cho cây quýt", "Tưới tiết kiệm", "Dự án", _FARMING),
        ("Nghiên cứu chế tạo máy sấy miến dong", "Máy sấy miến dong", "Đề tài", _ENGINEERING),
        ("Ứng dụng trí tuệ nhân tạo cảnh báo cháy rừng", "Cảnh báo cháy rừng", "Đề tài", _ENGINEERING),
        ("Nghiên cứu mô hình quản lý người bệnh phổi mạn tính", "Bệnh phổi mạn tính", "Đề tài", _MEDICINE),
        ("Nghiên cứu bảo tồn làn điệu hát then", "Hát then", "Đề tài", _SOCIETY),
    ),
    2026: (
        ("Xây dựng mô hình trồng cây mắc ca xen dược liệu", "Mắc ca xen dược liệu", "Dự án", _FARMING),
        ("Nghiên cứu phục tráng giống khoai môn", "Khoai môn", "Đề tài", _FARMING),
        ("Ứng dụng công nghệ số quản lý vùng chè", "Quản lý vùng chè", "Dự án", _ENGINEERING),
        ("Nghiên cứu xử lý nước thải làng nghề miến", "Nước thải làng nghề", "Đề tài", _ENGINEERING),
        ("Nghiên cứu chính quyền địa phương hai cấp", "Chính quyền hai cấp", "Đề tài", _SOCIETY),
        ("Nghiên cứu sàng lọc ung thư đại trực tràng", "Sàng lọc ung thư", "Đề tài", _MEDICINE),
    ),
}  # fmt: skip
_PROPOSED: Final = (
    "trồng rau an toàn",
    "nuôi dê",
    "sấy măng",
    "chế biến gừng",
    "xử lý rác thải",
    "du lịch cộng đồng",
    "giám sát hồ chứa",
)
_GRADES: Final = ("Xuất sắc", "Khá", "Khá", "Khá", "Đạt", "Đạt")
_DETERMINES: Final = "Hội đồng tư vấn xác định nhiệm vụ"
_SELECTS: Final = "Hội đồng tư vấn tuyển chọn"
_ACCEPTS: Final = "Hội đồng tư vấn đánh giá, nghiệm thu"
_SHORT: Final = {_DETERMINES: "XD", _SELECTS: "TC", _ACCEPTS: "NT"}

# Parts of all tasks and checks
_PROLONGED, _CLOSED, _WITH_WORKSHOP = 0.35, 0.85, 0.2
_IN_SPRING: Final = 4  # districts, before the merger; the others in autumn


@dataclass(slots=True)
class _Running:
    """A task with a contract: until when, and with how much of the state's money."""

    code: str
    name: str
    start: date
    end: date
    host: str
    budget: int
    extended: bool = False
    handed_in: bool = False


def add_rows(made: MadeRows, renamed: Renamed) -> None:
    """Add what happens to tasks from the end of the demonstration year on."""
    _Science(made, renamed).add_all()


class _Science:
    def __init__(self, made: MadeRows, renamed: Renamed) -> None:
        self._made = made
        self._renamed = renamed
        self._chance: Random = made.chance("science")
        self._hosts = [
            (row["Đơn vị công tác"], row["Họ và tên"])
            for row in made.first_year("parties.person")
            if row["Chức vụ"] == "Chủ nhiệm nhiệm vụ"
        ]
        self._meetings = 0

    def add_all(self) -> None:
        self._made.hand_in_again("science.progresscheck")
        running = self._running_tasks()
        running += [
            self._start(row, 2024)
            for row in self._made.first_year("science.sciencetask")
            if row["Mã nhiệm vụ"].startswith("24-")
        ]
        for year in _TASKS:
            running += self._new_year(year)
        for task in running:
            self._go_on(task)
        self._sessions()

    # -- tasks of the first years -------------------------------------------------------------------------------------------------------

    def _running_tasks(self) -> list[_Running]:
        """Tasks of the province whose contract was signed and which were not ended by the end of the demonstration year."""
        signed: set[str] = set()
        ended: set[str] = set()
        handed_in: set[str] = set()
        for row in self._made.first_year("science.taskmilestone"):
            if row["Mốc"] == "Ký hợp đồng":
                signed.add(row["Nhiệm vụ"])
            if row["Mốc"] == "Nộp hồ sơ nghiệm thu":
                handed_in.add(row["Nhiệm vụ"])
            if row["Mốc"] in _ENDED and row["Nhiệm vụ"] != "MH-03":  # which went on
                ended.add(row["Nhiệm vụ"])
        found = []
        extended = {
            row["Nhiệm vụ"]: day_of(row["Thời hạn sau"])
            for row in self._made.first_year("science.taskamendment")
            if row["Loại điều chỉnh"] == _EXTENDED and row["Thời hạn sau"]
        }
        asked = {row["Nhiệm vụ"] for row in self._made.first_year("science.amendmentrequest")}
        for row in self._made.first_year("science.sciencetask"):
            code = row["Mã nhiệm vụ"]
            if row["Cấp quản lý"] == "Cấp cơ sở" or code not in signed - ended - asked:
                continue
            end = extended.get(code, day_of(row["Ngày kết thúc theo hợp đồng"]))
            if end > FIRST_DAY:
                task = _of_row(row, end, extended=code in extended)
                task.handed_in = code in handed_in
                found.append(task)
        return found

    # -- a year of new tasks ------------------------------------------------------------------------------------------------------------

    def _new_year(self, year: int) -> list[_Running]:
        """Proposals in the winter and spring before, determined in summer; the contract in the spring of the year."""
        running = []
        tasks = _TASKS[year]
        for number in range(1, 3 * len(tasks) + 1):
            task = tasks[number // 3] if number % 3 == 0 and number // 3 < len(tasks) else None
            self._propose(year, number, f"{year % 100}-{number // 3 + 1:02}" if task else "", task)
        for number, (name, short, kind, field) in enumerate(tasks, start=1):
            row = {
                "Mã nhiệm vụ": f"{year % 100}-{number:02}",
                "Tên nhiệm vụ": name,
                "Tên gọi tắt": short,
                "Loại nhiệm vụ": kind,
                "Cấp quản lý": "Cấp tỉnh",
                "Bên quản lý": "Tỉnh quản lý",
                "Thực hiện từ năm": str(year),
                "Phương thức": "Tuyển chọn",
                "Lĩnh vực": field,
            }
            met = working(date(year - 1, 5, 20) + timedelta(days=9 * number))
            self._meet(_DETERMINES, short, row["Mã nhiệm vụ"], met, year)
            self._milestone(row["Mã nhiệm vụ"], "Xác định nhiệm vụ", met)
            if year <= LAST_DAY.year:
                running.append(self._start(row, year))
            else:
                self._made.add("science.sciencetask", row)
        return running

    def _propose(self, year: int, number: int, formed: str, task: tuple[str, str, str, str] | None) -> None:
        host, person = self._chance.choice(self._hosts)
        day = working(date(year - 2, 12, 18) + timedelta(days=self._chance.randrange(5, 130)))
        place = self._renamed.words("tỉnh Bắc Kạn", day)
        self._made.add(
            "science.taskproposal",
            {
                "Mã đề xuất": f"DX{year % 100}-{number:03}",
                "Tên đề xuất": task[0]
                if task
                else f"Nghiên cứu, ứng dụng: {self._chance.choice(_PROPOSED)} tại {place} ({number})",
                "Tổ chức đề xuất": host,
                "Cá nhân đề xuất": person,
                "Cấp đề xuất": "Cấp tỉnh",
                "Thực hiện từ năm": str(year),
                "Lĩnh vực": task[3]
                if task
                else self._chance.choice((_FARMING, _ENGINEERING, _MEDICINE, _SOCIETY)),
                "Ngày nhận": typed(day),
                "Kết quả xem xét": "Được xác định thành nhiệm vụ" if task else "Không đưa vào danh mục",
                "Nhiệm vụ hình thành": formed,
            },
        )

    def _start(self, row: Row, year: int) -> _Running:
        """From the approved list to the contract; the row of the task names its host, money and days."""
        code = row["Mã nhiệm vụ"]
        number = int(code.rpartition("-")[2])
        host, person = self._hosts[(year + 3 * number) % len(self._hosts)]
        listed = working(date(year - 1, 11, 25))
        selected = working(date(year - 1, 12, 18) + timedelta(days=3 * number))
        appraised, approved, signed = after(selected, 30), after(selected, 62), after(selected, 90)
        begins = (signed + timedelta(days=31)).replace(day=1)
        ends = begins.replace(year=begins.year + 2) - timedelta(days=1)
        budget = self._chance.randrange(60, 150) * 10_000_000
        self._made.add(
            "science.sciencetask",
            row
            | {
                "Tổ chức chủ trì": host,
                "Chủ nhiệm": person,
                "Ngày bắt đầu": typed(begins),
                "Ngày kết thúc theo hợp đồng": typed(ends),
                "Tổng kinh phí (đồng)": money(budget),
                "Ngân sách nhà nước (đồng)": money(budget * 8 // 10),
            },
        )
        self._meet(_SELECTS, row["Tên gọi tắt"], code, selected, year)
        for milestone, day in (
            ("Phê duyệt danh mục", listed),
            ("Tuyển chọn, giao trực tiếp", selected),
            ("Thẩm định kinh phí", appraised),
            ("Phê duyệt thuyết minh và dự toán", approved),
            ("Ký hợp đồng", signed),
        ):
            contract = f"MH-{number:02}/{year}/HĐ-KHCN" if milestone == "Ký hợp đồng" else ""
            self._milestone(code, milestone, day, number=contract)
        return _Running(code, row["Tên gọi tắt"], begins, ends, host, budget * 8 // 10)

    # -- from the contract to its end ---------------------------------------------------------------------------------------------------

    def _go_on(self, task: _Running) -> None:
        end = task.end
        if end <= LAST_DAY and not task.extended and self._chance.random() < _PROLONGED:
            decided = after(end, -20)
            new_end = end + timedelta(days=182)
            if decided > FIRST_DAY:
                self._made.add(
                    "science.taskamendment",
                    {
                        "Nhiệm vụ": task.code,
                        "Loại điều chỉnh": _EXTENDED,
                        "Ngày quyết định": typed(decided),
                        "Thời hạn trước": typed(end),
                        "Thời hạn sau": typed(new_end),
                        "Lý do": "Minh họa: hoàn thiện mô hình, hồ sơ nghiệm thu.",
                    },
                )
                end = new_end
        self._check(task, end)
        handed_in = after(end, self._chance.randrange(10, 29))
        accepted = after(handed_in, self._chance.randrange(30, 55))
        if handed_in > LAST_DAY:
            return
        if not task.handed_in:
            self._milestone(task.code, "Nộp hồ sơ nghiệm thu", handed_in)
        if accepted > LAST_DAY:
            return
        grade = self._chance.choice(_GRADES)
        self._meet(_ACCEPTS, task.name, task.code, accepted, None, grade=grade)
        self._milestone(task.code, "Nghiệm thu cấp tỉnh", accepted, grade=grade)
        spent = task.budget - self._chance.randrange(0, 4) * 5_000_000
        for milestone, days, values in (
            ("Cấp Giấy chứng nhận đăng ký kết quả", 25, {"number": f"MH-{task.code}/{accepted.year}/ĐKKQ"}),
            ("Công nhận kết quả", 50, {}),
            ("Quyết toán kinh phí", 55, {"amount": money(spent)}),
            ("Thanh lý hợp đồng", 85, {}),
        ):
            if (day := after(accepted, days)) <= LAST_DAY and self._chance.random() < _CLOSED:
                self._milestone(task.code, milestone, day, **values)

    def _check(self, task: _Running, end: date) -> None:
        day = working(
            max(task.start + timedelta(days=170), FIRST_DAY + timedelta(days=self._chance.randrange(5, 120)))
        )
        while day < min(end, LAST_DAY):
            self._made.add(
                "science.progresscheck",
                {
                    "Nhiệm vụ": task.code,
                    "Hình thức kiểm tra": "Kiểm tra định kỳ",
                    "Ngày kiểm tra": typed(day),
                    "Đoàn kiểm tra": self._renamed.words("Đoàn kiểm tra của Phòng Quản lý khoa học", day),
                    "Kết quả kiểm tra": "Thực hiện theo tiến độ thuyết minh (minh họa).",
                },
            )
            if self._chance.random() < _WITH_WORKSHOP:
                self._made.add(
                    "science.taskworkshop",
                    {
                        "Nhiệm vụ": task.code,
                        "Tên hội thảo": f"Hội thảo kết quả bước đầu: {task.name} (minh họa)",
                        "Ngày tổ chức": typed(after(day, 9)),
                        "Sở phối hợp tổ chức": self._chance.choice(("Có", "")),
                        "Địa điểm": "Hội trường minh họa",
                    },
                )
            day = after(day, self._chance.randrange(160, 183))

    # -- rows that several of these need ------------------------------------------------------------------------------------------------

    def _milestone(
        self, code: str, name: str, day: date, *, number: str = "", grade: str = "", amount: str = ""
    ) -> None:
        self._made.add(
            "science.taskmilestone",
            {
                "Nhiệm vụ": code,
                "Mốc": name,
                "Ngày": typed(day),
                "Số giấy chứng nhận, hợp đồng": number,
                "Xếp loại": grade,
                "Số tiền (đồng)": amount,
            },
        )

    def _meet(self, kind: str, name: str, code: str, day: date, year: int | None, *, grade: str = "") -> None:
        self._meetings += 1
        council = f"HD-{_SHORT[kind]}-{day.year}-{50 + self._meetings}"
        meeting = f"HOP-{day.year}-{50 + self._meetings}"
        self._made.add(
            "councils.council",
            {
                "Mã hội đồng": council,
                "Loại hội đồng": kind,
                "Tên hội đồng": f"{kind}: {name}",
                "Ngày thành lập": typed(after(day, -12)),
            },
        )
        self._made.add(
            "councils.councilmeeting",
            {
                "Mã cuộc họp": meeting,
                "Hội đồng": council,
                "Loại cuộc họp": kind,
                "Nội dung họp": f"{kind}: {name}",
                "Ngày họp": typed(day),
                "Cho nhiệm vụ năm": str(year or ""),
                "Địa điểm": "Sở Khoa học và Công nghệ",
                "Số thành viên": "7",
                "Số thành viên có mặt": str(self._chance.choice((6, 7, 7))),
                "Số biên bản": f"MH-{50 + self._meetings}/BB-HĐ",
            },
        )
        self._made.add(
            "science.meetingitem",
            {"Cuộc họp": meeting, "Nhiệm vụ": code, "Được thông qua": "Có", "Xếp loại": grade},
        )

    def _sessions(self) -> None:
        """With each district once a year, and after the merger with the communes that took their place."""
        for year in (2024, 2025):
            districts = [
                row
                for row in self._made.first_year("science.workingsession")
                if row["Mã buổi làm việc"].startswith("LV-2023") and row["Huyện, thành phố"]
            ]
            for number, row in enumerate(districts, start=1):
                month = 3 + number % 3 if number <= _IN_SPRING else 8 + number % 3
                day = working(date(year, month, 3 * number))
                place = self._renamed.words(row["Huyện, thành phố"], day)
                body = f"UBND {place[:1].lower()}{place[1:]}".partition(",")[0]
                self._made.add(
                    "science.workingsession",
                    {
                        "Mã buổi làm việc": f"LV-{year}-{number:02}",
                        "Loại": row["Loại"] if day < NEW_PROVINCE else "Làm việc với UBND xã, phường",
                        "Ngày làm việc": typed(day),
                        "Huyện, thành phố": place,
                        "Đơn vị làm việc": body,
                        "Nội dung": "Tình hình triển khai các nhiệm vụ khoa học và công nghệ (minh họa)",
                    },
                )


def _of_row(row: Row, end: date, *, extended: bool) -> _Running:
    budget = int((row["Ngân sách nhà nước (đồng)"] or "0").replace(".", ""))
    start = day_of(row["Ngày bắt đầu"])
    return _Running(
        row["Mã nhiệm vụ"], row["Tên gọi tắt"], start, end, row["Tổ chức chủ trì"], budget, extended=extended
    )
