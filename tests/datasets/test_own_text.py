"""Texts of a reader's own: from the bytes of a file to a data set that another process can load."""

import subprocess
import sys

import numpy as np
import pytest

from explorer.datasets import DATASETS, TEST, TRAIN, own_text
from explorer.datasets.own_text import BOUNDS, Labelled, keep, labelled, read
from explorer.datasets.tokens import Tokens
from explorer.messages import ExplorerError
from explorer.text import tokenise

OWN = DATASETS["own-text"]
ROWS = [(f"good film number {n}", "good") for n in range(10)] + [(f"bad film number {n}", "bad") for n in range(5)]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_UPLOADS_DIR", str(tmp_path))
    own_text._kept.cache_clear()
    return tmp_path


def csv(rows=ROWS, head="text,label", separator=","):
    return "\n".join([head, *(f"{text}{separator}{label}" for text, label in rows)])


def kept(content):
    return keep(labelled(read(content), "text", "label"))


def test_a_table_becomes_a_data_set_with_a_fifth_of_each_class_to_test():
    variant = kept(csv().encode())
    task = OWN.task(variant)
    assert [str(name) for name in task.classes] == ["bad", "good"]
    assert (task.units, task.loss) == (1, "binary_crossentropy")
    counts = OWN.counts(variant)
    assert (counts.train, counts.test) == (12, 3)
    assert OWN.load(variant, TEST).labels.tolist().count(0) == 1
    lexicon = OWN.lexicon(variant)
    texts = {
        " ".join(lexicon.word(int(id_)) for id_ in OWN.raw(variant, TRAIN)[number][1:]).rsplit(" ", 1)[0]
        for number in range(12)
    }
    assert texts == {"good film number", "bad film number"}


def test_the_label_of_a_text_stays_with_it():
    variant = kept(csv().encode())
    good = OWN.lexicon(variant).encode(["good"]).ids[1]
    for part in (TRAIN, TEST):
        split = OWN.load(variant, part, Tokens(num_words=100, maxlen=10))
        assert ((split.inputs == good).any(axis=1) == (split.labels == 1)).all()


def test_three_classes_are_a_softmax_task_and_may_have_any_names():
    rows = [(f"{name} {n}", name) for n in range(4) for name in ("{x}", "<b>", "좋음")]
    variant = kept(csv(rows).encode())
    task = OWN.task(variant)
    assert (task.units, task.loss) == (3, "sparse_categorical_crossentropy")
    assert [str(name) for name in task.classes] == ["<b>", "{x}", "좋음"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators(encoding, separator):
    rows = [(f"정말 좋은 영화 {n}", "긍정" if n % 2 else "부정") for n in range(12)]
    variant = kept(csv(rows, f"text{separator}label", separator).encode(encoding))
    assert OWN.lexicon(variant).words[:3] == ("정말", "좋은", "영화")
    assert [str(name) for name in OWN.class_names(variant)] == ["긍정", "부정"]


def test_quotes_hold_separators_and_line_breaks():
    rows = [('"a ""good"", long\nfilm"', "x"), *((f"b {n}", "y" if n % 2 else "x") for n in range(10))]
    assert '"good", long\nfilm' in read(csv(rows).encode()).column("text")[0]


def test_the_same_table_is_the_same_variant_and_another_is_another():
    assert kept(csv().encode()) == kept(csv().encode("utf-16"))
    assert kept(csv([*ROWS, ("more", "good")]).encode()) != kept(csv().encode())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"text,label", "no rows"),
        (csv(ROWS[:1]), r"too few rows \(1\)"),
        (csv([*ROWS, ("one more", "")]), "“label” is empty in 1 of 16 rows, first in line 17"),
        (csv([*ROWS, ("", "good")]), "“text” is empty in 1 of 16 rows"),
        (csv([(text, "good") for text, _ in ROWS]), "same class"),
        (csv([(text, f"class {n}") for n, (text, _) in enumerate(ROWS * 2)]), "30 different values"),
        (csv([*ROWS, ("one more", "single")]), "Only one row is of the class “single”"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not text"),
    ],
)
def test_what_cannot_be_learned_from_is_one_sentence(content, sentence):
    with pytest.raises(ExplorerError, match=sentence):
        kept(content if isinstance(content, bytes) else content.encode())


def test_a_huge_file_is_refused_before_it_is_read():
    huge = memoryview(np.zeros(BOUNDS.megabytes * 1_000_000 + 1, np.uint8)).tobytes()
    with pytest.raises(ExplorerError, match="at most 20 MB"):
        read(huge)


def test_too_many_rows_are_refused():
    with pytest.raises(ExplorerError, match="more than 50,000 rows"):
        read(b"text,label\n" + b"a,b\n" * (BOUNDS.rows + 1))


def test_text_and_class_are_two_columns():
    with pytest.raises(ExplorerError, match="two different columns"):
        labelled(read(csv().encode()), "text", "text")


def test_a_text_of_ten_thousand_words_and_one_of_none_are_kept():
    texts = ["word " * 10_000, "!!!", *(f"text {n}" for n in range(10))]
    variant = keep(Labelled(tuple(texts), ("a", "b") * 6))
    lengths = np.concatenate([OWN.raw(variant, part).lengths for part in (TRAIN, TEST)])
    assert lengths.max() == own_text.MOST_TOKENS + 1
    assert lengths.min() == 1


@pytest.mark.parametrize("variant", ["0" * 16, "../etc/passwd", "", "zzz"])
def test_a_variant_that_is_not_kept_is_a_sentence(variant):
    with pytest.raises(ExplorerError):
        OWN.load(variant, TRAIN)


@pytest.mark.parametrize("changed", [{"train_labels": np.array([7], np.uint8)}, {"words": np.zeros(3)}, {}])
def test_a_damaged_upload_is_a_sentence(folder, changed):
    variant = kept(csv().encode())
    path = folder / f"{variant}.npz"
    with np.load(path) as archive:
        arrays = {name: archive[name] for name in archive.files if changed or name != "classes"}
    np.savez(path, **{**arrays, **changed})
    with pytest.raises(ExplorerError, match="damaged"):
        OWN.load(variant, TRAIN)


def test_another_process_loads_it():
    variant = kept(csv().encode())
    code = (
        f"from explorer.datasets import DATASETS; print(DATASETS['own-text'].load({variant!r}, 'train').inputs.sum())"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(found.stdout) == OWN.load(variant, TRAIN).inputs.sum() > 0


def test_a_text_typed_later_gets_the_same_ids():
    variant = kept(csv().encode())
    encoded = OWN.lexicon(variant).encode(tokenise("GOOD film? Unheard!").words)
    assert encoded.known.tolist() == [True, True, True, False]
