"""Small closed sets of Chinese words, and the sentences that explain a hit."""

from sensitive_words.entry import CATEGORIES, Action

PARTICLES = "啊吧呀了哦喔哈呢嘛啦哟蛋开 \u3000.。!！~～…"

_HOW = {
    "plain": "原样出现",
    "folded": "换了写法（大小写、全角、繁体或花体）",
    "gap": "中间夹了符号",
    "repeat": "字重复了",
    "homophone": "用了同音字",
    "pinyin": "用了拼音",
    "split": "拆了字",
    "digits": "换了数字写法",
    "alias": "是它的另一种说法",
    "rule": "符合规则",
}
_WHAT = {
    Action.BLOCK: "不能发出",
    Action.REPLACE: "换成建议的说法才能发出",
    Action.WARN: "确认后才能发出",
    Action.RECORD: "只做记录",
}


def why(word: str, *, text: str, how: str, category: str, action: Action) -> str:
    name = CATEGORIES.get(category, category)
    # The pattern of a rule, 「甲|乙{6}丙」, explains nothing.
    said = f"“{text}”" if text == word or how == "rule" else f"“{text}”就是“{word}”，"
    return f"{said}{_HOW[how]}，属于{name}，{_WHAT.get(action, '放行')}。"
