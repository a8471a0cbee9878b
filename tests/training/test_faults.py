"""Every fault once, as the benchmark has it: nothing finished is lost, nothing is stuck, every end says why."""

import pytest

from benchmarks.faults import FAULTS, cost

pytestmark = pytest.mark.jobs


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_takes_no_finished_run_and_leaves_none_open_or_unexplained(name):
    found = cost(name, 1)
    assert found.trials == 1
    assert found.ok, found.to_json()
