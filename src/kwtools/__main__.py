"""``python -m kwtools``."""

import sys

from kwtools.cli import main

sys.exit(main())
