"""`python -m tieline` is the same as `tieline`."""

import sys

from tieline.cli.main import main

sys.exit(main())
