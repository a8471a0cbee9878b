"""What only a browser can tell: widths, languages, plots that change in place, taken ports."""

import re
import socket
import subprocess
import sys
from urllib.parse import unquote

import pytest
from browser.conftest import figure, fits_narrow_windows, go, mark, marked, says, settled, until, values, visit
from playwright.sync_api import expect

from explorer.widgets import inside_views
from scripts.app_server import ROOT

pytestmark = pytest.mark.browser

HANGUL = re.compile("[가-힣]")
VIEWS = (
    "inside_cnn?layer=conv2d_2&channel=0",
    *(f"inside_cnn?layer=conv2d_2&view={view}" for view in inside_views.VIEWS),
    "pooling?pool_view=dropout",
    "convolution?conv_mode=1d",
    "convolution?conv_input=image",
    "filters?filter_kind=learned",
)


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
def test_no_view_is_wider_than_the_window(server, sessions, finished_run, locale):
    page = sessions(locale=locale, viewport={"width": 390, "height": 900})
    for path in (f"cnn_lab?run={finished_run}", *VIEWS):
        visit(page, server, path)
        fits_narrow_windows(page)


def test_the_browsers_language_is_spoken_and_a_choice_stays(server, sessions):
    page = sessions(locale="ko-KR")
    visit(page, server)
    expect(page.locator("h1")).to_contain_text(HANGUL)
    assert "lang" not in page.url
    page.get_by_text("English", exact=True).click()
    says(page, "See how neural networks see")
    page.wait_for_url(re.compile("lang=en"))
    go(page, "CNN lab")
    says(page, "How does a CNN learn?")
    page.wait_for_url(re.compile("cnn_lab.*lang=en"))
    page.reload()
    says(page, "How does a CNN learn?")
    page.get_by_text("한국어", exact=True).click()
    expect(page.locator("h1")).to_contain_text(HANGUL)
    expect(page).not_to_have_url(re.compile("lang=en"))


def test_the_link_decides_the_language_before_the_browser(server, sessions):
    page = sessions(locale="en-US")
    visit(page, server, "inside_cnn?lang=ko")
    expect(page.locator("h1")).to_contain_text(HANGUL)


@pytest.mark.parametrize(
    "link",
    [
        "pooling?pool_input=grid&pool_layer=AveragePooling2D",
        "pooling?pool_view=dropout",
        "optimisers?optim_chosen=sgd,adam",
    ],
)
def test_what_is_chosen_stays_when_the_language_changes(server, page, link):
    visit(page, server, link)
    for name, spoken in (("한국어", re.compile("lang=ko")), ("English", re.compile("^(?!.*lang=)"))):
        page.get_by_text(name, exact=True).click()
        page.wait_for_url(spoken)
        settled(page)
        before = page.url
        page.get_by_role("slider").first.press("ArrowRight")
        until(lambda before=before: page.url != before, 10, page)
        settled(page)
        for setting in link.partition("?")[2].split("&"):
            assert setting in unquote(page.url)


def test_epoch_0_and_the_last_differ_in_every_picture(finished_run, server, page):
    pictures = {}
    for epoch in (0, 2):
        visit(page, server, f"inside_cnn?model={finished_run}&epoch={epoch}")
        says(page, f"epoch {epoch}")
        pictures[epoch] = {
            title: values(figure(page, title)) for title in ("Output of", "Output:", "Kernels ", "Weights of", "Input:")
        }
    for title, drawn in pictures[0].items():
        assert (drawn == pictures[2][title]) == (title == "Input:"), title


def test_the_slider_moves_the_pictures_in_place(server, page):
    visit(page, server, "inside_cnn?epoch=3")
    plot = figure(page, "Output of")
    mark(plot)
    before, drawn = values(plot), int(plot.evaluate("el => el.dataset.drawn"))
    slider = page.get_by_role("slider").first
    slider.focus()
    slider.press("ArrowRight")
    page.wait_for_url(re.compile("epoch=4"))
    until(lambda: values(figure(page, "Output of")) != before, 10, page)
    assert marked(page, "Output of"), "the plot was mounted anew"
    until(lambda: int(figure(page, "Output of").evaluate("el => el.dataset.drawn")) > drawn, 10, page)
    expect(page.get_by_role("img", name=re.compile("^Output of conv2d_1.*epoch 4"))).to_have_count(1)


def test_the_layers_of_a_model_are_changed_with_the_keyboard(server, page):
    visit(page, server, "cnn_lab")
    mark(figure(page, "Output of each layer"))
    page.get_by_role("button", name="Conv2D · 32").click()
    field = page.get_by_role("spinbutton", name="filters")
    field.fill("16")
    field.press("Enter")
    page.wait_for_url(re.compile("layers="))
    says(page, "Conv2D · 16")
    settled(page)
    assert marked(page, "Output of each layer"), "the picture was mounted anew"


def test_a_deep_link_survives_a_reload(server, page):
    visit(page, server, "inside_cnn?layer=conv2d_2&epoch=2&image=7&scale=own")
    expect(page.get_by_role("img", name=re.compile("Output of conv2d_2"))).not_to_have_count(0)
    page.reload()
    settled(page)
    label = figure(page, "Output of").get_attribute("aria-label")
    assert "Output of conv2d_2" in label
    assert "epoch 2" in label
    assert "own scale" in label
    says(page, "test image 7")


def test_a_taken_port_is_told_with_the_command_to_use():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = subprocess.run(
            [sys.executable, "-m", "scripts.port_free", str(port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert told.returncode != 0
    assert told.stderr.strip() == (
        f"Port {port} is already in use; stop what uses it, or start the app with: make run PORT={port + 1}"
    )
    free = subprocess.run([sys.executable, "-m", "scripts.port_free", str(port)], cwd=ROOT, check=False)
    assert free.returncode == 0
