"""What is let in, and what is refused with which sentence."""

from __future__ import annotations

import io

import pytest

from doudi.documents import sniffing
from doudi.documents.sniffing import Refused, clean_name, recognise
from tests.documents import samples


def kind_of(content: bytes, name: str) -> sniffing.Allowed:
    return recognise(io.BytesIO(content), name)


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (samples.JPEG, "户口簿.JPG", sniffing.JPEG),
        (samples.PNG, "a.png", sniffing.PNG),
        (samples.WEBP, "a.webp", sniffing.WEBP),
        (samples.PDF, "诊断.pdf", sniffing.PDF),
        (samples.xlsx(), "名册.xlsx", sniffing.XLSX),
        ("姓名,村\n岳勒旺,弄恩村\n".encode(), "a.csv", sniffing.CSV),
        ("姓名,村\n岳勒旺,弄恩村\n".encode("gbk"), "a.csv", sniffing.CSV),
        ("﻿姓名".encode(), "a.csv", sniffing.CSV),
        ("㑇𠮷".encode("gb18030"), "a.txt", sniffing.TXT),
    ],
)
def test_the_files_of_the_office_are_let_in(content, name, kind) -> None:
    assert kind_of(content, name) is kind


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.jpg", "空"),
        (b"MZ\x90\x00" + b"\x00" * 200, "a.jpg", "不接收"),
        (b"\x7fELF" + b"\x00" * 200, "a.pdf", "不接收"),
        (b"#!/bin/sh\nrm -rf /\n", "a.txt", "不接收"),
        (b"<html><script>alert(1)</script>", "a.txt", "网页"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", "网页"),
        (b"name\n<script>alert(1)</script>", "a.csv", "网页"),
        (b"  \n%PDF-1.7", "a.pdf", "不接收"),
        (b"GIF89a" + samples.PDF, "a.pdf", "不接收"),
        (samples.JPEG, "a.pdf", "扩展名"),
        (samples.PDF, "a.html", "扩展名"),
        (samples.PDF, "noname", "扩展名"),
        (samples.zipped({"a.txt": b"x"}), "a.xlsx", "不是 xlsx"),
        (samples.xlsx(xl__vbaProject_bin=b"x"), "a.xlsx", "宏"),
        (samples.xlsx()[:-30], "a.xlsx", "损坏"),
        (samples.JPEG + samples.xlsx(), "a.jpg", "压缩包"),
        (samples.PDF + samples.zipped({"a": b"x"}), "a.pdf", "压缩包"),
        (b"a,b\n\x00\x01", "a.csv", "认不出"),
        (b"\xff\xfe\xff\x81", "a.csv", "认不出"),
    ],
)
def test_what_may_do_harm_or_is_not_what_it_says_is_refused(content, name, words) -> None:
    with pytest.raises(Refused, match=words):
        kind_of(content, name)


def test_a_workbook_that_unpacks_beyond_measure_is_refused_without_unpacking() -> None:
    with pytest.raises(Refused, match="过大"):
        kind_of(samples.bomb(), "a.xlsx")


@pytest.mark.parametrize(("extra", "let_in"), [(0, True), (1, False)])
def test_the_limit_for_pictures_is_exactly_ten_megabytes(extra, let_in) -> None:
    content = samples.JPEG + b"\x01" * (10 * sniffing.MEGABYTE - len(samples.JPEG) + extra)
    if let_in:
        assert kind_of(content, "a.jpg") is sniffing.JPEG
    else:
        with pytest.raises(Refused, match="10 MB"):
            kind_of(content, "a.jpg")


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        (r"C:\Users\岳\户口簿.jpg", "户口簿.jpg"),
        ("invoice\u202egpj.exe.jpg", "invoicegpj.exe.jpg"),
        ("a\r\nSet-Cookie: x.csv", "aSet-Cookie_ x.csv"),
        ("...", "未命名"),
        ("岳" * 300 + ".jpg", "岳" * 96 + ".jpg"),
    ],
)
def test_file_names_are_made_safe(name, clean) -> None:
    assert clean_name(name) == clean
