"""The class's small multiples: one scale for all, which no single run can spoil."""

import json
import math

from explorer.figures.class_curves import BoardLabels, Cell, Scale, pack, scale

LABELS = BoardLabels("alt", "{epoch}: {value}", "choose")


def cell(name, newest, older=()):
    return Cell("id", name, newest, older, "state", "result", "time", "size", "differs")


def test_the_scale_holds_all_accuracies_between_round_shares():
    assert scale([[0.52, 0.71], [0.6, 0.83, 0.84]], True) == Scale(3, 0.5, 0.9, 0)
    assert scale([[1.0, 1.0]], True) == Scale(2, 0.9, 1.0, 0)
    assert scale([[0.0]], True) == Scale(2, 0.0, 0.1, 0)


def test_the_scale_of_losses_begins_at_zero():
    assert scale([[1.23, 0.4], [0.9, 0.5, 0.48]], False) == Scale(3, 0.0, 1.3, 0)


def test_one_run_that_blows_up_does_not_press_the_others_flat():
    lines = [[0.9, 0.5, 0.4]] * 10 + [[0.9, 5e6, math.nan]]
    found = scale(lines, False)
    assert found.high <= 1.6
    assert found.beyond == 1


def test_one_run_that_learns_nothing_does_not_press_the_others_flat():
    lines = [[0.8, 0.85, 0.9]] * 30 + [[0.1, 0.1, 0.1]]
    found = scale(lines, True)
    assert (found.low, found.beyond) == (0.8, 1)


def test_nothing_yet_has_a_scale_too():
    for lines in ([], [[]], [[math.nan]], [[math.inf]]):
        for percent in (True, False):
            found = scale(lines, percent)
            assert found.epochs >= 2
            assert found.low < found.high
    assert scale([[0.0, 0.0]], False).high > 0


def test_cells_travel_as_short_json():
    cells = [cell("<b>&'", [0.123456, math.nan], [[0.5]])]
    told = json.loads(pack(cells, scale([[0.123456]], False), LABELS, "id", False))
    assert told["cells"][0]["newest"] == [0.1235, None]
    assert told["cells"][0]["older"] == [[0.5]]
    assert told["cells"][0]["name"] == "<b>&'"
    assert told["scale"]["ticks"] == ["0", "0.13"]
    assert told["chosen"] == "id"


def test_a_class_of_sixty_with_five_runs_each_is_small():
    line = [0.1234567 + n / 1000 for n in range(20)]
    cells = [cell(f"member {n}", line, [line] * 4) for n in range(60)]
    size = len(pack(cells, scale([line], True), LABELS, "", True))
    assert size < 64_000, size
