"""Other ways of writing a word, made when the list is built: the text itself is never folded that far."""

from collections.abc import Iterator
from itertools import product

MAX_VARIANTS = 24

_NUMERALS = ("0零〇", "1一壹", "2二贰", "3三叁", "4四肆", "5五伍", "6六陆", "7七柒", "8八捌", "9九玖")
_SAME: dict[str, tuple[str, ...]] = {char: tuple(group) for group in _NUMERALS for char in group}
_SAME |= {"十": ("10", "十", "拾"), "拾": ("10", "十", "拾"), "百": ("百", "百", "佰"), "千": ("千", "千", "仟")}
_SAME |= {"两": ("2", "两")}

SPLIT = dict(
    pair.split("=")
    for pair in (
        "妈=女马 操=扌喿 逼=辶畐 赌=贝者 博=十尃 好=女子 骗=马扁 妓=女支 奸=女干 嫖=女票 娼=女昌 婊=女表 奴=女又 妖=女夭 姓=女生 始=女台 "
        "他=人也 你=人尔 傻=亻夋 仆=亻卜 佛=亻弗 信=亻言 价=亻介 伪=亻为 低=亻氐 假=亻叚 保=亻呆 做=亻故 加=力口 劣=少力 勃=孛力 勤=堇力 "
        "动=云力 功=工力 助=且力 吃=口乞 叫=口丩 吹=口欠 吸=口及 喷=口贲 喝=口曷 咬=口交 哈=口合 吗=口马 听=口斤 唯=口隹 叼=口刁 国=口玉 "
        "囚=口人 因=口大 回=口口 固=口古 地=土也 场=土昜 垃=土立 圾=土及 坏=土不 坑=土亢 堵=土者 堪=土甚 杀=乂木 极=木及 权=木又 枪=木仓 "
        "棒=木奉 林=木木 森=木林 根=木艮 标=木示 格=木各 样=木羊 死=歹匕 法=氵去 泡=氵包 淫=氵壬 汉=氵又 沙=氵少 清=氵青 流=氵㐬 海=氵每 "
        "烂=火兰 炮=火包 烧=火尧 爆=火暴 炸=火乍 狗=犭句 猪=犭者 独=犭虫 疗=疒了 病=疒丙 治=氵台 瘦=疒叟 癌=疒嵒 胖=月半 肚=月土 胸=月匈 "
        "脑=月㐫 腿=月退 胎=月台 脱=月兑 肥=月巴 肏=入肉 明=日月 时=日寸 晶=日日日 品=口口口 众=人人人 鑫=金金金 磊=石石石 鲜=鱼羊 鸡=又鸟 鸭=甲鸟 "
        "鹏=朋鸟 鸣=口鸟 驴=马户 驱=马区 骂=口口马 钱=钅戋 银=钅艮 铁=钅失 镇=钅真 锅=钅呙 错=钅昔 顶=丁页 领=令页 项=工页 频=步页 颜=彦页 "
        "预=予页 故=古攵 政=正攵 败=贝攵 购=贝勾 贱=贝戋 赠=贝曾 赔=贝咅 微=彳山一几攵 徽=彳山一糸攵 行=彳亍 得=彳旦寸 战=占戈 到=至刂 刺=朿刂 判=半刂 "
        "别=另刂 利=禾刂 和=禾口 私=禾厶 秘=禾必 种=禾中 税=禾兑 秀=禾乃 香=禾日 知=矢口 砍=石欠 破=石皮 确=石角 神=礻申 祖=礻且 福=礻畐 "
        "社=礻土 视=礻见 红=纟工 级=纟及 绝=纟色 给=纟合 纯=纟屯 统=纟充 经=纟圣 结=纟吉 说=讠兑 话=讠舌 证=讠正 诈=讠乍 谎=讠荒 谁=讠隹 "
        "请=讠青 论=讠仑 诚=讠成 认=讠人 识=讠只 试=讠式 返=辶反 进=辶井 这=辶文 送=辶关 还=辶不 远=辶元 近=辶斤 迷=辶米 逃=辶兆 部=立口阝 "
        "郎=良阝 邪=牙阝 队=阝人 阴=阝月 阳=阝日 院=阝完 陪=阝咅 草=艹早 药=艹约 花=艹化 茶=艹人木 算=竹目廾 第=竹弟 笨=竹本 签=竹佥 粪=米共 "
        "精=米青 糙=米造 想=相心 恶=亚心 患=串心 忘=亡心 怒=奴心 忍=刃心 性=忄生 恨=忄艮 情=忄青 惊=忄京 快=忄夬 打=扌丁 扣=扌口 扫=扌彐 "
        "找=扌戈 抽=扌由 拉=扌立 投=扌殳 推=扌隹 提=扌是 换=扌奂 接=扌妾 折=扌斤 抢=扌仓 最=日取 显=日业 是=日疋 量=旦里 爸=父巴 爹=父多 "
        "爷=父卩 弄=王廾 玩=王元 珍=王㐱 理=王里 球=王求 现=王见 票=西示 要=西女 章=立早 竞=立兄 童=立里 站=立占 端=立耑 奇=大可 套=大长 "
        "夺=大寸 尖=小大 尘=小土 岩=山石 岁=山夕 屁=尸比 屎=尸米 尿=尸水 屄=尸穴 毙=比死 氧=气羊 毒=主母 每=人母 切=七刀 劫=去力 盗=次皿 "
    ).split()
)
"""Characters that people type as their parts; radicals also in the form that input methods offer first."""

_SPOKEN_RADICALS = str.maketrans("亻扌氵犭礻讠辶钅纟忄艹", "人手水犬示言之金丝心草")


def digit_variants(word: str) -> Iterator[str]:
    """`假一赔十` → `假1赔10`, `假壹赔拾`, …; nothing if there is no numeral in it."""
    if not any(char in _SAME for char in word):
        return
    uniform = []
    for style in range(3):
        uniform.append("".join(same[min(style, len(same) - 1)] if (same := _SAME.get(c)) else c for c in word))
    single = (word[:i] + other + word[i + 1 :] for i, c in enumerate(word) for other in _SAME.get(c, ()))
    yield from _new([*uniform, *single], word)


def split_variants(word: str) -> Iterator[str]:
    """`你妈` → `你女马`; every character alone, and all together."""
    places = [i for i, char in enumerate(word) if char in SPLIT]
    if not places or len(word) < 2:
        return
    forms = [word[:i] + SPLIT[word[i]] + word[i + 1 :] for i in places]
    forms.append("".join(SPLIT.get(char, char) for char in word))
    forms += [form.translate(_SPOKEN_RADICALS) for form in forms if form.translate(_SPOKEN_RADICALS) != form]
    yield from _new(forms, word)


def phrases(pattern: str) -> Iterator[str]:
    """`最[近后]` → 最近, 最后. At most 400 phrases come of one pattern."""
    parts: list[str] = []
    rest = pattern
    while "[" in rest:
        before, _, inside = rest.partition("[")
        choice, closed, rest = inside.partition("]")
        if not closed:
            yield pattern
            return
        parts += [*before, choice] if choice else [*before]
    parts += [*rest]
    for count, chosen in enumerate(product(*parts)):
        if count == 400:
            return
        yield "".join(chosen)


def _new(forms: list[str], word: str) -> Iterator[str]:
    seen = {word}
    for form in forms:
        if form not in seen and len(seen) <= MAX_VARIANTS:
            seen.add(form)
            yield form
