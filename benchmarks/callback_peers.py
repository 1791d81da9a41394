"""What the callback endpoint is compared with: a view that returns a constant, and one that only decrypts."""

from flask import Flask, Response, request

from app import config
from app.wecom.envelope import open_envelope

settings = config.from_environment()
application = Flask("peers")


@application.post("/constant")
def constant() -> Response:
    return Response("success", content_type="text/plain")


@application.post("/decrypt")
def decrypt() -> Response:
    open_envelope(
        request.get_data(cache=False),
        request.args,
        token=settings.wecom_callback_token,
        aes_key=settings.wecom_encoding_aes_key,
        receive_id=settings.wecom_corp_id,
    )
    return Response("success", content_type="text/plain")
