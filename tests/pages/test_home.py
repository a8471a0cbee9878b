"""The home page: its pictures are drawn now, and one of them asks about an image of the reader's choice."""

import pytest
from pages.conftest import figure, show, title_of

from explorer.widgets import data, home

pytestmark = pytest.mark.pages

PAGE = "pages/home.py"
SNEAKER = 718


def bars(at):
    return figure(at, "prediction")["data"][0]["text"]


def leads_to(at):
    return [link.proto.query_string for link in at.get("page_link")]


def test_the_network_is_asked_about_the_image_of_the_reader_s_choice():
    at = show(PAGE)
    assert title_of(figure(at, "prediction")) == "Test image 3, Coat"
    assert "model=cnn-two-blocks&image=3" in leads_to(at)
    at.number_input(key=home.IMAGE).set_value(SNEAKER).run()
    assert not at.exception
    assert title_of(figure(at, "prediction")) == "Test image 718, Sneaker"
    assert "99.8%" in bars(at)
    assert f"model=cnn-two-blocks&image={SNEAKER}" in leads_to(at)
    assert at.query_params[home.IMAGE] in (str(SNEAKER), [str(SNEAKER)])


def test_a_link_asks_about_its_image():
    assert title_of(figure(show(PAGE, home_image="0"), "prediction")) == "Test image 0, Ankle boot"


@pytest.mark.parametrize("nonsense", ["1000", "-1", "x", ""])
def test_an_image_that_is_not_there_is_said(nonsense):
    at = show(PAGE, home_image=nonsense)
    assert not at.exception
    assert at.warning
    assert title_of(figure(at, "prediction")) == "Test image 3, Coat"


def test_an_image_of_the_sample_is_found_among_all_test_images(monkeypatch):
    sample = data.sample(home.IMAGES)
    assert data.place(home.IMAGES, 3) == 3
    monkeypatch.setattr(data, "test_split", lambda name: None)
    assert data.place(home.IMAGES, 3) == sample.numbers[3] != 3
