"""A cell by mouse, keyboard and touch: its parts light up in order, and the equations hold its own numbers."""

import re

import numpy as np
import pytest
from browser.conftest import settled, visit
from playwright.sync_api import expect

from explorer.inspection.cell_equations import STAGES, equations
from explorer.inspection.cells import SIGNALS, study
from explorer.layers.cell_weights import WEIGHTS
from explorer.specs import GRU, LSTM

pytestmark = pytest.mark.browser

FEATURES, UNITS, STEPS = 2, 3, 5


def expected(layer):
    """The study that the page shows at first."""
    weights = WEIGHTS["random"].weights(layer, FEATURES, 0)
    return study(layer, weights, SIGNALS["random"].values(STEPS, FEATURES, 0))


def written(value, digits=3):
    """A number as the browser writes it."""
    return f"{float(f'{float(value):.{digits}g}'):g}".replace("-", "−")


def bracketed(value):
    return f"({written(value)})" if value < 0 else written(value)


def lights(page, parts):
    expect(page.locator(".cells svg")).to_have_attribute("data-lit", parts)


def says(page, text):
    page.wait_for_function(
        """text => [...document.querySelectorAll('*')].some(host =>
        host.shadowRoot?.querySelector('.cells .written')?.innerText.includes(text))""",
        arg=text,
    )


@pytest.fixture
def lstm(server, page):
    visit(page, server, "cells")
    says(page, "Hidden state h · time step 2 of 5 · unit 1")
    return page


def scrub(page, position):
    page.get_by_role("slider", name="Moment of the computation").fill(str(position))


def test_stepping_lights_the_parts_in_the_order_of_computation_with_their_numbers(lstm):
    found = expected(LSTM(units=UNITS))
    tables, forms = found.tables(), equations(found)
    stages = STAGES[LSTM]
    scrub(lstm, len(stages))
    for place, stage in enumerate(stages):
        if place:
            lstm.get_by_role("button", name="Next moment").click()
        lights(lstm, f"{stage.letter} {stage.part}".strip())
        equation = forms[stage.letter][0]
        text = lstm.locator(".cells .written").inner_text()
        for part in equation.parts:
            for term in part.terms:
                assert " × ".join(bracketed(factor.value(tables, 1)) for factor in term) in text
        assert written(found.quantities[stage.letter][1, 0], 4) in text
        if equation.function == "sigmoid":
            assert f"σ({written(equation.logit(tables, 1), 4)})" in text
        shown = lstm.locator(".cells .formula.lit")
        expect(shown).to_have_count(1)
        expect(shown).to_have_attribute("data-letter", stage.letter)


def test_pointing_at_a_part_shows_its_equation_and_the_other_way_round(lstm):
    part = lstm.get_by_role("button", name=re.compile("^Forget gate f, unit 1"))
    part.hover()
    says(lstm, "Forget gate f · time step 2 of 5")
    lstm.locator(".cells .formula[data-letter=o]").hover()
    says(lstm, "Output gate o · time step 2 of 5")
    lights(lstm, "o")
    lstm.mouse.move(5, 5)
    says(lstm, "Hidden state h · time step 2 of 5")
    part.click()
    lstm.mouse.move(5, 5)
    says(lstm, "Forget gate f · time step 2 of 5")


def test_arrow_keys_move_through_moments_and_units_and_are_spoken(lstm):
    found = expected(LSTM(units=UNITS))
    lstm.get_by_role("button", name=re.compile("^Forget gate f, unit 1")).press("Enter")
    lstm.keyboard.press("ArrowRight")
    lights(lstm, "i")
    lstm.keyboard.press("ArrowDown")
    spoken = lstm.locator(".cells .spoken")
    expect(spoken).to_have_attribute("aria-live", "polite")
    expect(spoken).to_contain_text("unit 2")
    name = f"Input gate i, unit 2: {written(found.quantities['i'][1, 1])}"
    expect(lstm.get_by_role("button", name=name)).to_have_count(1)


