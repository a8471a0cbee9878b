"""The microscope by mouse and by keyboard: the browser answers by itself, and the numbers are the server's."""

import re

import pytest
from browser.conftest import settled, visit
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

GRID = ((3, 1, 0, 2), (6, 4, 1, 0), (0, 2, 5, 3), (1, 0, 4, 2))
PREWITT = ((1, 0, -1),) * 3
HEADINGS = """() => {
  const hosts = [...document.querySelectorAll('*')];
  const told = hosts.find(el => el.shadowRoot?.querySelector('.microscope')).shadowRoot.querySelector('.sentence');
  const seen = [];
  new MutationObserver(() => seen.push(told.querySelector('strong').textContent)).observe(told, { childList: true });
  return seen;
}"""


def output(row, column):
    return sum(GRID[row + i][column + j] * PREWITT[i][j] for i in range(3) for j in range(3))


def written(number):
    return str(number).replace("-", "−")


def grid(page, name):
    return page.locator(f".microscope .{name} canvas.marks")


def cell(page, name, row, column, size):
    """Where a cell of a grid of `size` (rows, columns) cells lies on its canvas."""
    box = grid(page, name).bounding_box()
    return {"x": (column + 0.5) * box["width"] / size[1], "y": (row + 0.5) * box["height"] / size[0]}


def point(page, name, row, column, size):
    """Move the pointer to a cell; once more if the page has moved the grid meanwhile."""
    box = None
    while box != (box := grid(page, name).bounding_box()):
        grid(page, name).hover(position=cell(page, name, row, column, size))


def microscope(page):
    return page.locator(".microscope")


def sentence(page):
    return page.locator(".microscope .sentence")


def says(page, text):
    page.wait_for_function(
        """text => [...document.querySelectorAll('*')].some(host =>
        host.shadowRoot?.querySelector('.microscope .sentence')?.innerText.includes(text))""",
        arg=text,
    )


@pytest.fixture
def convolution(server, page):
    visit(page, server, "convolution")
    says(page, "row 1, column 1")
    return page


def test_pointing_at_an_output_writes_its_sum_out(convolution):
    point(convolution, "output", 1, 0, (2, 2))
    says(convolution, f"row 2, column 1: {written(output(1, 0))}")
    products = [
        f"{GRID[1 + i][j]} × {f'(−{-PREWITT[i][j]})' if PREWITT[i][j] < 0 else PREWITT[i][j]}"
        for i in range(3)
        for j in range(3)
    ]
    expect(sentence(convolution)).to_contain_text(" + ".join(products))


def test_what_is_pointed_at_stays_when_the_page_runs_again(convolution):
    point(convolution, "output", 1, 0, (2, 2))
    says(convolution, "row 2, column 1")
    grid(convolution, "kernel").focus()
    convolution.keyboard.press("Enter")
    convolution.keyboard.type("2.5")
    convolution.keyboard.press("Enter")
    convolution.get_by_role("button", name="Undo all edits").wait_for()
    settled(convolution)
    says(convolution, f"row 2, column 1: {written(round(output(1, 0) + 1.5 * GRID[1][0]))}")


def test_pointing_at_an_input_tells_the_outputs_it_takes_part_in(convolution):
    for place, count in (((0, 0), 1), ((0, 1), 2), ((1, 1), 4), ((3, 3), 1)):
        point(convolution, "input", *place, (4, 4))
        says(
            convolution,
            f"row {place[0] + 1}, column {place[1] + 1}: {GRID[place[0]][place[1]]}, part of {count} outputs",
        )


def test_a_click_stays_when_the_pointer_leaves(convolution):
    grid(convolution, "output").click(position=cell(convolution, "output", 1, 1, (2, 2)))
    convolution.mouse.move(5, 5)
    says(convolution, f"row 2, column 2: {written(output(1, 1))}")


def test_a_tap_chooses_a_cell(server, sessions):
    page = sessions(has_touch=True, viewport={"width": 390, "height": 844})
    visit(page, server, "convolution")
    says(page, "row 1, column 1")
    grid(page, "output").tap(position=cell(page, "output", 1, 1, (2, 2)))
    says(page, f"row 2, column 2: {written(output(1, 1))}")
    grid(page, "input").tap(position=cell(page, "input", 1, 1, (4, 4)))
    says(page, "row 2, column 2: 4, part of 4 outputs")


def test_arrow_keys_move_through_the_outputs_and_the_sentence_is_spoken(convolution):
    grid(convolution, "output").focus()
    for key, place in (("ArrowRight", (0, 1)), ("ArrowDown", (1, 1)), ("ArrowLeft", (1, 0)), ("ArrowLeft", (1, 0))):
        convolution.keyboard.press(key)
        says(convolution, f"row {place[0] + 1}, column {place[1] + 1}: {written(output(*place))}")
    slider = grid(convolution, "output")
    expect(slider).to_have_role("slider")
    expect(slider).to_have_attribute("aria-valuenow", "2")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("row 2, column 1"))
    spoken = convolution.locator(".microscope .spoken")
    expect(spoken).to_have_attribute("aria-live", "polite")
    expect(spoken).to_contain_text(re.compile("row 2, column 1.*×", re.DOTALL))


