"""The code of the loop over the epochs.

Keras itself shuffles with random numbers that cannot be drawn again one by one. So each epoch
is one call of `model.fit` on examples that are already in order; everything else is Keras's own.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from explorer.messages import N_, Message, message
from explorer.specs import Branches
from explorer.training.codegen import proximal
from explorer.training.codegen.sections import Section
from explorer.training.recipe import Recipe
from explorer.training.record import Request

EVALUATION_BATCH = 250


def epochs(request: Request) -> Section:
    """The loop over the epochs, with what is kept and when it stops."""
    recipe = request.recipe
    compares = recipe.restore_best_weights or recipe.patience > 0
    lines = [
        *([] if request.spec.stateful else ["chance = np.random.RandomState(SEED)"]),
        'history, best_loss, waited = [], float("inf"), 0' if compares else "history = []",
        "for epoch in range(1, EPOCHS + 1):",
        *_indented(_epoch_in_order(request) if request.spec.stateful else _epoch_shuffled(request)),
        *_indented(['if not np.isfinite(result["loss"] + result["val_loss"]):', "    break  # diverged"]),
        *_indented(["history.append(result)", 'print(f"epoch {epoch}:", result)']),
        *_indented(_kept(recipe)),
        "if history:",
        "    model.set_weights(kept_weights)",
    ]
    return Section(_idea(request), "\n".join(lines))


def _epoch_shuffled(request: Request) -> list[str]:
    """One epoch on shuffled examples."""
    inputs = "x_train[order]" if request.recipe.augmentation is None else "changed(x_train[order])"
    return [
        "order = chance.permutation(len(x_train))",
        "fitted = model.fit(",
        f"    {given(request, inputs)},",
        "    y_train[order],",
        "    batch_size=BATCH_SIZE,",
        "    shuffle=False,",
        f"    validation_data=({given(request, 'x_val')}, y_val),",
        f"    validation_batch_size={EVALUATION_BATCH},",
        *_indented(_callbacks(request)),
        "    verbose=0,",
        ")",
        "result = {name: values[0] for name, values in fitted.history.items()}",
    ]


def _epoch_in_order(request: Request) -> list[str]:
    """One epoch of a model that remembers from batch to batch, measured by its copy without memory."""
    return [
        "for layer in model.layers:",
        '    if getattr(layer, "stateful", False):',
        "        layer.reset_state()",
        "fitted = model.fit(",
        "    x_train,",
        "    y_train,",
        "    batch_size=BATCH_SIZE,",
        "    shuffle=False,",
        *_indented(_callbacks(request)),
        "    verbose=0,",
        ")",
        "result = {name: values[0] for name, values in fitted.history.items()}",
        "measured.set_weights(model.get_weights())",
        f"found = measured.evaluate(x_val, y_val, batch_size={EVALUATION_BATCH}, verbose=0)",
        'result["val_loss"], result["val_accuracy"] = found',
    ]


def given(request: Request, inputs: str) -> str:
    """What the model is given: the inputs, or where it has several each by itself."""
    first = request.spec.layers[0]
    if not isinstance(first, Branches):
        return inputs
    ends = list(itertools.accumulate(first.sizes))[:-1]
    return f"np.split({inputs}, {ends}, axis=1)"


def _callbacks(request: Request) -> list[str]:
    return [f"callbacks=[{proximal.CALLBACK}],"] if request.recipe.proximal else []


def _kept(recipe: Recipe) -> list[str]:
    """Which weights are kept, and when to stop."""
    compares = recipe.restore_best_weights or recipe.patience > 0
    lines = ["waited += 1", 'if result["val_loss"] < best_loss:'] if compares else []
    if recipe.restore_best_weights:
        lines.append('    best_loss, kept_weights, waited = result["val_loss"], model.get_weights(), 0')
    else:
        lines += ['    best_loss, waited = result["val_loss"], 0'] if compares else []
        lines.append("kept_weights = model.get_weights()")
    return lines + ([f"if waited == {recipe.patience}:", "    break"] if recipe.patience else [])


def _idea(request: Request) -> Message:
    if request.spec.stateful:
        return message(
            N_("The training, one epoch after the other, always in the order of time: the state is set back only here.")
        )
    return message(
        N_("The training, one epoch after the other, each in a new order; the weights of the kept epoch come back.")
    )


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]
