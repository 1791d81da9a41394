"""
WeCom (企业微信): the client and its typed calls, the callback envelope, limits, tickets, sign-in URLs.

Knows nothing of our domain. `client.wecom()` is this process's client; `calls` has one function per API that this
product uses.
"""
