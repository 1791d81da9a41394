"""`python -m scripts_library` for people who write packs in an editor."""

import os
import subprocess
import sys
from pathlib import Path

import scripts_library

PACKAGE = Path(scripts_library.__file__).parent
STARTER = PACKAGE / "packs" / "fashion.zh-CN.yaml"


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "scripts_library", *map(str, arguments)],
        cwd=PACKAGE.parent,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_a_good_pack_passes():
    result = run("check", STARTER)
    assert (result.returncode, result.stderr) == (0, "")
    assert "格式正确，0 处措辞错误" in result.stdout


def test_faults_are_listed_with_file_and_line(tmp_path):
    file = tmp_path / "坏.yaml"
    file.write_text("format: 1\nid: x\ntitle: 包\nversion: 1\nfolders: []\n", encoding="utf-8")
    result = run("check", file)
    assert result.returncode == 1
    assert "坏.yaml 第 5 行第 10 列（folders）：文件夹 至少要有 1 项" in result.stderr


def test_bad_wording_is_told_and_counts(tmp_path):
    file = tmp_path / "包.yaml"
    file.write_text(
        "format: 1\nid: x\ntitle: 包\nversion: 1\nfolders:\n- id: a\n  title: 售后\n  scripts:\n"
        "  - {id: b, title: 好评, text: 好评返现五元}\n",
        encoding="utf-8",
    )
    result = run("check", file)
    assert result.returncode == 1
    assert "错误 b「好评」第 1 段「好评返现」" in result.stdout


def test_search_marks_what_it_found():
    result = run("search", STARTER, "cmjy", "--limit", "1")
    assert result.returncode == 0
    assert result.stdout.strip().endswith("[尺码建议]（按身高体重）  （售前 / 尺码，size-by-height-weight）")


def test_nothing_found_and_no_file_are_said_plainly(tmp_path):
    assert "没有找到「完全没有」" in run("search", STARTER, "完全没有").stdout
    missing = run("check", tmp_path / "没有.yaml")
    assert missing.returncode == 2
    assert missing.stderr.startswith("打不开")
