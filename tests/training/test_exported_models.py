"""The model file of a run: plain Keras opens it and predicts what the app's own network predicts."""

import numpy as np
import pytest
from drawn import examples

from explorer.training import exports
from explorer.training.store import SHIPPED, Run, Store

pytestmark = pytest.mark.worker


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "snapshot"])
@pytest.mark.parametrize("name", ["cnn-one-block", "lstm-snippets", "bidirectional-lstm", "count-simplernn"])
def test_keras_opens_the_file_and_predicts_the_same(tmp_path, name, kept):
    import keras

    run = Store(SHIPPED).open(name)
    if not kept:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "snapshots.npz").write_bytes(run.snapshot_file.read_bytes())
        run = Run(folder, run.record)
    path = tmp_path / exports.file_name(run.record.name, ".keras")
    path.write_bytes(exports.model_file(run))
    model = keras.models.load_model(path)
    spec = run.record.spec
    inputs = examples(spec, 3)
    said = run.network(run.kept_epoch).predict(inputs)
    np.testing.assert_allclose(np.asarray(model(inputs)), said, atol=1e-5)
    assert model.count_params() == spec.parameters
