"""What a shop gets on its first day."""

import re

import pytest

from scripts_library import SITUATIONS, SearchIndex, lint, render, starter_pack

KEPT_EXAMPLE = "开业全场最低价"

CLAIMS = re.compile(
    r"最(?!近)|第一(?!次)|绝对|顶级|顶尖|极致|国家级|世界级|唯一|独一无二|独家|首选|首家|全网|史上|王牌|冠军|"
    r"万能|永久|永不|保证|100%|百分百|百分之百|零风险|特效|根治|纯天然|无敌|领先|秒杀|清仓|甩卖|跳楼价|假一赔"
)


@pytest.fixture(scope="module")
def pack():
    return starter_pack()


def test_the_folders_are_those_of_the_trade(pack):
    assert [folder.title for folder in pack.folders] == ["售前", "售中", "售后", "产品知识"]
    below = {below.title for folder in pack.folders for below in folder.folders}
    assert {"欢迎", "尺码", "嫌贵", "犹豫", "缺货", "搭配", "新品", "邀约"} <= below
    assert {"催付", "发货", "物流异常", "到货", "洗护", "退换", "生日"} <= below
    assert {"面料知识", "版型知识"} <= below


def test_it_is_large_and_every_situation_has_an_answer(pack):
    assert len(pack.scripts) >= 80
    answered = {situation for script in pack.scripts for situation in script.situations}
    assert answered == set(SITUATIONS)
    assert len({script.title for script in pack.scripts}) == len(pack.scripts)
    assert len({script.text for script in pack.scripts}) == len(pack.scripts)


def test_nothing_claims_what_the_advertising_law_forbids_but_the_kept_example(pack):
    claiming = [script.title for script in pack.scripts if CLAIMS.search(script.title + script.text)]
    assert claiming == [KEPT_EXAMPLE]


def test_the_kept_example_stands_ready_for_the_demonstration(pack):
    ((path, script),) = [row for row in pack.walk() if row[1].title == KEPT_EXAMPLE]
    assert path[0].title == "售前"
    assert "全网最低价" in script.text
    # It must be stopped by its words, not by a blank left open.
    assert all(variable.source != "blank" for variable in script.variables)


def test_our_own_advice_is_followed(pack):
    assert [(script.id, finding.code) for script in pack.scripts for finding in lint(script)] == []


def test_every_script_reads_well_when_filled(pack):
    for script in pack.scripts:
        values = {variable.name: variable.example or "若干" for variable in script.variables}
        values |= {v.name: v.choices[0] for v in script.variables if v.choices}
        for part in script.parts:
            rendered = render(part.text, values)
            assert rendered.complete, script.id
            assert not re.search(r"[{}〔〕]|，，|。。|  ", rendered.text), script.id


def test_what_is_not_there_is_not_found(pack):
    """So that the gap can be reported to those who write scripts."""
    assert SearchIndex.of(pack).search("不存在的词") == []


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("尺码", "尺码建议（按身高体重）"),
        ("cmjy", "尺码建议（按身高体重）"),
        ("羊毛衫怎么洗", "羊毛衫怎么洗"),
        ("起球", "担心起球"),
        ("太贵", "嫌贵：按穿着次数算"),
        ("发货", "发货通知"),
        ("退货", "怎么退换货"),
        ("生日", "生日当天祝福"),
    ],
)
def test_common_questions_find_the_right_script_first(pack, query, first):
    assert SearchIndex.of(pack).search(query)[0].document.title == first
