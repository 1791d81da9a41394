"""Customer group chats and who is in them."""
