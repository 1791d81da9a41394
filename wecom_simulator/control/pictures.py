"""Avatars, QR codes and uploaded pictures."""

from __future__ import annotations

import hashlib
import io
from xml.sax.saxutils import escape

import segno
from flask import Response

from wecom_simulator.control import control
from wecom_simulator.control.arguments import fail, simulator

COLOURS = ("#5b7fb5", "#b5735b", "#5b9a7a", "#8d6bb0", "#b05b83", "#5b98a8", "#98864a", "#6f7685")
A_DAY = {"Cache-Control": "max-age=86400"}


@control.get("/avatar/<person_id>.svg")
def avatar(person_id: str) -> Response:
    """A coloured square with the first character of the name."""
    world = simulator().world
    with world.lock:
        member, customer = world.member(person_id), world.state.customers.get(person_id)
        name = member.name if member else customer.name if customer else "?"
    colour = COLOURS[hashlib.md5(person_id.encode()).digest()[0] % len(COLOURS)]
    letter = escape(name[-1] if member else name[0])
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80" width="80" height="80">'
        f'<rect width="80" height="80" fill="{colour}"/><text x="40" y="41" fill="#fff" font-size="36" '
        f'font-family="PingFang SC,Microsoft YaHei,sans-serif" text-anchor="middle" '
        f'dominant-baseline="central">{letter}</text></svg>'
    )
    return Response(svg, content_type="image/svg+xml", headers=A_DAY)


@control.get("/qr/<config_id>.svg")
def qr_code(config_id: str) -> Response:
    """Of a contact way, or of a member's card (`member-USERID`)."""
    stream = io.BytesIO()
    address = f"{simulator().url}/?scan={config_id}"
    segno.make(address, error="m").save(stream, kind="svg", scale=6, light="#fff")
    return Response(stream.getvalue(), content_type="image/svg+xml", headers=A_DAY)


@control.get("/pictures/<image_id>")
def picture(image_id: str) -> Response:
    """What media/uploadimg promised to keep."""
    world = simulator().world
    with world.lock:
        image = world.state.images.get(image_id)
    if image is None:
        fail("没有这张图片", 404)
    return _shown(image_id, image.content_type)


@control.get("/media/<media_id>")
def media(media_id: str) -> Response:
    """What media/upload keeps for three days, for the chat page to show."""
    world = simulator().world
    with world.lock:
        known = world.state.media.get(media_id)
    if known is None:
        fail("没有这个素材，可能已经过期", 404)
    return _shown(media_id, known.content_type)


def _shown(media_id: str, content_type: str) -> Response:
    try:
        content = simulator().world.blobs.get(media_id)
    except KeyError:
        fail("文件的内容已经不在了", 404)
    # Anybody may upload anything: it is shown, never run.
    headers = {**A_DAY, "Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
    return Response(content, content_type=content_type, headers=headers)
