"""Which data is used, and what is in the embedded sample."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from explorer.datasets import DATASETS, FULL, SAMPLE, TEST, TRAIN, Counts, fashion_mnist
from explorer.datasets.fashion_mnist import FILES, FashionMnist
from explorer.messages import ExplorerError, Message

REAL = DATASETS["fashion-mnist"]
PARTS = {TRAIN: 600, TEST: 100}


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path, contents: dict[str, bytes]) -> Path:
    """EXPLORER_DATA_DIR with the whole made-up data."""
    folder = tmp_path / "data" / "fashion-mnist"
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    monkeypatch.setenv("EXPLORER_DATA_DIR", str(folder.parent))
    return folder


def fill(cache: Path, contents: dict[str, bytes]) -> None:
    cache.mkdir(parents=True)
    for name, content in contents.items():
        (cache / name).write_bytes(content)


def test_the_registry_knows_each_data_set_by_its_name() -> None:
    assert all(dataset.name == name for name, dataset in DATASETS.items())


def test_ten_classes_with_texts_to_translate() -> None:
    assert len(REAL.classes) == 10
    assert all(isinstance(name, Message) for name in REAL.classes)
    assert [str(REAL.classes[label]) for label in (0, 5, 9)] == ["T-shirt/top", "Sandal", "Ankle boot"]
    assert REAL.input_shape == (28, 28, 1)


def test_counts_of_both_variants() -> None:
    assert REAL.counts(FULL) == Counts(60_000, 10_000)
    assert REAL.counts(SAMPLE) == Counts(6_000, 1_000)


def test_the_known_sizes_and_hashes_are_the_published_ones() -> None:
    files = [file for pair in FILES.values() for file in (pair.images, pair.labels)]
    assert [(file.md5[:6], file.size) for file in files] == [
        ("8d4fb7", 26_421_880),
        ("25c819", 29_515),
        ("bef4ec", 4_422_102),
        ("bb300c", 5_148),
    ]


@pytest.mark.parametrize("part", PARTS)
def test_sample_is_stratified(part: str) -> None:
    split = REAL.load(SAMPLE, part)
    size = 10 * PARTS[part]
    assert split.inputs.shape == (size, 28, 28, 1)
    assert split.inputs.dtype == split.labels.dtype == np.uint8
    assert np.bincount(split.labels).tolist() == [PARTS[part]] * 10


@pytest.mark.parametrize("part", PARTS)
def test_sample_is_shuffled_so_that_its_first_hundred_hold_every_class(part: str) -> None:
    assert set(REAL.load(SAMPLE, part).labels[:100]) == set(range(10))


def test_no_image_of_the_sample_is_in_both_parts() -> None:
    train, test = ({image.tobytes() for image in REAL.load(SAMPLE, part).inputs} for part in PARTS)
    assert not train & test


@pytest.mark.parametrize("part", PARTS)
def test_the_sample_knows_which_images_of_the_full_set_it_holds(part: str) -> None:
    numbers = REAL.load(SAMPLE, part).numbers
    assert numbers is not None
    assert len(set(numbers.tolist())) == 10 * PARTS[part]
    assert numbers.max() < getattr(REAL.counts(FULL), part)


if os.environ.get("EXPLORER_DATA_DIR"):

    @pytest.mark.parametrize("part", PARTS)
    def test_the_images_of_the_sample_are_those_of_the_full_set(part: str) -> None:
        full, sample = REAL.load(FULL, part), REAL.load(SAMPLE, part)
        np.testing.assert_array_equal(full.inputs[sample.numbers], sample.inputs)
        np.testing.assert_array_equal(full.labels[sample.numbers], sample.labels)


def test_nothing_at_hand_means_the_sample(dataset: FashionMnist) -> None:
    found = dataset.available()
    assert (found.variant, found.counts, found.problem) == (SAMPLE, Counts(6_000, 1_000), None)
    assert str(found.source) == "the embedded sample"


def test_the_local_folder_comes_before_the_cache(dataset, local, cache, contents) -> None:
    fill(cache, contents)
    found = dataset.available()
    assert (found.variant, found.counts, found.problem) == (FULL, Counts(4, 2), None)
    assert "EXPLORER_DATA_DIR" in str(found.source)


@pytest.mark.parametrize("name", ["train-images.gz", "train-labels.gz", "test-images.gz", "test-labels.gz"])
def test_a_damaged_local_file_is_named_kept_and_passed_over(dataset, local, cache, contents, arrays, name) -> None:
    fill(cache, contents)
    (local / name).write_bytes(b"junk")
    found = dataset.available()
    assert found.variant == FULL
    assert str(found.source) == "the download cache"
    assert name in str(found.problem)
    np.testing.assert_array_equal(dataset.load(FULL, TRAIN).labels, arrays["train-labels.gz"])
    np.testing.assert_array_equal(dataset.load(FULL, TEST).inputs[..., 0], arrays["test-images.gz"])
    dataset.start_fetch()
    assert (local / name).read_bytes() == b"junk"


def test_recompressed_files_count_as_the_same_data(dataset, local, arrays) -> None:
    for path in local.iterdir():
        path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()), compresslevel=1))
    assert dataset.available().variant == FULL
    np.testing.assert_array_equal(dataset.load(FULL, TEST).labels, arrays["test-labels.gz"])


def test_each_part_is_read_from_its_own_files(dataset, local, arrays) -> None:
    for name in ("train-images.gz", "train-labels.gz"):
        (local / name).unlink()
    assert dataset.load(FULL, TEST).inputs.shape == (2, 28, 28, 1)


@pytest.mark.parametrize("part", PARTS)
def test_the_full_variant_is_never_replaced_by_the_sample(dataset, part: str) -> None:
    with pytest.raises(ExplorerError, match="is not on this machine; use the embedded sample"):
        dataset.load(FULL, part)


def test_loading_damaged_data_names_the_file(dataset, local) -> None:
    (local / "train-images.gz").write_bytes(b"junk")
    with pytest.raises(ExplorerError, match=r"train-images\.gz is truncated or damaged"):
        dataset.load(FULL, TRAIN)


@pytest.mark.parametrize("variant", ["", "FULL", "fulll", "x" * 1000])
def test_an_unknown_variant_is_refused(variant: str) -> None:
    for use in (REAL.counts, lambda variant: REAL.load(variant, TRAIN)):
        with pytest.raises(ExplorerError, match=r"has no variant .*; use full or sample") as refusal:
            use(variant)
        assert len(str(refusal.value)) < 150


@pytest.mark.parametrize("kept", [0, 100, 3_000_000])
def test_a_damaged_sample_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    damaged = tmp_path / "fashion_mnist.npz"
    damaged.write_bytes(fashion_mnist.SAMPLE_FILE.read_bytes()[:kept])
    monkeypatch.setattr(fashion_mnist, "SAMPLE_FILE", damaged)
    with pytest.raises(ExplorerError, match=r"fashion_mnist\.npz"):
        REAL.load(SAMPLE, TEST)


def test_a_part_is_at_hand_without_the_other(dataset: FashionMnist, local: Path) -> None:
    train = dataset.files[TRAIN].images.name
    (local / train).write_bytes(b"damaged")
    assert dataset.available().variant == SAMPLE
    assert dataset.available((TEST,)).variant == FULL
