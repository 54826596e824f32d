"""What `./khcn WORD` does: set up what WORD needs, then hand over to the program.

Runs on any Python from 3.8 on, so that an old machine gets an explanation and not a syntax error.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import List

from . import setup

RUN, DEV = "run", "dev"

# word -> (Vietnamese, English)
WORDS = {
    "demo": (
        "cài đặt, nạp dữ liệu minh họa 2023, lập báo cáo vào out/, mở trang web",
        "set up, load, report, serve",
    ),
    "serve": ("mở trang web tại http://127.0.0.1:8000", "start the web application"),
    "import": ("nhập sổ Excel của đơn vị: import TỆP.xlsx [--dry-run]", "import a division's workbook"),
    "report": ("xuất báo cáo: report bao-cao-9-thang 2023 -o TỆP.docx", "write a report"),
    "figures": ("in các số liệu của báo cáo: figures bao-cao-9-thang 2023", "print the figures of a report"),
    "check": (
        "tìm chỗ mâu thuẫn trong báo cáo: check bao-cao-9-thang 2023",
        "find contradictions in a report",
    ),
    "work": ("chạy công việc nền (serve đã tự chạy kèm)", "run the background worker (serve does it anyway)"),
    "account-password": (
        "cấp mật khẩu ngay tại máy chủ: account-password TÊN [--new HỌ-TÊN --role VAI-TRÒ [--unit MÃ-PHÒNG]]",
        "issue a password, or make an account, on the server",
    ),
    "trace-key": (
        "cấp khóa kết nối truy xuất: trace-key MÃ-GLN --label TÊN-MÁY",
        "issue a key to a trace party",
    ),
    "rules": ("nhập tham số quy định đi kèm phần mềm", "enter the shipped rule parameters"),
    "verify-log": (
        "kiểm tra nhật ký còn nguyên: verify-log [--anchors TỆP-MỐC]",
        "verify the change log and all records",
    ),
    "check-data": (
        "tìm dữ liệu sai theo các quy tắc toàn vẹn: check-data [--rule QUY-TẮC] [--keys]",
        "look for data that cannot be right",
    ),
    "backup": (
        "sao lưu khi đang chạy: backup [THƯ-MỤC] | backup --verify BỘ",
        "save the running system, or verify a set",
    ),
    "restore": (
        "phục hồi một bộ sao lưu vào nơi trống: restore BỘ [--keep-keys]",
        "restore a set into an empty place",
    ),
    "end-access": (
        "sau khi dữ liệu trở về thời điểm trước, kết thúc mọi phiên, mã, khóa truy cập: end-access [--keep-keys]",
        "end all sessions, tokens and keys, after going back to a moment",
    ),
    "init": (
        "khởi tạo hệ thống của một Sở: init --administrator TÊN --full-name HỌ-TÊN",
        "set up a real department, without demonstration data",
    ),
    "upgrade": (
        "nâng cấp cơ sở dữ liệu lên bản này, sau khi sao lưu",
        "bring the database to this version, after a backup",
    ),
    "province": (
        "gộp kho của tỉnh khác vào đây: province merge MÃ-TỈNH --database ĐỊA-CHỈ --data THƯ-MỤC",
        "take the store of another province in",
    ),
    "doctor": ("tìm chỗ hỏng của bản cài đặt và cách sửa", "look for what is wrong with this installation"),
    "setup": ("chỉ cài thư viện mà phần mềm cần", "set up what the program needs, and nothing else"),
    "migrate": ("cập nhật cấu trúc cơ sở dữ liệu", "update the database's structure"),
    "bench": ("đo tốc độ: bench, bench trace", "measure"),
    "drill": (
        "diễn tập cài đặt, phục hồi trên hệ thống thật",
        "carry out the procedures of operators on real systems",
    ),
    "test": ("kiểm thử toàn bộ: test [đối số của pytest]", "run all checks and tests"),
    "acceptance": (
        "báo cáo kiểm thử: test --reports THƯ-MỤC, rồi acceptance THƯ-MỤC",
        "the acceptance report, from the results of a test run",
    ),
    "check-code": ("kiểm tra mã nguồn", "run the code checks alone"),
    "fmt": ("định dạng mã nguồn", "format the code"),
    "sbom": (
        "liệt kê thành phần phần mềm (CycloneDX): sbom [-o TỆP] [--all]",
        "write the bill of materials of the locks",
    ),
    "licences": ("in giấy phép của các thành phần", "print the licences of what is installed"),
    "audit": (
        "hỏi lỗ hổng đã công bố của đúng các phiên bản đang dùng; báo rõ khi không hỏi được",
        "ask for known vulnerabilities; fails where no data are reached",
    ),
    "mutations": (
        "sửa sai từng chỗ trong một bản sao và xem kiểm thử có thấy không",
        "break a copy in named places and see that tests notice",
    ),
    "help": ("in bản hướng dẫn này", "print this help"),
}
BESIDE_THE_PROGRAM = ("bench", "drill")  # packages of the checkout that are not part of it
FOR_DEVELOPERS = {
    "acceptance": "acceptance.py",
    "test": "run_tests.py",
    "check-code": "check_code.py",
    "fmt": "check_code.py",
    "mutations": "mutations.py",
}
ABOUT_LOCKS = {
    "sbom": "sbom.py",
    "licences": "check_licences.py",
    "audit": "audit.py",
}  # with what an installation has
FIRST_ARGUMENT = {"fmt": "--fix", "licences": "--list"}


def print_help() -> None:
    print(
        "khcn - hệ thống thông tin của Sở Khoa học và Công nghệ / information system of a provincial S&T department"
    )
    print("\nCách dùng / usage:  ./khcn LỆNH [đối số]\n")
    for word, (vietnamese, english) in WORDS.items():
        print("  {:<11} {}\n  {:<11} {}".format(word, vietnamese, "", english))
    print("\nMọi lệnh khác được chuyển cho chương trình (./khcn LỆNH --help).")
    print("Any other word runs that command of the program. Nothing has to be installed first.")


def is_here(root: str, word: str) -> bool:
    """Whether what a word runs is there: a release has neither tests nor measurements nor the demonstration (.gitattributes)."""
    if word in FOR_DEVELOPERS:
        place = os.path.join("tools", FOR_DEVELOPERS[word])
    elif word in BESIDE_THE_PROGRAM:
        place = word
    elif word == "demo":
        place = "demo"
    else:
        return True
    return os.path.exists(os.path.join(root, place))


def main(root: str, arguments: List[str]) -> int:
    """Set up what the first word needs and hand the process over to it; returns only where that cannot be."""
    word = arguments[0] if arguments else "help"
    if word in ("help", "-h", "--help"):
        print_help()
        return 0
    if not is_here(root, word):
        print(
            "khcn: bản phát hành cho máy chủ không có lệnh này; dùng kho mã nguồn / this word is not part of a release: "
            + word,
            file=sys.stderr,
        )
        return 2
    needs = DEV if word in FOR_DEVELOPERS or word in BESIDE_THE_PROGRAM else RUN
    try:
        setup.ensure(root, needs)
    except setup.SetupError as problem:
        print("\nkhcn: " + str(problem), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nkhcn: đã dừng; chạy lại lệnh sẽ làm tiếp / stopped; run again to go on", file=sys.stderr)
        return 130
    python = os.path.join(root, ".venv", "bin", "python")
    environment = setup.environment(root)
    if word == "setup":
        # The account of the service may not write here: what it would compile at each start is compiled now.
        return subprocess.call(
            [python, "-m", "compileall", "-q", os.path.join(root, "src", "khcn")], env=environment
        )
    scripts = dict(FOR_DEVELOPERS, **ABOUT_LOCKS)
    if word in scripts:
        first = [FIRST_ARGUMENT[word]] if word in FIRST_ARGUMENT else []
        command = [python, os.path.join(root, "tools", scripts[word]), *first, *arguments[1:]]
    elif word in BESIDE_THE_PROGRAM:
        environment["PYTHONPATH"] += os.pathsep + root
        command = [python, "-m", *arguments]
    else:
        command = [python, "-m", "khcn", *arguments]
    sys.stdout.flush()
    return os.execve(python, command, environment)
