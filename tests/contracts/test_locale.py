"""Every text that a reader may see is in the Korean catalogue, whole and compiled."""

import gettext
import re
from string import Formatter

import pytest

from scripts.update_locale import FOLDER, catalogue, extracted

HANGUL = re.compile("[가-힣]")
# Names that Korean course books write in English too.
SAME_IN_BOTH = re.compile(
    r"^(IMDB|LSTM|GRU|SimpleRNN|clipnorm|dropout|recurrent_dropout|input_dim|output_dim|num_tokens|mask_zero|max|min"
    r"|merge_mode|recurrent_activation|reset_after|return_sequences|seq_length|stateful|truncating"
    r"|filters|kernel_size|strides|padding|dilation_rate|activation|use_bias"
    r"|(kernel|recurrent)_initializer|kernel_regularizer|clipvalue|stddev|scale|offset|\{remedy\} \(Keras\)"
    r"|pool_size|units|rate|momentum|epsilon|Fashion-MNIST|Grad-CAM.*"
    r"|(rotation|zoom|shear|width_shift|height_shift)_range|(horizontal|vertical)_flip)$"
)

KOREAN = {message.id: message.string for message in catalogue() if message.id}
TEXTS = sorted(message.id for message in extracted() if message.id)


def places(text):
    return sorted(name for _literal, name, _spec, _conversion in Formatter().parse(text) if name)


def test_the_catalogue_has_exactly_the_texts_of_the_code():
    assert sorted(KOREAN) == TEXTS


@pytest.mark.parametrize("text", TEXTS)
def test_each_text_is_translated_with_the_same_places(text):
    korean = KOREAN[text]
    assert korean
    assert places(korean) == places(text)
    assert (
        HANGUL.search(korean) or SAME_IN_BOTH.match(text) or not re.search("[A-Za-z]{2}", re.sub(r"\{\w+\}", "", text))
    )


def test_the_compiled_catalogue_is_up_to_date():
    compiled = gettext.translation("explorer", FOLDER.parents[1], ["ko"])
    assert {text: compiled.gettext(text) for text in TEXTS} == KOREAN
