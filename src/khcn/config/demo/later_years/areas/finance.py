"""Money of the tasks of the later years: estimates, instalments of contracts, advances, clearing, settlement of the year."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from khcn.config.demo.later_years.made_rows import after, day_of, money, typed, working

if TYPE_CHECKING:
    from random import Random

    from khcn.config.demo.later_years.made_rows import MadeRows
    from khcn.config.demo.later_years.renamed import Renamed


def add_rows(made: MadeRows, renamed: Renamed) -> None:
    """Add the estimates of 2024 and 2025, and what is paid to a few tasks of each year."""
    del renamed
    _add_estimates(made)
    tasks = [
        row
        for code in ("23-02", "23-03", "23-04")
        for row in made.first_year("science.sciencetask")
        if row["Mã nhiệm vụ"] == code
    ]
    chance = made.chance("finance")
    for number, task in enumerate(tasks, start=51):
        _pay(made, chance, number, task)


def _pay(made: MadeRows, chance: Random, number: int, task: dict[str, str]) -> None:
    """An instalment of the contract, the advance, and what of it is cleared."""
    code = task["Mã nhiệm vụ"]
    budget = int(task["Ngân sách nhà nước (đồng)"].replace(".", ""))
    first = working(date(2024, 2, 20))
    paid = after(first, chance.randrange(1, 30))
    instalment, amount = f"{code}-D2", budget * 3 // 10
    made.add(
        "finance.contractinstalment",
        {
            "Mã đợt cấp": instalment,
            "Nhiệm vụ KH&CN": code,
            "Đợt thứ": "2",
            "Số tiền của đợt (đồng)": money(amount),
            "Ngày cấp theo hợp đồng": typed(first),
            "Điều kiện cấp": "Sau khi kiểm tra tiến độ",
            "Ngày đạt điều kiện cấp": typed(working(date(2024, 1, 22))),
        },
    )
    made.add(
        "finance.advancepayment",
        {
            "Mã tạm ứng": f"TU-2024-{number}",
            "Nhiệm vụ KH&CN": code,
            "Đợt cấp theo hợp đồng": instalment,
            "Số chứng từ chi": f"MH-UNC-{number}",
            "Ngày chi tạm ứng": typed(paid),
            "Số tiền tạm ứng (đồng)": money(amount),
        },
    )
    for part, (days, share) in enumerate(((150, 6), (290, 3)), start=1):
        made.add(
            "finance.advanceclearance",
            {
                "Mã thanh toán": f"TT-2024-{number}{part}",
                "Khoản tạm ứng": f"TU-2024-{number}",
                "Hình thức": "Thanh toán tạm ứng",
                "Ngày thanh toán": typed(after(paid, days)),
                "Số tiền thanh toán (đồng)": money(amount * share // 10),
                "Số chứng từ thanh toán": f"MH-BK-{number}{part}",
            },
        )
    _settle(made, number, code, amount)


def _settle(made: MadeRows, number: int, code: str, amount: int) -> None:
    """The settlement of the year."""
    settled = working(date(2025, 2, 10 + number % 10))
    made.add(
        "finance.yearsettlement",
        {
            "Mã quyết toán": f"QT-{code}-2024",
            "Nhiệm vụ KH&CN": code,
            "Năm quyết toán": "2024",
            "Ngày nhận hồ sơ quyết toán": typed(settled),
            "Số đề nghị quyết toán (đồng)": money(amount * 9 // 10),
            "Số chuyển năm sau (đồng)": money(amount // 10),
        },
    )
    made.add(
        "finance.yearsettlement.approve",
        {
            "Mã quyết toán": f"QT-{code}-2024",
            "Ngày phê duyệt quyết toán": typed(after(settled, 30)),
            "Số được phê duyệt (đồng)": money(amount * 9 // 10 - 5_000_000),
            "Số văn bản phê duyệt": f"MH-{number}/TB-SKHCN",
        },
    )


def _add_estimates(made: MadeRows) -> None:
    for year, assigned in ((2024, "11/12/2023"), (2025, "10/12/2024")):
        for number, (source, kind, words, millions) in enumerate(
            (
                (
                    "Sự nghiệp khoa học và công nghệ",
                    "100-101",
                    "Thực hiện các nhiệm vụ khoa học và công nghệ",
                    15_200,
                ),
                ("Chi quản lý hành chính", "340-341", "Chi thường xuyên của Sở", 6_500),
            ),
            start=1,
        ):
            code = f"DT-{year}-{number:02}"
            amount = millions * 1_000_000 + (year - 2024) * 800_000_000
            if code != "DT-2024-01":  # which the first year brings
                made.add(
                    "finance.budgetestimate",
                    {
                        "Mã dự toán": code,
                        "Năm ngân sách": str(year),
                        "Nguồn kinh phí": source,
                        "Chương": "417",
                        "Loại, khoản": kind,
                        "Nội dung chi": words,
                        "Số tiền dự toán (đồng)": money(amount),
                    },
                )
                made.add(
                    "finance.budgetestimate.submit",
                    {"Mã dự toán": code, "Ngày trình": typed(after(day_of(assigned), -130))},
                )
            made.add(
                "finance.budgetestimate.assign",
                {
                    "Mã dự toán": code,
                    "Số quyết định giao dự toán": f"MH-{160 + year - 2024}/QĐ-UBND",
                    "Ngày giao dự toán": assigned,
                    "Số tiền được giao (đồng)": money(amount * 9 // 10),
                },
            )
