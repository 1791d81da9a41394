"""
One typed function per WeCom call that this product makes, one module per family of WeCom's documentation.

Each names its documentation page. What reads pages is a generator that asks for the next page when it is reached.
"""
