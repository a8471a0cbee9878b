"""What is left of a pulse: measured by two walks, and predicted by the product of gates or weights."""

import numpy as np
import pytest

from explorer.inspection.memory import Settings, inputs, memories


def by_cell(**settings):
    return {memory.cell: memory for memory in memories(Settings(**settings))}


@pytest.mark.parametrize("noise", [False, True])
def test_gated_cells_lose_what_the_product_of_their_gates_says(noise):
    found = by_cell(steps=50, forget=0.9, update=0.95, noise=noise)
    for cell, share in (("LSTM", 0.9), ("GRU", 0.95)):
        memory = found[cell]
        assert memory.left[0] == memory.product[0] == 1
        np.testing.assert_allclose(memory.product, share ** np.arange(50), rtol=1e-3)
        np.testing.assert_allclose(memory.left, memory.product, rtol=2e-2, atol=1e-5)


def test_a_linear_simple_cell_loses_or_blows_up_as_powers_of_w():
    for weight in (0.5, 1.2):
        memory = by_cell(steps=30, weight=weight, activation="linear")["SimpleRNN"]
        np.testing.assert_allclose(memory.left, weight ** np.arange(30), rtol=1e-3)
        np.testing.assert_allclose(memory.product, memory.gradient)


def test_tanh_forgets_faster_than_its_weight():
    memory = by_cell(steps=30, weight=0.9)["SimpleRNN"]
    assert (memory.left[1:] < memory.product[1:]).all()
    assert (memory.gradient[1:] < memory.left[1:]).all()


def test_a_large_weight_keeps_the_state_but_no_gradient():
    memory = by_cell(steps=40, weight=1.5)["SimpleRNN"]
    assert memory.left[-1] > 1
    assert memory.gradient[-1] < 1e-6


def test_the_gradient_is_what_a_small_nudge_does():
    settings = Settings(steps=8, weight=0.8)
    memory = by_cell(steps=8, weight=0.8)["SimpleRNN"]
    h = [float(np.tanh(1.0))]
    nudged = [h[0] + 1e-6]
    for _step in range(settings.steps - 1):
        h.append(float(np.tanh(0.8 * h[-1])))
        nudged.append(float(np.tanh(0.8 * nudged[-1])))
    np.testing.assert_allclose(memory.gradient, (np.array(nudged) - np.array(h)) / 1e-6, rtol=1e-4)


def test_only_the_pulse_is_marked():
    settings = Settings(steps=6, noise=True)
    with_pulse, without = (inputs(settings, pulse=pulse) for pulse in (True, False))
    assert with_pulse[:, 1].tolist() == [1, 0, 0, 0, 0, 0]
    assert (with_pulse[1:] == without[1:]).all()
    assert not without[:, 1].any()
