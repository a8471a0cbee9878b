"""The optimizers' steps against numbers worked out by hand."""

import re

import numpy as np
import pytest

from explorer.controls import controls
from explorer.inspection.optimizers import OPTIMIZERS, SGD, STEP, Adam, Constants, RMSprop
from explorer.messages import ExplorerError


def steps(optimizer, *gradients):
    """The quantities after each of some gradients in a row, of one weight."""
    found = optimizer.begin((1,))
    for t, gradient in enumerate(gradients, 1):
        found = optimizer.step(np.array([float(gradient)]), found, t)
        yield {letter: float(value[0]) for letter, value in found.items()}


def test_sgd_goes_against_the_gradient():
    (found,) = steps(SGD(0.1), 2)
    assert found[STEP] == pytest.approx(-0.2)


def test_momentum_carries_the_last_step_on():
    first, second = steps(SGD(0.1, 0.9), 2, -1)
    assert first[STEP] == pytest.approx(-0.2)
    assert second["v"] == second[STEP] == pytest.approx(0.9 * -0.2 + 0.1)


def test_nesterov_looks_one_step_ahead():
    first, second = steps(SGD(0.1, 0.9, nesterov=True), 2, -1)
    assert first[STEP] == pytest.approx(0.9 * -0.2 - 0.2)
    assert second[STEP] == pytest.approx(0.9 * (0.9 * -0.2 + 0.1) + 0.1)


def test_rmsprop_divides_by_the_root_of_the_mean_square():
    first, second = steps(RMSprop(0.1, 0.9), 2, -1)
    assert first["v"] == pytest.approx(0.1 * 4)
    assert first[STEP] == pytest.approx(-0.1 * 2 / np.sqrt(0.4))
    assert second["v"] == pytest.approx(0.9 * 0.4 + 0.1 * 1)
    assert second[STEP] == pytest.approx(0.1 / np.sqrt(0.46))


def test_adam_corrects_its_means_for_their_beginning_at_zero():
    first, second = steps(Adam(0.1, 0.9, 0.999), 2, -1)
    assert (first["m"], first["v"]) == pytest.approx((0.2, 0.004))
    assert (first["m̂"], first["v̂"]) == pytest.approx((2, 4))
    assert first[STEP] == pytest.approx(-0.1, rel=1e-5)
    assert second["m"] == pytest.approx(0.9 * 0.2 - 0.1)
    assert second["v̂"] == pytest.approx((0.999 * 0.004 + 0.001) / (1 - 0.999**2))
    assert second[STEP] == pytest.approx(-0.1 * second["m̂"] / np.sqrt(second["v̂"]), rel=1e-5)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_place_in_an_equation_is_a_number_of_the_step(name):
    optimizer = OPTIMIZERS[name](0.1, Constants())
    (found,) = steps(optimizer, 2)
    for line in optimizer.lines():
        assert line.letter in {*found, "w"}
        for place in re.findall(r"\{(.+?)\}", line.numbers):
            assert place in {*found, "w", "w-", "t"} or place[:-1] in optimizer.letters or hasattr(optimizer, place)
    assert [line.letter for line in optimizer.lines()][-2:] == [STEP, "w"]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_written_equations_give_the_numbers(name):
    """Each line's right side, computed as it is written, is the letter's value."""
    optimizer = OPTIMIZERS[name](0.1, Constants())
    first, second = steps(optimizer, 2, -1)
    for line in optimizer.rule():
        written = re.sub(r"√(\{.+?\})", r"√(\1)", line.numbers)
        written = re.sub(r"\{(.+?)\}", lambda place: repr(value(place[1], first, second, optimizer)), written)
        for sign, python in (("×", "*"), ("−", "-"), ("²", "**2"), ("^", "**"), ("√", "np.sqrt")):
            written = written.replace(sign, python)
        written = re.sub(r"(-[\d.]+)\*\*2", r"(\1)**2", written)
        assert eval(written) == pytest.approx(second[line.letter], rel=1e-9)  # noqa: S307


def value(place, before, now, optimizer):
    if place == "t":
        return 2
    if place.endswith("-"):
        return before[place[:-1]]
    return now[place] if place in now else getattr(optimizer, place)


def test_constants_keep_to_their_ranges():
    for name, _control in controls(Constants):
        with pytest.raises(ExplorerError, match=name):
            Constants(**{name: 1.5})
