"""
Writes the character tables beside this file, from OpenCC and pypinyin, which are needed only here.

Run `python -m sensitive_words.tables.generate` after raising either of them, and commit what changed.
"""

from pathlib import Path

HERE = Path(__file__).parent
SIMPLIFIED_TOO = "么著"
"""Characters that OpenCC takes for traditional ones, but that everybody writes: 什么, 著名."""
VARIANTS = (
    "朂冣亇囯圀囻淂徳収伖鈊伱溦哋嘚価広発売円気変亊銭転図営労効薬検験険権済経続総県読単戦関対従帰応悪拡挙団囲実専毎沢浄渇渋満焼犠畳痩砕穏粋聴臓荘蔵覚観訳豊賛軽辺遅酔釈鉄闘隠霊駅駆騒髪鶏齢",
    "最最个国国国得德收友心你微的得价广发卖圆气变事钱转图营劳效药检验险权济经续总县读单战关对从归应恶扩举团围实专每泽净渴涩满烧牺叠瘦碎稳粹听脏庄藏觉观译丰赞轻边迟醉释铁斗隐灵驿驱骚发鸡龄",
)
"""Japanese and decorative forms that people take for the usual character, with that one."""
HAN = [*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)]


def simplified_pairs() -> list[tuple[str, str]]:
    """Traditional and variant characters with their one simplified character."""
    from opencc import OpenCC

    converters = [OpenCC("t2s"), OpenCC("tw2s"), OpenCC("hk2s")]
    pairs = [("妳", "你")]  # A word of its own to OpenCC; to a reader it is the same word.
    for code in HAN:
        old = chr(code)
        new = next((made for c in converters if len(made := c.convert(old)) == 1 and made != old), old)
        if new != old and old != "妳" and old not in SIMPLIFIED_TOO:
            pairs.append((old, new))
    known = {old for old, _ in pairs}
    return pairs + [(old, new) for old, new in zip(*VARIANTS, strict=True) if old not in known]


def readings() -> dict[str, str]:
    """Toneless syllable to all characters read so; the first reading of a character is its usual one."""
    from pypinyin import Style, pinyin

    found: dict[str, list[str]] = {}
    for code in HAN:
        char = chr(code)
        try:
            char.encode("gb2312")
        except UnicodeEncodeError:
            continue
        for rank, syllable in enumerate(pinyin(char, style=Style.NORMAL, heteronym=True)[0]):
            plain = syllable.replace("ü", "v")
            if plain.isascii() and plain.isalpha():
                # A capital syllable in the file marks a reading that is not the usual one.
                found.setdefault(plain if rank == 0 else plain.upper(), []).append(char)
    return {syllable: "".join(chars) for syllable, chars in found.items()}


def main() -> None:
    pairs = simplified_pairs()
    lines = ["".join(old for old, _ in pairs), "".join(new for _, new in pairs)]
    (HERE / "traditional.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows = [f"{syllable} {chars}" for syllable, chars in sorted(readings().items())]
    (HERE / "pinyin.txt").write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
