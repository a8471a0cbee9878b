"""The Keras code of a whole training run: the same data, weights, batches and random numbers, so the same history."""

from __future__ import annotations

from explorer.datasets import FULL, Task
from explorer.messages import N_, message
from explorer.training.codegen import proximal
from explorer.training.codegen.augmenting import augmentation_code
from explorer.training.codegen.epochs import EVALUATION_BATCH, epochs, given
from explorer.training.codegen.models import call, indented, model_code
from explorer.training.codegen.sections import Section
from explorer.training.recipe import Recipe
from explorer.training.record import Request

DATA_FILE = "data.npz"
OPTIMIZERS = {"adam": "Adam", "rmsprop": "RMSprop", "sgd": "SGD"}
MIXED = "mixed_bfloat16"


def sections(request: Request) -> tuple[Section, ...]:
    """The script of a run, in the order of its parts."""
    found = [_beginning(request), _data(request), _split(request)]
    if request.recipe.augmentation is not None:
        found.append(
            Section(
                message(N_("The images are changed at random: another change each time that one is seen.")),
                augmentation_code(request.recipe.augmentation),
            )
        )
    if request.recipe.proximal:
        idea = N_("L1 with exact zeros: the penalty is no part of the gradient; instead each step cuts the weights.")
        found.append(Section(message(idea), proximal.CODE))
    return (*found, _model(request), _compiled(request), epochs(request), _test(request))


def downloads_data(request: Request) -> bool:
    """Whether Keras itself can fetch the data, so that the script needs none beside it."""
    return request.dataset == "fashion-mnist" and request.variant == FULL


def needs_file(request: Request) -> bool:
    """Whether the script reads ``data.npz`` beside it: its data, or the weights that it begins with."""
    return not downloads_data(request) or request.start is not None


def _beginning(request: Request) -> Section:
    recipe = request.recipe
    lines = [
        "import keras",
        "import numpy as np",
        "",
        f"SEED = {recipe.seed}",
        f"EXAMPLES = {recipe.examples}  # training and validation together",
        f"EPOCHS = {recipe.epochs}",
        f"BATCH_SIZE = {recipe.batch_size}",
    ]
    return Section(
        message(
            N_(
                "The same training in plain Keras. The seed decides the split, the first weights, the order of the "
                "examples and the dropout, so the same versions on the same machine give the same history "
                "but for rounding."
            )
        ),
        "\n".join(lines),
    )


def _data(request: Request) -> Section:
    if downloads_data(request):
        idea = message(N_("The data: Keras downloads it once. Pixels from 0 to 255 become numbers from 0 to 1."))
        lines = [
            "(x, y), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()",
            'x = x[:EXAMPLES, ..., np.newaxis].astype("float32") / 255',
            'x_test = x_test[..., np.newaxis].astype("float32") / 255',
            "y = y[:EXAMPLES]",
        ]
        return Section(idea, "\n".join(lines))
    lines = [
        f'data = np.load("{DATA_FILE}")',
        'x, y = data["x"][:EXAMPLES], data["y"][:EXAMPLES]',
        'x_test, y_test = data["x_test"], data["y_test"]',
    ]
    idea = message(N_("The data, as the app prepared it."))
    if len(request.task.input_shape) == 3:
        idea = message(N_("The data, as the app prepared it. Pixels from 0 to 255 become numbers from 0 to 1."))
        lines += [f'{name} = {name}.astype("float32") / 255' for name in ("x", "x_test")]
    elif len(request.task.input_shape) == 1 and not request.task.vocabulary:
        pixels = (f'{name}.astype("float32") / 255' for name in ("x", "x_test"))
        lines += ['if x.dtype == "uint8":  # pixels from 0 to 255', f"    x, x_test = {', '.join(pixels)}"]
    return Section(idea, "\n".join(lines))


def _split(request: Request) -> Section:
    recipe = request.recipe
    held = recipe.validation_examples
    if request.task.ordered:
        idea = message(N_("The examples follow each other in time, so the last ones are held out for validation."))
        first = recipe.training_examples
        lines = [
            f"x_train, y_train = x[:{first}], y[:{first}]",
            f"x_val, y_val = x[{first}:], y[{first}:]",
        ]
    else:
        idea = message(N_("Some examples, drawn at random, are held out for validation."))
        lines = [
            "order = np.random.RandomState(SEED).permutation(EXAMPLES)",
            f"x_train, y_train = x[order[{held}:]], y[order[{held}:]]",
            f"x_val, y_val = x[order[:{held}]], y[order[:{held}]]",
        ]
    if not held:
        idea = message(N_("No example is held out; validation is on the training examples themselves."))
        lines[-1] = "x_val, y_val = x_train, y_train"
    return Section(idea, "\n".join(lines))


