"""Plain Keras code of a specification, a training run or a picture, as a student would write it.

Text only: nothing here imports Keras.
"""

from explorer.training.codegen.models import functional_code, sequential_code
from explorer.training.codegen.sections import Section, notebook, script

__all__ = ["Section", "functional_code", "notebook", "script", "sequential_code"]
