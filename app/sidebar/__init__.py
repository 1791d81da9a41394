"""What the chat sidebar asks that spans domains: me, the JS-SDK signature, the card of the open customer."""
