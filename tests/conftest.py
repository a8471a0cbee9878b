"""What all tests share."""

import os

from hypothesis import settings

# The same examples are drawn each time, so that no failure is chance; new ones are drawn where they are asked for.
settings.register_profile("same", derandomize=True)
settings.register_profile("new", derandomize=False)
settings.load_profile(os.environ.get("EXAMPLES", "same"))