def test_play_walks_from_left_to_right_and_from_top_to_bottom(convolution):
    convolution.locator(".microscope .bar select").select_option("3")
    seen = convolution.evaluate_handle(HEADINGS)
    convolution.get_by_role("button", name="Play").click()
    says(convolution, "row 2, column 2")
    convolution.get_by_role("button", name="Play").wait_for()
    places = [re.search(r"row \d, column \d", text)[0] for text in seen.json_value()]
    assert list(dict.fromkeys(places)) == ["row 1, column 2", "row 2, column 1", "row 2, column 2"]
    convolution.get_by_role("button", name="Previous output").click()
    says(convolution, "row 2, column 1")
    convolution.get_by_role("slider", name="Output cell").fill("1")
    says(convolution, "row 1, column 2")


def test_pointing_asks_the_server_nothing(convolution):
    sent = []
    convolution.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    convolution.reload()
    settled(convolution)
    says(convolution, "row 1, column 1")
    before = len(sent)
    assert before
    for row in range(2):
        for column in range(2):
            point(convolution, "output", row, column, (2, 2))
    convolution.wait_for_timeout(500)
    assert len(sent) == before


def test_a_changed_kernel_cell_changes_the_output_here_and_on_the_server(convolution):
    grid(convolution, "kernel").click(position=cell(convolution, "kernel", 0, 0, (3, 3)))
    convolution.keyboard.type("2.5")
    convolution.keyboard.press("Enter")
    expected = written(output(0, 0) + 1.5 * GRID[0][0])
    says(convolution, f"row 1, column 1: {expected}")
    convolution.get_by_role("button", name="Undo all edits").wait_for()
    settled(convolution)
    says(convolution, f"row 1, column 1: {expected}")
    convolution.get_by_role("button", name="Undo all edits").click()
    says(convolution, f"row 1, column 1: {output(0, 0)}")


def test_an_input_cell_is_changed_by_keyboard(convolution):
    grid(convolution, "input").focus()
    convolution.keyboard.press("ArrowRight")
    convolution.keyboard.press("Enter")
    convolution.keyboard.type("10")
    convolution.keyboard.press("Enter")
    says(convolution, "row 1, column 1: 10")
    convolution.get_by_role("button", name="Undo all edits").wait_for()


def test_a_drawing_reaches_the_server_when_the_stroke_ends(server, page):
    visit(page, server, "convolution?conv_input=drawing")
    page.get_by_label("Draw on the input with").check()
    start, end = (cell(page, "input", 9, column, (10, 10)) for column in (0, 5))
    box = grid(page, "input").bounding_box()
    page.mouse.move(box["x"] + start["x"], box["y"] + start["y"])
    page.mouse.down()
    page.mouse.move(box["x"] + end["x"], box["y"] + end["y"], steps=12)
    page.mouse.up()
    page.get_by_role("button", name="Undo all edits").wait_for()
    settled(page)
    page.get_by_label("Draw on the input with").uncheck()
    point(page, "input", 9, 3, (10, 10))
    says(page, "row 10, column 4: 1,")


def test_one_dimension_and_several_channels(server, page):
    visit(page, server, "convolution?conv_mode=1d")
    point(page, "output", 0, 2, (1, 8))
    says(page, "Output at position 3: −6")
    visit(page, server, "convolution?conv_input=photo")
    says(page, "sum of all 3 channels")
    chips = page.locator(".microscope .chips button")
    expect(chips).to_have_count(3)
    chips.nth(2).click()
    expect(page.locator(".microscope .input .title")).to_contain_text("channel 3 of 3")


def test_pooling_names_the_largest_value_of_the_window(server, page):
    visit(page, server, "pooling?pool_input=grid")
    point(page, "output", 0, 0, (2, 2))
    says(page, "max(3, 1, 6, 4) = 6")
    visit(page, server, "pooling?pool_input=grid&pool_layer=AveragePooling2D")
    point(page, "output", 0, 0, (2, 2))
    says(page, "(3 + 1 + 6 + 4) / 4 = 3.5")


def test_a_value_is_followed_back_to_the_image(server, page):
    visit(page, server, "inside_cnn?view=value&layer=conv2d_2&map=5")
    for layer in ("max_pooling2d_1", "conv2d_1"):
        grid(page, "input").click(
            position=cell(page, "input", 8, 8, (16, 16) if layer == "max_pooling2d_1" else (28, 28))
        )
        page.get_by_role("button", name="Where does this value come from?").click()
        page.get_by_role("button", name=layer).wait_for()
    page.get_by_text("here the way back ends").wait_for()
    page.get_by_role("button", name=re.compile("^conv2d_2")).click()
    page.get_by_text("here the way back ends").wait_for(state="hidden")
    expect(page.locator(".microscope .input .title")).to_contain_text("channel")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_microscope_takes_up_the_theme(server, sessions, theme):
    page = sessions(color_scheme=theme)
    visit(page, server, "convolution")
    says(page, "row 1, column 1")
    colour = sentence(page).evaluate("el => getComputedStyle(el).color")
    light = sum(int(n) for n in re.findall(r"\d+", colour)[:3]) > 380
    assert light == (theme == "dark")


def test_a_weight_changed_under_the_microscope_changes_the_model(server, page):
    visit(page, server, "inside_cnn?view=value&layer=conv2d_1&map=7")
    grid(page, "kernel").click(position=cell(page, "kernel", 1, 1, (3, 3)))
    page.keyboard.type("30")
    page.keyboard.press("Enter")
    page.get_by_text("Edits of the weights in force: 1").wait_for()
    settled(page)
    expect(page.locator(".microscope .sum")).to_contain_text("30")
    page.get_by_role("button", name="Undo all").click()
    page.get_by_text("Edits of the weights in force").wait_for(state="hidden")