def test_play_goes_through_all_moments_without_the_server(lstm):
    sent = []
    lstm.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    lstm.reload()
    settled(lstm)
    says(lstm, "Hidden state h")
    before = len(sent)
    last = STEPS * len(STAGES[LSTM])
    scrub(lstm, last - len(STAGES[LSTM]))
    lstm.locator(".cells .bar select").select_option("3")
    lstm.get_by_role("button", name="Play").click()
    says(lstm, "Hidden state h · time step 5 of 5")
    lstm.get_by_role("button", name="Play").wait_for()
    assert len(sent) == before


def test_matrices_hold_the_same_numbers(lstm):
    found = expected(LSTM(units=UNITS))
    lstm.get_by_role("button", name="Matrices").click()
    lstm.locator(".cells .formula[data-letter=f]").click()
    tables = lstm.locator(".cells .operand")
    expect(tables).to_have_count(6)
    cells = [tables.nth(place).locator("td").all_inner_texts() for place in range(6)]
    f, x, w_x, h, w_h, _b = cells
    assert f == [written(value) for value in found.quantities["f"][1]]
    assert x == [written(value) for value in found.inputs[1]]
    assert w_x == [written(value) for value in found.weights["kernel"][:, UNITS : 2 * UNITS].ravel()]
    assert h == [written(value) for value in found.before["h"][1]]
    assert w_h == [written(value) for value in found.weights["recurrent_kernel"][:, UNITS : 2 * UNITS].ravel()]


def test_a_tap_chooses_a_part_of_a_gru_and_its_convention_is_told(server, sessions):
    page = sessions(has_touch=True, viewport={"width": 390, "height": 844})
    visit(page, server, "cells?cells_kind=GRU")
    says(page, "Hidden state h")
    says(page, "the other way round: h = (1 − z) ⊙ h₋ + z ⊙ ĥ")
    found = expected(GRU(units=UNITS))
    page.get_by_role("button", name=re.compile("^Update gate z, unit 1")).tap()
    says(page, "Update gate z · time step 2 of 5")
    says(page, written(found.quantities["z"][1, 0], 4))
    overflow = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0


def test_unrolled_a_click_chooses_the_step_and_the_weights_are_the_same_everywhere(server, page):
    visit(page, server, "cells?cells_view=unrolled")
    says(page, "time step 2 of 5")
    page.get_by_role("button", name=re.compile("^time step 4 of 5: h = ")).click()
    says(page, "Hidden state h · time step 4 of 5")
    page.get_by_role("button", name=re.compile("^W_x: ")).nth(2).hover()
    says(page, "The same numbers at every time step")
    expect(page.locator(".cells svg .shared.kernel.lit")).to_have_count(STEPS + 1)
    expect(page.locator(".cells svg .shared.recurrent.lit")).to_have_count(0)


def test_changed_inputs_change_the_numbers_and_the_link(server, page):
    visit(page, server, "cells?cells_x=1.0=2")
    found = expected(LSTM(units=UNITS))
    inputs = found.inputs.copy()
    inputs[1, 0] = 2
    changed = study(found.layer, found.weights, inputs)
    says(page, written(changed.quantities["h"][1, 0], 4))
    assert not np.allclose(changed.quantities["h"], found.quantities["h"])
    page.get_by_role("button", name="Undo all edits").click()
    says(page, written(found.quantities["h"][1, 0], 4))
    page.wait_for_function("() => !location.search.includes('cells_x')")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_diagram_takes_up_the_theme(server, sessions, theme):
    page = sessions(color_scheme=theme)
    visit(page, server, "cells")
    says(page, "Hidden state h")
    colour = page.locator(".cells .written").evaluate("el => getComputedStyle(el).color")
    light = sum(int(n) for n in re.findall(r"\d+", colour)[:3]) > 380
    assert light == (theme == "dark")
