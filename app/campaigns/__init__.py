"""Mass messages: who gets one, who approved it, the tasks WeCom made of it, and what came of them."""
