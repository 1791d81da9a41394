"""What a script pack (话术包) is made of. Values only; nothing here reads a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .catalogue import Variable
from .template import variables_in

PartType = Literal["text"]
"""What a part may be. Image, file, link and mini-program will join it."""

SITUATIONS = {
    "welcome": "新加好友",
    "price": "嫌贵",
    "doubt": "有疑问",
    "hesitating": "再考虑",
    "silent": "问了没回",
    "told_no_order": "说了活动没下单",
    "unpaid": "没付款",
    "out_of_stock": "缺货",
    "size": "问尺码",
    "matching": "问搭配",
    "purchased": "已购买",
    "shipping": "发货",
    "logistics": "物流异常",
    "arrived": "到货",
    "care": "洗护",
    "return": "退换",
    "complaint": "投诉",
    "birthday": "生日",
    "festival": "节日与天气",
    "new_arrival": "上新",
    "invitation": "邀约到店",
    "promotion": "促销",
    "repurchase": "回访与回购",
    "knowledge": "产品知识",
}
"""What the customer's moment is, and its name for people. The pack schema lists the same ids."""


@dataclass(frozen=True, slots=True)
class Part:
    """One bubble of a script."""

    text: str
    type: PartType = "text"


@dataclass(frozen=True, slots=True)
class Script:
    id: str
    """Stable: a re-import finds the script again by it."""
    title: str
    parts: tuple[Part, ...]
    shortcuts: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()
    industry: str = ""

    @property
    def text(self) -> str:
        return "\n".join(part.text for part in self.parts)

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Each variable once, over all parts."""
        found = {variable.name: variable for part in self.parts for variable in variables_in(part.text)}
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Folder:
    id: str
    title: str
    folders: tuple["Folder", ...] = ()
    scripts: tuple[Script, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    id: str
    title: str
    version: int
    """Of the content; a re-import with a higher one is an update."""
    folders: tuple[Folder, ...]
    industry: str = ""
    description: str = ""

    def walk(self) -> Iterator[tuple[tuple[Folder, ...], Script]]:
        """Every script with its folders, outermost first, in reading order."""

        def below(path: tuple[Folder, ...]) -> Iterator[tuple[tuple[Folder, ...], Script]]:
            yield from ((path, script) for script in path[-1].scripts)
            for folder in path[-1].folders:
                yield from below((*path, folder))

        for folder in self.folders:
            yield from below((folder,))

    @property
    def scripts(self) -> tuple[Script, ...]:
        return tuple(script for _, script in self.walk())
