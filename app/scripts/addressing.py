"""How a customer may be addressed, judged by what the guide and the customer wrote themselves. Pure."""

import re

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖"
    "石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章"
    "鲁岳翟殷詹申耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁"
)
_COMPOUND = ("欧阳", "上官", "司马", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯")
_TITLES = "女士|先生|小姐|太太|姐姐|阿姨|老师|大姐|大哥|姐|哥|总|姨|叔|妈妈|妈|夫人"
_TITLED = re.compile(
    rf"(?:小|大|老)?(?P<surname>{'|'.join(_COMPOUND)}|[{''.join(sorted(_SURNAMES))}])(?:{_TITLES})"
)
_END_OF_NAME = re.compile(r"[\s\-—_/|｜,，;；:：.。()（）\[\]【】<>《》·•~～+#0-9０-９]")
LONGEST_ADDRESS = 6
LONGEST_NICKNAME = 12


def address_of(remark: str, nickname: str) -> str:
    """
    王姐 of 「王姐 M码 喜欢显瘦」, 小鹿 of a customer called 小鹿; empty where neither reads like a name.
    """
    for written, longest in ((remark, LONGEST_ADDRESS), (nickname, LONGEST_NICKNAME)):
        name = _END_OF_NAME.split(written.strip(), maxsplit=1)[0].strip()
        if name and len(name) <= longest and any(char.isalpha() for char in name):
            return name
    return ""


def surname_of(remark: str) -> str:
    """Of a remark such as 王姐 or 欧阳女士; a nickname's first character is no surname."""
    titled = _TITLED.match(remark.strip())
    return titled["surname"] if titled else ""
