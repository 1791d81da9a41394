import pytest
import requests

from wecom_simulator import Truncated

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def test_uploaded_bytes_come_back_for_three_days(simulator, client):
    made = client.upload("media/upload", PNG, type="image")
    assert isinstance(made["created_at"], str)
    url = f"{simulator.url}/cgi-bin/media/get"
    query = {"access_token": client.token, "media_id": made["media_id"]}
    assert client.session.get(url, params=query).content == PNG
    simulator.clock.advance(3 * 86400 + 1)
    assert client.get("media/get", media_id=made["media_id"])["errcode"] == 40007


def test_a_download_may_break_off(simulator, client):
    media_id = client.upload("media/upload", PNG, type="image")["media_id"]
    simulator.script["media/get"] = [Truncated()]
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.get("media/get", media_id=media_id)


def test_the_two_kinds_of_media_do_not_mix(client):
    attachment = client.upload("media/upload_attachment", PNG, media_type="image", attachment_type="1")
    assert isinstance(attachment["created_at"], int)
    body = {
        "sender": "lin",
        "attachments": [{"msgtype": "image", "image": {"media_id": attachment["media_id"]}}],
    }
    assert client.post("externalcontact/add_msg_template", body)["errcode"] == 40007
    body["attachments"][0]["image"]["media_id"] = client.upload("media/upload", PNG, type="image")["media_id"]
    assert client.post("externalcontact/add_msg_template", body)["errcode"] == 0


def test_a_picture_keeps_its_address(client):
    url = client.upload("media/uploadimg", PNG)["url"]
    assert client.session.get(url).content == PNG


def test_bad_uploads_are_refused(client):
    assert client.upload("media/upload", PNG, type="gif")["errcode"] == 40004
    assert client.upload("media/upload", b"", type="file")["errcode"] == 44001
    assert client.upload("media/upload", b"1234", type="file")["errcode"] == 40006
    assert client.upload("media/upload", b"GIF89a" + b"0" * 64, type="image")["errcode"] == 40123
    assert client.upload("media/uploadimg", PNG + b"0" * 2**21)["errcode"] == 45001
    assert client.upload("media/upload", b"0" * 33 * 2**20, type="file")["errcode"] == 45001


def test_hammering_one_file_is_45033(client):
    media_id = client.upload("media/upload", b"0" * 64, "a.txt", type="file")["media_id"]
    url = f"{client.simulator.url}/cgi-bin/media/get"
    query = {"access_token": client.token, "media_id": media_id}
    for _ in range(60):
        assert client.session.get(url, params=query).content == b"0" * 64
    assert client.session.get(url, params=query).json()["errcode"] == 45033


def test_an_uploaded_page_is_shown_but_never_run(simulator, client):
    media_id = client.upload("media/upload", b"<script>alert(1)</script>", "a.html", type="file")["media_id"]
    shown = client.session.get(f"{simulator.url}/simulator/media/{media_id}")
    assert shown.headers["Content-Security-Policy"] == "sandbox"
    assert client.session.get(f"{simulator.url}/simulator/media/nothing").status_code == 404
