"""The written equations of a cell are what it computed: their terms add up to every gate and state."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.inspection.cell_equations import STAGES, all_parts, equations, formulas
from explorer.inspection.cells import FIXED, SIGNALS, Count, count, study
from explorer.layers.activations import ACTIVATIONS
from explorer.layers.cell_weights import WEIGHTS, columns
from explorer.layers.recurrent import CELLS
from explorer.specs import GRU, LSTM, ModelSpec, SimpleRNN

LAYERS = [SimpleRNN(units=1), LSTM(units=1), GRU(units=1), GRU(units=1, reset_after=False)]
NAMES = ["SimpleRNN", "LSTM", "GRU", "GRU, reset before"]
sizes = st.integers(1, 4)


def drawn_study(layer, features, steps, seed):
    """A study of weights without any structure, biases included."""
    chance = np.random.default_rng(seed)
    weights = {
        name: chance.normal(0, 0.8, shape).astype(np.float32)
        for name, shape in layer.weight_shapes((steps, features)).items()
    }
    return study(layer, weights, chance.normal(0, 1, (steps, features)).astype(np.float32))


@settings(max_examples=40, deadline=None)
@given(layer=st.sampled_from(LAYERS), units=sizes, features=sizes, steps=st.integers(1, 8), seed=st.integers(0, 999))
def test_the_terms_add_up_to_every_gate_and_state(layer, units, features, steps, seed):
    found = drawn_study(dataclasses.replace(layer, units=units), features, steps, seed)
    tables, written = found.tables(), equations(found)
    assert set(written) == set(CELLS[type(layer)].quantities)
    for letter, each in written.items():
        assert [equation.unit for equation in each] == list(range(units))
        for equation in each:
            function = ACTIVATIONS[equation.function]
            values = [float(function(np.float64(equation.logit(tables, step)))) for step in range(steps)]
            np.testing.assert_allclose(values, found.quantities[letter][:, equation.unit], atol=2e-6)


@pytest.mark.parametrize("layer", LAYERS, ids=NAMES)
def test_every_weight_is_written_once_for_its_unit(layer):
    found = drawn_study(dataclasses.replace(layer, units=3), 2, 2, 0)
    places = [
        (factor.table, factor.place)
        for each in equations(found).values()
        for equation in each
        for part in equation.parts
        for term in part.terms
        for factor in term
        if factor.table in FIXED
    ]
    weights = sum(array.size for array in found.weights.values())
    assert len(places) == len(set(places)) == weights


@pytest.mark.parametrize("layer", LAYERS, ids=NAMES)
def test_nothing_is_used_before_it_is_computed(layer):
    found = drawn_study(layer, 1, 1, 0)
    written = equations(found)
    there = {"x", *FIXED, *(f"{state}-" for state in CELLS[type(layer)].states)}
    needs = {"tanh(c)": "c", "1-z": "z", "r*h-": "r"}
    for stage in STAGES[type(layer)]:
        parts = written[stage.letter][0].parts
        assert stage.part in ("", *(part.kind for part in parts))
        shown = [part for part in parts if stage.part in ("", part.kind)]
        used = {factor.table for part in shown for term in part.terms for factor in term}
        used |= {part.gate.table for part in shown if part.gate is not None}
        assert {needs.get(name, name) for name in used} <= there, stage
        # A state is there once its last moment is over.
        if stage == [other for other in STAGES[type(layer)] if other.letter == stage.letter][-1]:
            there.add(stage.letter)
    assert there >= set(CELLS[type(layer)].quantities)


@pytest.mark.parametrize("layer", LAYERS, ids=NAMES)
def test_each_letter_has_its_formula(layer):
    assert set(formulas(layer)) == set(CELLS[type(layer)].quantities)


def test_reset_after_is_told_from_reset_before():
    assert "r_{t} ⊙ (h_{t−1} W_{hh} + b′_{h})" in formulas(GRU())["g"]
    assert "(r_{t} ⊙ h_{t−1}) W_{hh}" in formulas(GRU(reset_after=False))["g"]
    assert formulas(GRU())["h"] == "h_{t} = z_{t} ⊙ h_{t−1} + (1 − z_{t}) ⊙ ĥ_{t}"


def test_parts_are_summed_for_all_steps_and_units():
    layer = SimpleRNN(units=2)
    weights = {
        "kernel": np.array([[1.0, 2.0]], np.float32),
        "recurrent_kernel": np.array([[0.5, 0.0], [0.0, -1.0]], np.float32),
        "bias": np.array([0.1, 0.2], np.float32),
    }
    found = study(layer, weights, np.array([[1.0], [0.0]], np.float32))
    sums = {kind: values for _letter, kind, values in all_parts(found)}
    first = np.tanh([1.1, 2.2])
    np.testing.assert_allclose(sums["input"], [[1, 2], [0, 0]])
    np.testing.assert_allclose(sums["recurrent"], [[0, 0], [0.5 * first[0], -first[1]]], atol=1e-6)
    np.testing.assert_allclose(sums["biases"], [[0.1, 0.2]] * 2, atol=1e-7)


@settings(max_examples=40, deadline=None)
@given(layer=st.sampled_from(LAYERS), units=st.integers(1, 60), features=st.integers(1, 200))
def test_the_rule_counts_as_the_specification_does(layer, units, features):
    layer = dataclasses.replace(layer, units=units)
    assert count(layer, features).total == ModelSpec((7, features), (layer,)).parameters


def test_the_rule_of_the_notes():
    assert count(SimpleRNN(units=3), 4) == Count("u · (d + u + 1)", "3 · (4 + 3 + 1)", 12 + 9 + 3)
    assert count(LSTM(units=8), 16).total == 800
    assert count(LSTM(units=8), 8).total == 544
    assert count(GRU(units=8), 16) == Count("3 · u · (d + u + 2)", "3 · 8 · (16 + 8 + 2)", 624)


@pytest.mark.parametrize("layer", LAYERS, ids=NAMES)
@pytest.mark.parametrize("made", WEIGHTS)
def test_made_weights_fit_and_can_be_made_again(layer, made):
    layer = dataclasses.replace(layer, units=3)
    weights = WEIGHTS[made].weights(layer, 2, 5)
    assert {name: array.shape for name, array in weights.items()} == layer.weight_shapes((1, 2))
    again = WEIGHTS[made].weights(layer, 2, 5)
    assert all((weights[name] == again[name]).all() and weights[name].dtype == np.float32 for name in weights)


@pytest.mark.parametrize("layer", LAYERS[1:], ids=NAMES[1:])
def test_hand_made_weights_show_their_point(layer):
    pulse = SIGNALS["pulse"].values(8, 1, 0)

    def state(made):
        found = study(layer, WEIGHTS[made].weights(layer, 1, 0), pulse).quantities
        return found["c" if isinstance(layer, LSTM) else "h"][:, 0]

    kept, lost, half = state("remembers"), state("forgets"), state("fades")
    assert kept[-1] > 0.95 * kept[0] > 0.8
    assert abs(lost[1]) < 0.01
    np.testing.assert_allclose(half[1:] / half[:-1], 0.5, atol=1e-3)


def test_a_forget_gate_begins_with_a_bias_of_1():
    layer = LSTM(units=3)
    bias = WEIGHTS["random"].weights(layer, 2, 0)["bias"]
    assert (bias[columns(layer, "f")] == 1).all()
    assert bias.sum() == 3


@pytest.mark.parametrize("signal", SIGNALS)
def test_signals_have_their_shape(signal):
    values = SIGNALS[signal].values(8, 3, 0)
    assert values.shape == (8, 3)
    assert values.dtype == np.float32
    expected = {"pulse": 1, "step": 4, "alternating": 0, "zeros": 0}
    if signal in expected:
        assert values.sum() == expected[signal]
