"""Sealed callbacks, as WeCom would send them."""

import secrets
from datetime import datetime
from urllib.parse import urlencode

from app import clock
from app.config import Settings
from app.wecom.envelope import encrypt, signature_of


def event_xml(
    settings: Settings, event: str, change: str = "", *, created: int = 1403610513, **fields: str
) -> bytes:
    """The plaintext of an event for a self-built app; `fields` in the order given."""
    tail = "".join(f"<{tag}><![CDATA[{value}]]></{tag}>" for tag, value in fields.items())
    change_tag = f"<ChangeType><![CDATA[{change}]]></ChangeType>" if change else ""
    return (
        f"<xml><ToUserName><![CDATA[{settings.wecom_corp_id}]]></ToUserName>"
        f"<FromUserName><![CDATA[sys]]></FromUserName><CreateTime>{created}</CreateTime>"
        f"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{event}]]></Event>{change_tag}{tail}</xml>"
    ).encode()


def contact_added(settings: Settings, number: int, *, created: int = 1403610513, welcome_code: str = "") -> bytes:
    fields = {"UserID": "zhang", "ExternalUserID": f"wm{number:030d}", "State": "till-zhang"}
    if welcome_code:
        fields["WelcomeCode"] = welcome_code
    return event_xml(settings, "change_external_contact", "add_external_contact", created=created, **fields)


def sealed(settings: Settings, plaintext: bytes, *, at: datetime | None = None) -> tuple[str, bytes]:
    """A fresh envelope: `(path with query, body)`. Time, nonce and ciphertext differ each time, as in WeCom."""
    timestamp = str(int((at or clock.now()).timestamp()))
    nonce = secrets.token_hex(5)
    encrypted = encrypt(plaintext, aes_key=settings.wecom_encoding_aes_key, receive_id=settings.wecom_corp_id)
    signature = signature_of(settings.wecom_callback_token, timestamp, nonce, encrypted)
    query = urlencode({"msg_signature": signature, "timestamp": timestamp, "nonce": nonce})
    body = (
        f"<xml><ToUserName><![CDATA[{settings.wecom_corp_id}]]></ToUserName><AgentID></AgentID>"
        f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    )
    return f"/wecom/callback?{query}", body.encode()
