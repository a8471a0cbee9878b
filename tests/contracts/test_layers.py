"""A layer is whole: it is explained, computed, differentiated and, over images, seen under the microscope."""

import pytest

from explorer.inspection import scope
from explorer.layers import FORWARD
from explorer.layers.gradients import BACKWARD
from explorer.specs import ANY, IMAGE, LAYERS


@pytest.mark.parametrize("kind", LAYERS.values(), ids=list(LAYERS))
def test_a_layer_is_whole(kind):
    assert kind.idea.endswith(".")
    assert kind in FORWARD
    assert kind in BACKWARD
    assert kind in scope.BUILDERS or kind.family not in (IMAGE, ANY)
