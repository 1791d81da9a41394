"""The welcome message: one call within 20 seconds of the callback."""

from app.wecom.calls.texts import message_parts
from app.wecom.cleared import Cleared
from app.wecom.client import WeCom


def send_welcome_msg(client: WeCom, welcome_code: str, cleared: Cleared) -> None:
    """
    https://developer.work.weixin.qq.com/document/path/92137

    :raises Refused: 41051 if the chat has begun or another app was first (done, no retry); 41050 after 20 s.
    :raises TryLater: 41096 if another app is sending at this moment.
    :raises NoAnswer: WeCom may have sent it; a second call could only be refused, and is not made.
    """
    body = {"welcome_code": welcome_code, **message_parts(cleared)}
    client.send("externalcontact/send_welcome_msg", body, cleared=[cleared])
