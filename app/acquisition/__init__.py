"""How customers come to us: contact codes 「联系我」, and the welcome message within twenty seconds."""
