"""Packs are written by people: every fault is named with its place, and nothing broken crashes."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import scripts_library
from scripts_library import (
    SITUATIONS,
    Folder,
    InvalidPack,
    Pack,
    Part,
    Script,
    dump_pack,
    load_pack,
    parse_pack,
    starter_pack,
)

SCHEMA = json.loads((Path(scripts_library.__file__).parent / "pack.schema.json").read_text(encoding="utf-8"))

GOOD = """\
format: 1
id: shop
title: 小店话术
version: 3
folders:
  - id: pre-sale
    title: 售前
    scripts:
      - id: hello
        title: 打招呼
        shortcuts: [hi, 520]
        situations: [welcome]
        text: |
          {称呼}您好，
          我是{导购名}
      - id: two-parts
        title: 两段
        parts:
          - text: 一
          - {type: text, text: 二}
"""


def problems_of(content):
    with pytest.raises(InvalidPack) as refused:
        parse_pack(content, name="包.yaml")
    return refused.value.problems


def test_a_pack_is_read(tmp_path):
    file = tmp_path / "小店.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())

    pack = load_pack(file)

    hello, two = pack.scripts
    assert (pack.id, pack.version, pack.folders[0].title) == ("shop", 3, "售前")
    assert hello == Script("hello", "打招呼", (Part("{称呼}您好，\n我是{导购名}"),), ("hi", "520"), ("welcome",))
    assert [variable.name for variable in hello.variables] == ["称呼", "导购名"]
    assert [part.text for part in two.parts] == ["一", "二"]


def test_every_problem_is_named_at_once_with_its_place():
    """Sabotage: stop at the first, or lose the places."""
    broken = (
        GOOD.replace("title: 小店话术", "titel: 小店话术")
        .replace("[welcome]", "[welcome, 嫌贵]")
        .replace("{导购名}", "{导购大名}")
        .replace("id: two-parts", "id: hello")
        .replace("type: text", "type: image")
        .replace("version: 3", "version: 三")
    )

    problems = problems_of(broken)

    assert [(p.line, p.column, p.field) for p in problems] == [
        (1, 1, "title"),
        (3, 1, "titel"),
        (4, 10, "version"),
        (12, 31, "folders[0].scripts[0].situations[1]"),
        (15, 13, "folders[0].scripts[0].text"),
        (16, 13, "folders[0].scripts[1].id"),
        (20, 20, "folders[0].scripts[1].parts[1].type"),
    ]
    assert all(p.file == "包.yaml" and not p.message.isascii() for p in problems)
    assert "没有「导购大名」这个变量" in problems[4].message
    assert "和第 9 行重复" in problems[5].message


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("title: 售前", "title: *x"), "引用"),
        (("title: 售前", "title: &x 售前"), "引用"),
        (("title: 售前", "title: !!python/object/apply:os.system [ls]"), "类型标记"),
        (("title: 售前", "title: {称呼}您好"), "YAML 写法有误"),
        (("title: 售前", "title: {称呼}"), "应该是一段文字；文字里有花括号时请加引号"),
        (("title: 售前", "title:"), "不能为空"),
        (("title: 售前", "title: 售前\n    title: 售后"), "写了两次"),
        (("title: 售前", f"title: {'长' * 21}"), "最多 20 个字"),
        (("title: 售前", "title: [售前]"), "应该是一段文字"),
        (("format: 1", "format: 2"), "只能是 1"),
        (("id: hello", "id: 你好"), "小写英文字母"),
        (("text: |\n          {称呼}您好，", f"text: |\n          {'字' * 1400}"), "4000 字节"),
        (("title: 打招呼\n", 'title: 打招呼\n        parts: [{text: "x"}]\n'), "只能写一个"),
        (("title: 两段\n", 'title: 两段\n        text: "x\\a"\n'), "只能写一个"),
        (("- text: 一", '- {text: "{尺码:S/M}"}\n          - {text: "{尺码:L/XL}"}'), "两种选项"),
        (("text: 一", 'text: "响铃\\a"'), "控制字符"),
        (("    title: 售前", "\ttitle: 售前"), "制表符"),
        (("folders:", "---\nfolders:"), "一个文件只能有一个话术包"),
    ],
)
def test_a_fault_is_explained_in_chinese(change, says):
    assert says in "\n".join(map(str, problems_of(GOOD.replace(*change, 1))))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "文件是空的"),
        (GOOD.encode("gb18030"), "UTF-8"),
        (b"\x00\x01", "控制字符"),
        (b"- 1", "应该是"),
        (b"hello", "应该是"),
        (b"[" * 100_000, "嵌套太深"),
        (b"{a: " * 100_000, "嵌套太深"),
        (b"x" * (5 * 1024 * 1024 + 1), "文件太大"),
        (b'"\\uD800"', "YAML 写法有误"),
        (b"a: '", "YAML 写法有误"),
    ],
)
def test_what_is_no_pack_at_all_is_refused(content, says):
    assert says in str(problems_of(content)[0])


def test_an_alias_bomb_is_refused_before_it_grows():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]

    (problem,) = problems_of("\n".join(lines))

    assert "引用" in problem.message
    assert problem.line == 1


@settings(max_examples=300)
@given(st.data())
def test_a_mangled_pack_reads_or_is_refused_but_never_crashes(data):
    start = data.draw(st.integers(0, len(GOOD)))
    end = data.draw(st.integers(start, min(len(GOOD), start + 40)))
    noise = data.draw(st.text(alphabet="{}[]:&*!|>-'\"#%@`\t\n \\,?~\x07é字😀1a", max_size=8))
    try:
        parse_pack(GOOD[:start] + noise + GOOD[end:])
    except InvalidPack as error:
        problems = error.problems
    else:
        return
    assert problems
    assert all(problem.line >= 1 and problem.column >= 1 and problem.message for problem in problems)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content):
    with pytest.raises(InvalidPack):
        parse_pack(content)


words = st.text(alphabet="好的a1:#-'\"{}&*!|>%@，😀 \n", min_size=1, max_size=30)
lines = words.map(str.strip).filter(bool).map(lambda text: text.replace("{", "{{").replace("}", "}}"))
titles = st.text(alphabet="尺码null~123:#-'\"yes ", min_size=1, max_size=20).map(str.strip).filter(bool)
slugs = st.from_regex(r"\A[a-z0-9]{1,9}(-[a-z0-9]{1,9})?\Z")


@given(st.lists(st.tuples(slugs, titles, st.lists(lines, min_size=1, max_size=3)), unique_by=lambda it: it[0]))
def test_what_is_written_reads_back_the_same(rows):
    scripts = tuple(
        Script(slug, title, tuple(map(Part, texts)), (title,), ("price",)) for slug, title, texts in rows
    )
    pack = Pack("p", "包", 2, (Folder("f", "夹", (Folder("g", "子夹"),), scripts),), "服饰", "说明\n两行")

    assert parse_pack(dump_pack(pack)) == pack


def test_the_schema_says_what_the_loader_checks():
    """Editors check by the schema, so both must agree on good and bad."""
    validator = jsonschema_rs.validator_for(SCHEMA)
    assert validator.is_valid(yaml.safe_load(dump_pack(starter_pack())))
    for old, new in [
        ("format: 1", "format: 2"),
        ("id: shop", "id: 小店"),
        ("version: 3", "version: 0"),
        ("[welcome]", "[nothing]"),
        ("text: 一", "texts: 一"),
        ("type: text", "type: image"),
    ]:
        broken = GOOD.replace(old, new, 1)
        assert not validator.is_valid(yaml.safe_load(broken)), new
        problems_of(broken)


def test_the_schema_and_the_model_list_the_same_situations():
    assert SCHEMA["$defs"]["script"]["properties"]["situations"]["items"]["enum"] == list(SITUATIONS)
