"""What people do: the verbs of the world, chat messages, and the JS-SDK's questions."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable
from typing import Any

from flask.typing import ResponseReturnValue

from wecom_simulator import jssdk
from wecom_simulator.control import control
from wecom_simulator.control.arguments import body, fail, simulator
from wecom_simulator.control.shapes import message_row
from wecom_simulator.world import NotPossible, World
from wecom_simulator.world.records import Message

VERB = re.compile(r"^(customer|member|half_contact|group|admin)_[a-z_]+$")
NO_VERBS = {"member_or_fail", "customer_or_fail"}


def verbs() -> dict[str, Callable[..., Any]]:
    return {
        name: function
        for name, function in vars(World).items()
        if VERB.match(name) and name not in NO_VERBS and callable(function)
    }


@control.get("/actions")
def list_actions() -> ResponseReturnValue:
    rows = []
    for name, function in sorted(verbs().items()):
        parameters = list(inspect.signature(function).parameters.values())[1:]
        arguments = [
            {"name": each.name, "required": each.default is inspect.Parameter.empty} for each in parameters
        ]
        rows.append({"name": name, "summary": inspect.getdoc(function) or "", "arguments": arguments})
    return {"actions": rows}


@control.post("/actions/<name>")
def act(name: str) -> ResponseReturnValue:
    function = verbs().get(name)
    if function is None:
        fail(f"没有名为 {name} 的动作", 404)
    arguments = body()
    signature = inspect.signature(function)
    try:
        signature.bind(simulator().world, **arguments)
    except TypeError:
        known = "、".join(list(signature.parameters)[1:])
        fail(f"参数不对，{name} 接受：{known}")
    for argument, value in arguments.items():
        if not _fits(value, str(signature.parameters[argument].annotation)):
            fail(f"参数 {argument} 的类型不对")
    try:
        result = function(simulator().world, **arguments)
    except NotPossible as refusal:
        fail(str(refusal))
    return {"result": _plain(result)}


@control.post("/messages")
def write() -> ResponseReturnValue:
    """Somebody types into a chat."""
    asked, world = body(), simulator().world
    text = asked.get("text", {}).get("content") if isinstance(asked.get("text"), dict) else None
    if asked.get("msgtype", "text") != "text" or not isinstance(text, str):
        fail("这里只能发送文字：text.content")
    kind, _, rest = str(asked.get("chat", "")).partition(":")
    try:
        if kind == "single":
            userid, _, external_userid = rest.partition(":")
            if asked.get("from") == "customer":
                message = world.customer_writes(external_userid, userid, text)
            else:
                message = world.member_writes(userid, external_userid, text)
        elif kind == "group":
            message = world.group_member_writes(rest, str(asked.get("sender", "")), text)
        elif kind == "app":
            world.member_writes_to_app(rest, text)
            with world.lock:
                message = world.state.chats[f"app:{world.member_or_fail(rest).userid}"][-1]
        else:
            fail("chat 要写成 single:成员:客户、group:群 或 app:成员")
    except NotPossible as refusal:
        fail(str(refusal))
    with world.lock:
        return {"message": message_row(world, message)}


@control.post("/jssdk/verify")
def verify_signature() -> ResponseReturnValue:
    reason = jssdk.verify(simulator().world, body())
    return {"ok": not reason, "reason": reason}


@control.post("/jssdk/send-chat-message")
def send_chat_message() -> ResponseReturnValue:
    asked, world = body(), simulator().world
    chat, message = asked.get("chat"), asked.get("message")
    if not isinstance(chat, dict) or not isinstance(message, dict):
        fail("需要 chat 与 message 两个对象")
    try:
        bubble = jssdk.send_chat_message(
            world, str(asked.get("userid", "")), str(asked.get("entry", "")), chat, message
        )
    except jssdk.Refused as refusal:
        return {"ok": False, "reason": str(refusal)}
    with world.lock:
        return {"ok": True, "message": message_row(world, bubble)}


def _fits(value: Any, annotation: str) -> bool:
    """Annotations are text here: `str`, `int`, `bool`, `list[str]`, each perhaps `| None`."""
    if value is None:
        return "None" in annotation
    if annotation.startswith("list["):
        inner = annotation[5:].split("]")[0]
        return isinstance(value, list) and all(_fits(each, inner) for each in value)
    kinds: dict[str, type] = {"str": str, "int": int, "bool": bool}
    kind = kinds[annotation.split(" ")[0]]
    return isinstance(value, kind) and isinstance(value, bool) == (kind is bool)


def _plain(result: Any) -> Any:
    if isinstance(result, Message):
        return message_row(simulator().world, result)
    return dataclasses.asdict(result) if dataclasses.is_dataclass(result) else result  # type: ignore[arg-type]
