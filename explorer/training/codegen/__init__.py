"""Plain Keras code of a specification, a training run or a picture, as a student would write it.

Text only: nothing here imports Keras.
"""

from explorer.training.codegen.models import functional_code, sequential_code

__all__ = ["functional_code", "sequential_code"]
