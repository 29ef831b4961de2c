"""``python -m cleaner``: the program."""

import sys

from cleaner.cli import main

if __name__ == "__main__":
    sys.exit(main())