def _model(request: Request) -> Section:
    recipe = request.recipe
    mixed = recipe.dtype_policy == MIXED
    lines = ["keras.utils.set_random_seed(SEED)"]
    if mixed:
        lines.append(f'keras.config.set_dtype_policy("{MIXED}")')
    code = model_code(request.spec, recipe.batch_size, "float32" if mixed else None)
    lines += [proximal.model(code) if recipe.proximal else code, "model.summary()"]
    if request.start is not None:
        lines += _first_weights(request)
    if request.spec.stateful:
        lines += _copy(request)
    return Section(message(N_("The model, layer by layer; the seed decides its first weights.")), "\n".join(lines))


def _first_weights(request: Request) -> list[str]:
    """Weights that another run had learned."""
    return [
        "# It begins with the weights that another run had learned.",
        *([f'data = np.load("{DATA_FILE}")'] if downloads_data(request) else []),
        "for layer in model.layers:",
        '    kept = [name for name in data.files if name.startswith(f"start/{layer.name}/")]',
        "    layer.set_weights([data[name] for name in kept])",
    ]


def _copied(request: Request) -> bool:
    """Whether what is measured and saved at the end is a copy: in float32, of Keras's own parts, without memory."""
    return request.spec.stateful or request.recipe.proximal or request.recipe.dtype_policy == MIXED


def _copy(request: Request) -> list[str]:
    lines = ["", "# The same layers to measure with: all bits, and no memory between batches."]
    if request.recipe.dtype_policy == MIXED:
        lines.append('keras.config.set_dtype_policy("float32")')
    return [*lines, model_code(request.spec.stateless(), variable="measured")]


def _compiled(request: Request) -> Section:
    task = request.task
    lines = []
    metric = _metric(task)
    if task.loss == "mean_squared_error":
        lines = [
            "def accuracy(y_true, y_pred):",
            f'    """An answer counts as right when it is no further than {task.tolerance:g} from the label."""',
            "    error = keras.ops.reshape(y_true, (-1,)) - keras.ops.reshape(y_pred, (-1,))",
            f"    return keras.ops.abs(error) <= {task.tolerance!r}",
            "",
            "",
        ]
    lines += [
        "model.compile(",
        indented(f"optimizer={_optimizer(request.recipe)},"),
        f'    loss="{task.loss}",',
        f"    metrics=[{metric}],",
        ")",
    ]
    if request.spec.stateful:
        lines.append(f'measured.compile(loss="{task.loss}", metrics=[{metric}])')
    return Section(message(N_("How it learns: the optimizer, and the loss that it makes small.")), "\n".join(lines))


def _metric(task: Task) -> str:
    return "accuracy" if task.loss == "mean_squared_error" else '"accuracy"'


def _optimizer(recipe: Recipe) -> str:
    rate = f"{recipe.learning_rate!r}"
    if recipe.learning_rate_schedule == "cosine":
        rate = call(
            "keras.optimizers.schedules.CosineDecay",
            (f"initial_learning_rate={rate}", f"decay_steps=EPOCHS * {recipe.steps_per_epoch}"),
        )
    arguments = [f"learning_rate={rate}"]
    if recipe.optimizer == "sgd" and recipe.momentum:
        arguments.append(f"momentum={recipe.momentum!r}")
    arguments += [f"{name}={getattr(recipe, name)!r}" for name in ("clipnorm", "clipvalue") if getattr(recipe, name)]
    return call(f"keras.optimizers.{OPTIMIZERS[recipe.optimizer]}", arguments)


def _test(request: Request) -> Section:
    lines = []
    if _copied(request) and not request.spec.stateful:
        lines = [
            *_copy(request)[1:],
            f'measured.compile(loss="{request.task.loss}", metrics=[{_metric(request.task)}])',
        ]
    measured = "measured" if _copied(request) else "model"
    if _copied(request):
        lines.append("measured.set_weights(model.get_weights())")
    lines += [
        call(
            f"test_loss, test_accuracy = {measured}.evaluate",
            (given(request, "x_test"), "y_test", f"batch_size={EVALUATION_BATCH}", "verbose=0"),
        ),
        'print(f"test loss {test_loss:.4f}, test accuracy {test_accuracy:.4f}")',
        f'{measured}.save("trained.keras")',
    ]
    return Section(message(N_("What it makes of the test examples, and the model as a file.")), "\n".join(lines))
