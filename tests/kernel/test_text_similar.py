"""Nearest names and duplicate warnings, with the slips of the real report."""

import time
from itertools import combinations

import pytest

from khcn.kernel.text import similar_names
from khcn.kernel.text.similar_names import Match, is_duplicate_like, is_opposite, nearest_names

PLACES = [
    "Yến Dương",
    "Yên Định",
    "Chợ Mới",
    "Chợ Đồn",
    "Chợ Rã",
    "Nam Cường",
    "Đồng Lạc",
    "Dương Phong",
    "Nông Hạ",
]
ORGANISATIONS = [
    "Sở Khoa học và Công nghệ",
    "Sở Kế hoạch và Đầu tư",
    "Sở Thông tin và Truyền thông",
    "Sở Tài chính",
    "Sở Công Thương",
    "Sở Nông nghiệp và PTNT",
    "Đội QLTT số 1",
    "Đội QLTT số 3",
    "UBND tỉnh Bắc Kạn",
    "UBND huyện Chợ Đồn",
    "UBND huyện Chợ Mới",
    "Trung tâm dịch vụ huyện Chợ Đồn",
    "Trạm cấp nước huyện Na Rì",
    "Trạm cấp nước Chợ Mới",
    "Bệnh viện đa khoa tỉnh",
    "Bệnh xá Công an tỉnh",
    "Hợp tác xã Nông nghiệp Ngọc Hải",
    "Hợp tác xã Phương Đông",
    "Hợp tác xã Thành Công",
    "Hợp tác xã An Bình",
    "Công ty TNHH Việt Nam MISAKI",
    "Cục Sở hữu trí tuệ",
    "Cục Thông tin KH&CN quốc gia",
    "Quyết định 713/QĐ-UBND",
    "Quyết định 731/QĐ-UBND",
]
LONG = "Nâng cao chất lượng công tác pháp chế phục vụ phát triển kinh tế - xã hội"


@pytest.mark.parametrize(
    ("typed", "meant", "among"),
    [
        ("Yên Dương", "Yến Dương", PLACES),
        ("Chơ Mới", "Chợ Mới", PLACES),
        ("chợ mới", "Chợ Mới", PLACES),
        ("Dong Lac", "Đồng Lạc", PLACES),
        ("Miền đông", "Miến dong", ["Miến dong", "Miền núi", "Hồng không hạt"]),
        ("vệt siêu thịt", "Vịt siêu thịt", ["Vịt siêu thịt", "Vịt bầu cổ xanh", "Bò Mông"]),
        ("tin bột dong riêng", "tinh bột dong riềng", ["tinh bột dong riềng", "bột nghệ", "miến dong"]),
        ("Dự án Năm", "Dự án Nấm", ["Dự án Nấm", "Dự án Sâm", "Dự án Bò Mông"]),
        ("cân Bru chính", "cân Bưu chính", ["cân Bưu chính", "cân đồng hồ lò xo", "cân bàn"]),
        ("Kim Tuyền", "Kim Tuyến", ["Kim Tuyến", "Kim Hỷ", "Kim Lư"]),
        ("HTX Phương Đông", "Hợp tác xã Phương Đông", ORGANISATIONS),
        ("Sở KH&CN", "Sở Khoa học và Công nghệ", ORGANISATIONS),
        ("Sở KHCN", "Sở Khoa học và Công nghệ", ORGANISATIONS),
        ("Sở TT&TT", "Sở Thông tin và Truyền thông", ORGANISATIONS),
        ("Sở NN&PTNT", "Sở Nông nghiệp và PTNT", ORGANISATIONS),
        ("TT DVNN huyện Chợ Đồn", "Trung tâm dịch vụ huyện Chợ Đồn", ORGANISATIONS),
        ("Ủy ban nhân dân huyện Chợ Mới", "UBND huyện Chợ Mới", ORGANISATIONS),
        ("BVĐK tỉnh", "Bệnh viện đa khoa tỉnh", ORGANISATIONS),
        ("Đội Quản lý thị trường số 3", "Đội QLTT số 3", ORGANISATIONS),
        ("An Bình HTX", "Hợp tác xã An Bình", ORGANISATIONS),
        ("Ký HĐ", "Ký hợp đồng", ["Giao nhiệm vụ", "Ký hợp đồng", "Lập kế hoạch", "Họp hội đồng"]),
        ("Họp HĐ", "Họp hội đồng", ["Giao nhiệm vụ", "Ký hợp đồng", "Lập kế hoạch", "Họp hội đồng"]),
        ("đề tài Pháp chế", LONG, ["Nâng cao năng suất lúa", LONG, "Phòng, chống lụt", "Đề án cải cách chè"]),
    ],
)
def test_the_slips_of_the_report_are_understood(typed, meant, among):
    assert nearest_names(typed, among)[0].candidate == meant


def test_the_name_itself_is_first_and_full():
    assert nearest_names("Chợ Mới", ["Chơ Mới", "Chợ Mới", "Cho Mòi"])[0] == Match("Chợ Mới", 100.0)


