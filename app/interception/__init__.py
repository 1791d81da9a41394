"""WeCom's own word rules (聊天敏感词), kept in step with the published list."""
