"""What a cluster knows of its workers, without starting one."""

import pytest

from explorer.training import cluster
from explorer.training.cluster import Home


def test_a_run_that_has_begun_stays_where_it_is():
    home = Home()
    assert not home.left("a", begun=False)
    assert not home.left("b", begun=False), "one that has not begun may move"
    assert not home.left("b", begun=True)
    assert not home.left("b", begun=True)
    assert home.left("c", begun=True)


@pytest.mark.parametrize("begun", [True, False])
def test_a_run_that_no_worker_has_is_given_some_time(monkeypatch, begun):
    now = [100.0]
    monkeypatch.setattr(cluster.time, "monotonic", lambda: now[0])
    home = Home("a", 100.0)
    now[0] += cluster.HOMELESS_SECONDS - 1
    assert not home.left(None, begun)
    now[0] += 2
    assert home.left(None, begun)
