"""WeCom's own addresses, to open a firewall or to check where callbacks come from."""

from app.wecom.client import WeCom


def callback_addresses(client: WeCom) -> tuple[str, ...]:
    """https://developer.work.weixin.qq.com/document/path/90930"""
    return client.call("getcallbackip").texts("ip_list")


def api_addresses(client: WeCom) -> tuple[str, ...]:
    """https://developer.work.weixin.qq.com/document/path/92520"""
    return client.call("get_api_domain_ip").texts("ip_list")
