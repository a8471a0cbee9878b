"""What all tests share."""

import os
import re

from _pytest.mark.expression import Expression
from hypothesis import settings

# The same examples are drawn each time, so that no failure is chance; new ones are drawn where they are asked for.
settings.register_profile("same", derandomize=True)
settings.register_profile("new", derandomize=False)
settings.load_profile(os.environ.get("EXAMPLES", "same"))

GROUPS = r"pytest\.mark\.(worker|pages|browser|jobs)\b"


def pytest_ignore_collect(collection_path, config):
    """What has none of the tests that `-m` asks for is not even imported, so that Keras and Streamlit stay apart."""
    asked = config.getoption("markexpr")
    if not asked or (collection_path.is_file() and collection_path.suffix != ".py"):
        return None
    files = collection_path.rglob("test_*.py") if collection_path.is_dir() else [collection_path]
    return None if any(has_asked(path, Expression.compile(asked)) for path in files) else True


def has_asked(path, expression):
    """Whether a file may have tests that an expression of groups asks for."""
    text = path.read_text(encoding="utf-8")
    whole = re.search(f"^pytestmark = {GROUPS}$", text, re.MULTILINE)
    groups = [whole[1]] if whole else ["", *re.findall(GROUPS, text)]
    return any(expression.evaluate(lambda name, group=group, **_: name == group) for group in groups)