def test_tones_decide_between_names_that_fold_alike():
    assert [match.candidate for match in nearest_names("Chơ Mới", ["Cho Mòi", "Chợ Mới"])] == [
        "Chợ Mới",
        "Cho Mòi",
    ]


def test_nothing_near_nothing_offered():
    assert nearest_names("Viện Hàn lâm", ["Chợ Mới", "Sở Tài chính"]) == []
    assert nearest_names("…", PLACES) == []
    assert nearest_names("Chợ Mới", []) == []


def test_no_more_than_asked_and_best_first():
    offered = nearest_names("Hợp tác xã An Bính", ORGANISATIONS, limit=2)
    assert len(offered) == 2
    assert offered[0].candidate == "Hợp tác xã An Bình"
    assert offered[0].score > offered[1].score


def test_an_iterator_is_as_good_as_a_list():
    assert nearest_names("Yên Dương", iter(PLACES)) == nearest_names("Yên Dương", PLACES)


def test_ten_thousand_candidates_in_fifty_milliseconds():
    parts = [
        "Hợp tác xã",
        "Công ty TNHH",
        "Trung tâm",
        "Trạm y tế",
        "Cửa hàng",
        "Cơ sở",
        "Phòng khám",
        "Trường",
        "Ban quản lý",
        "Hộ kinh doanh",
    ]
    tails = [
        "Phương Đông",
        "Thành Công",
        "Ngọc Hải",
        "Chợ Đồn",
        "Đồng Lạc",
        "Nam Cường",
        "Hoàng Gia",
        "Tâm An",
    ]
    names = [f"{parts[n % 10]} {tails[n // 10 % 8]} {n}" for n in range(9_999)] + ["Hợp tác xã Sơn Thành"]
    similar_names.comparable_name.cache_clear()
    took = []
    for _again in range(5):
        start = time.thread_time()  # the machine is shared: count our own work
        found = nearest_names("HTX Sơn Thanh", names)
        took.append(time.thread_time() - start)
    assert found[0].candidate == "Hợp tác xã Sơn Thành"
    assert sorted(took)[2] < 0.05


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Yên Dương", "Yến Dương"),
        ("HTX Thành Công", "Hợp tác xã Thành Công"),
        ("Sở KH&CN", "Sở Khoa học và Công nghệ"),
        ("Sở Khoa học - Công nghệ", "Sở Khoa học và Công nghệ"),
        ("Công ty TNHH MTV Xuân Thành", "Công ty trách nhiệm hữu hạn một thành viên Xuân Thành"),
        ("BVĐK tỉnh", "Bệnh viện đa khoa tỉnh"),
        ("Misaki", "MISAKI"),
        ("An Bình", "AnBình"),
        ("vệt siêu thịt", "vịt siêu thịt"),
        ("tin bột dong riềng", "tinh bột dong riềng"),
        ("cân Bru chính", "cân Bưu chính"),
        ("xã Lông Hạ", "xã Nông Hạ"),
        ("Trạm Đồn Đền", "Chạm Đồn Đền"),
    ],
)
def test_probably_one_thing(a, b):
    assert is_duplicate_like(a, b)
    assert is_duplicate_like(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("713/QĐ-UBND", "731/QĐ-UBND"),
        ("Đội QLTT số 1", "Đội QLTT số 3"),
        ("UBND huyện Chợ Đồn", "UBND huyện Chợ Mới"),
        ("HTX Thành Công", "HTX Thành Long"),
        ("Hợp tác xã An Bình", "Hợp tác xã An Minh"),
        ("Sở Tài chính", "Sở Công Thương"),
        ("Bệnh viện đa khoa tỉnh", "Bệnh viện đa khoa huyện"),
        ("Trung tâm Tâm An", "Trung tâm Tâm An Bắc Kạn"),
        ("Bí xanh thơm", ""),
        ("", ""),
    ],
)
def test_surely_two_things(a, b):
    assert not is_duplicate_like(a, b)
    assert not is_duplicate_like(b, a)


def test_no_false_warning_among_the_organisations_of_the_report():
    alike = [(a, b) for a, b in combinations(ORGANISATIONS + PLACES, 2) if is_duplicate_like(a, b)]
    assert alike == []


def test_a_text_longer_than_any_name_is_compared_with_none():
    assert nearest_names("Chợ Mới và xã bên cạnh", PLACES)
    assert nearest_names("Chợ Mới và xã bên cạnh " * 1500, PLACES) == []


@pytest.mark.parametrize(
    ("one", "other", "opposite"),
    [
        ("Đưa vào danh mục", "Không đưa vào danh mục", True),
        ("Đã nghiệm thu", "CHƯA nghiệm thu", True),
        ("Không đạt", "Chưa đạt", False),
        ("Thời gian", "Gian", False),
        ("Thôi giữ chức", "Giữ chức", True),
    ],
)
def test_a_name_and_its_negation_are_opposite(one, other, opposite):
    assert [is_opposite(one, other), is_opposite(other, one)] == [opposite, opposite]
