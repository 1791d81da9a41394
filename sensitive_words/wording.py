"""Small closed sets of Chinese words, and the sentences that explain a hit."""

from sensitive_words.entry import CATEGORIES, Action

NEGATIONS = frozenset(
    (
        "不 没 没有 无 非 别 禁 勿 莫 未 不要 不能 不会 不是 不可 不得 不准 不许 不卖 不做 "
        "不用 不含 不存在 不属于 不代表 不保证 禁止 严禁 拒绝 杜绝 打击 抵制 谢绝 请勿 切勿 并非 绝不 决不 从不 从未 "
        "从来不 避免 防止 举报 谨防 当心 反对 无法 远离 不涉及 并不 并未 不敢 不再 不提供 不支持 不接受 不允许 警惕 严打 "
        "无任何 不具 不具备 不具有 不能替代 不替代 "
    ).split()
)
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
    said = f"“{text}”" if text == word else f"“{text}”就是“{word}”，"
    return f"{said}{_HOW[how]}，属于{name}，{_WHAT.get(action, '放行')}。"
