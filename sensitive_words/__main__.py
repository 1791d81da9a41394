"""`python -m sensitive_words`: the filter from a shell."""

import sys

from sensitive_words.command import main

if __name__ == "__main__":
    sys.exit(main())
