"""A small app in place of the product: signs in through WeCom, shows a sidebar with the real @wecom/jssdk."""

from __future__ import annotations

import hashlib
import secrets
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import requests
from flask import Flask, Response, abort, jsonify, make_response, redirect, request, send_file
from werkzeug.serving import make_server

from tests.wecom_simulator.speaking import AGENT_ID, CORP_ID, SECRET

JSSDK = Path(__file__).parents[2] / "sidebar_ui/node_modules/@wecom/jssdk/dist/wecom.prod.js"
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; frame-ancestors 'none'"

PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>sidebar</title>
<script type="module" src="/assets/page.js"></script></head>
<body><p id="who"></p><p id="ready"></p><ol id="heard"></ol></body></html>"""

SCRIPT = """
import * as ww from '/assets/wecom.js'
const show = (id, text) => { document.getElementById(id).textContent = text }
const me = await (await fetch('/api/me')).json()
if (me.userid) start()
else location.replace('/api/sign-in')

async function start() {
  show('who', me.userid)
  if (!ww.env.isWeCom) return show('ready', 'outside WeCom')
  const sign = (kind) => async (url) =>
    (await fetch(`/api/signature?kind=${kind}&url=${encodeURIComponent(url)}`)).json()
  ww.register({
    corpId: 'CORP_ID', agentId: AGENT_ID,
    jsApiList: me.apis,
    getConfigSignature: sign('config'), getAgentConfigSignature: sign('agent_config'),
    onAgentConfigFail: (error) => show('ready', `failed ${error.errMsg}`),
  })
  window.ww = ww
  window.ask = async (name, params) => {
    try { return (await ww[name](params)) } catch (error) { return { refused: error.errMsg ?? String(error) } }
  }
  try { await ww.ensureAgentConfigReady() } catch { return }
  show('ready', (await window.ask('getContext')).entry ?? 'no entry')
}
addEventListener('unhandledrejection', (event) => event.preventDefault())
"""


class Standin:
    """Listens from the start; `simulator_url` is set once the simulator knows this one's address."""

    def __init__(self) -> None:
        self.simulator_url = ""
        self.apis = [
            "getContext",
            "getCurExternalContact",
            "getCurExternalChat",
            "sendChatMessage",
            "openEnterpriseChat",
        ]
        self.spoils_signatures = False
        self.sessions: dict[str, str] = {}
        self.seen: list[dict[str, Any]] = []
        self._session = requests.Session()
        self._session.trust_env = False
        app = Flask("standin", static_folder=None)
        app.after_request(_strict)
        app.before_request(self._note)
        for rule, view in {
            "/sidebar/": self._page,
            "/api/me": self._me,
            "/api/sign-in": self._sign_in,
            "/api/back": self._back,
            "/api/signature": self._signature,
            "/api/stream": self._stream,
            "/assets/<name>": self._asset,
        }.items():
            app.add_url_rule(rule, rule, view)
        app.add_url_rule("/api/echo", "echo", self._echo, methods=["POST"])
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._session.close()

    def _note(self) -> None:
        self.seen.append({"path": request.full_path, "host": request.host, "cookies": dict(request.cookies)})

    def _page(self) -> str:
        return PAGE

    def _asset(self, name: str) -> Response:
        if name == "wecom.js":
            return send_file(JSSDK, mimetype="text/javascript")
        script = SCRIPT.replace("CORP_ID", CORP_ID).replace("AGENT_ID", AGENT_ID)
        return Response(script, content_type="text/javascript")

    def _me(self) -> Response:
        return jsonify(userid=self.sessions.get(request.cookies.get("session", "")), apis=self.apis)

    def _sign_in(self) -> Any:
        state = secrets.token_hex(8)
        query = {
            "appid": CORP_ID,
            "redirect_uri": f"{request.host_url}api/back",
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
            "agentid": AGENT_ID,
        }
        answer = redirect(f"{self.simulator_url}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect")
        answer.set_cookie("state", state, httponly=True)
        return answer

    def _back(self) -> Any:
        if request.args["state"] != request.cookies.get("state"):
            abort(400)
        found = self._qyapi("auth/getuserinfo", code=request.args["code"])
        token = secrets.token_hex(8)
        self.sessions[token] = found["userid"]
        answer = make_response(redirect(f"{self.url}/sidebar/"))
        answer.set_cookie("session", token, httponly=True)
        answer.delete_cookie("state")
        return answer

    def _signature(self) -> Response:
        if request.args["kind"] == "config":
            ticket = self._qyapi("get_jsapi_ticket")["ticket"]
        else:
            ticket = self._qyapi("ticket/get", type="agent_config")["ticket"]
        url = request.args["url"] + ("spoilt" if self.spoils_signatures else "")
        text = f"jsapi_ticket={ticket}&noncestr=n&timestamp=1700000000&url={url}"
        return jsonify(timestamp=1700000000, nonceStr="n", signature=hashlib.sha1(text.encode()).hexdigest())

    def _echo(self) -> Response:
        return jsonify(body=request.get_data(as_text=True), origin=request.headers.get("Origin"))

    def _stream(self) -> Response:
        return Response((f"data: {n}\n\n" for n in range(3)), content_type="text/event-stream")

    def _qyapi(self, path: str, **query: str) -> dict[str, Any]:
        base = f"{self.simulator_url}/cgi-bin"
        token = self._session.get(f"{base}/gettoken", params={"corpid": CORP_ID, "corpsecret": SECRET}).json()
        answer = self._session.get(
            f"{base}/{path}", params={"access_token": token["access_token"], **query}
        ).json()
        assert answer["errcode"] == 0, answer
        return dict(answer)


def _strict(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Frame-Options"] = "DENY"
    return answer
