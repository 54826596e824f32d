"""What the figures of this area are in the demonstration, for the nine months of 2023 (tests/demo/test_figures.py)."""

FIGURES = {
    "NV-01": 40, "NV-02": 31, "NV-03": 9, "NV-04": 22, "NV-05": 6, "NV-06": 4, "NV-07": 2,
    "NV-08": 1, "NV-09": 9, "NV-10": 7, "NV-11": 2, "NV-12": 1, "NV-13": 1, "NV-14": 10, "NV-15": 9,
    "NT-01": 4, "NT-02": 4, "NT-03": 1, "NT-04": 2, "NT-05": 6, "NT-06": 4, "NT-07": 0, "TL-01": 14,
    "TH-01": 6, "TH-02": 8, "TH-03": 11, "DC-01": 1, "DC-02": 1, "DC-03": 1, "DC-04": 1, "DC-05": 1,
    "DC-06": 2, "DC-07": 1, "DC-08": 1, "DC-09": 4, "DC-10": 2, "KT-01": 25, "KT-02": 3, "HT-01": 5,
    "MH-01": 10, "DX-01": 75, "DX-02": 30, "DX-03": 20, "DX-04": 12, "DX-05": 13, "LV-01": 8,
    "LV-02": 1, "CT-01": 3, "CT-02": 1, "CT-03": 3, "DG-01": 7, "TC-01": 1, "TC-02": 3, "KP-01": 4, "KP-02": 7, "KP-03": 2,
    "KP-04": 3,
}  # fmt: skip
# The names that the report prints beside a figure.
NAMES = {
    "NT-01": "Mô hình tăng huyết áp; Hệ thống thông tin ngành nông nghiệp; Nấm Linh chi và Vân chi; Vịt bầu cổ xanh",
    "NT-03": "Thiên tai Ba Bể",
    "NT-04": "Hoài sơn, Địa Hoàng; Pháp chế",
    "NT-06": "Chuối tây; Chủng vi sinh vật gốc; Tuyên giáo cơ sở; Hệ thống TTHTX",
    "DC-01": "Men lá",
    "DC-02": "Nấm Linh chi và Vân chi",
    "DC-03": "Ngô sinh khối",
    "DC-04": "Thạch đen",
    "DC-05": "Hồng LT-1",
    "DC-07": "Gạch xi măng-cốt liệu",
    "DC-08": "Bò Mông",
    "DC-09": "Chủng vi sinh vật gốc; Nấm Linh chi và Vân chi; Tuyên giáo cơ sở; Vịt bầu cổ xanh",
    "DC-10": "Mô hình tăng huyết áp; Thiên tai Ba Bể",
    "NV-07": "Bò Mông; Thiên tai Ba Bể",
    "NV-12": "Tôn giáo",
    "NV-13": "Sâm",
    "TC-01": "Trung tâm Tâm lý giáo dục An Bắc Kạn",
    "CT-03": "Bắc Kạn; Cao Bằng; Tuyên Quang",
}
COUNTED_ONCE = {"KP-03": "task"}
