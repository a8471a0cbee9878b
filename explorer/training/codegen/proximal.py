"""The code of L1 by its proximal operator, as `explorer.training.worker.proximal` does it."""

from __future__ import annotations

CALLBACK = "SoftThreshold()"
CODE = '''\
@keras.saving.register_keras_serializable()
class ProximalL1(keras.regularizers.Regularizer):
    """l1 · Σ|w| + l2 · Σw², of which the gradient sees the second part only."""

    def __init__(self, l1, l2=0.0):
        self.l1, self.l2 = l1, l2

    def __call__(self, w):
        absolute = keras.ops.stop_gradient(keras.ops.sum(keras.ops.abs(w)))
        return self.l1 * absolute + self.l2 * keras.ops.sum(keras.ops.square(w))

    def get_config(self):
        return {"l1": self.l1, "l2": self.l2}


class SoftThreshold(keras.callbacks.Callback):
    """After each step: w ← sign(w) · max(|w| − learning rate · l1, 0)."""

    def on_train_batch_begin(self, batch, logs=None):
        self.rate = float(self.model.optimizer.learning_rate)

    def on_train_batch_end(self, batch, logs=None):
        for weight in self.model.trainable_variables:
            l1 = getattr(weight.regularizer, "l1", 0.0)
            if l1:
                size = keras.ops.maximum(keras.ops.abs(weight) - self.rate * l1, 0.0)
                weight.assign(keras.ops.sign(weight) * size)'''


def model(code: str) -> str:
    """The code of a model with such a penalty in the place of every L1 and L1L2."""
    return code.replace("keras.regularizers.L1L2(", "ProximalL1(").replace("keras.regularizers.L1(", "ProximalL1(")
