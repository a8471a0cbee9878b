"""What all tests share."""

import os

from hypothesis import settings

# Where a failure would block others, the same examples are drawn each time; elsewhere new ones.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
