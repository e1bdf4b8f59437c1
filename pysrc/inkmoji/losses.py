"""What training makes small: a loss per example and the gradient of its mean.

Values too large for float32 give infinity or NaN without a warning; whoever trains looks at the losses.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkmoji.linalg import Floats


@np.errstate(all="ignore")
def softmax_cross_entropy(logits: Floats, targets: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """-log(softmax(logits)[target]) for each example, in nats.

    Args:
        logits: (N, C) float32, before softmax; the largest is taken off first, so none is too large for exp.
        targets: (N,), each the index of the right class, from 0 to C - 1.

    Returns:
        Losses (N,) and the gradient (N, C) of their mean by the logits, float32.
    """
    examples = np.arange(len(logits))
    shifted = logits - logits.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    totals = powers.sum(axis=1, keepdims=True)
    losses: Floats = np.log(totals[:, 0]) - shifted[examples, targets]
    gradient: Floats = powers / totals
    gradient[examples, targets] -= np.float32(1.0)
    gradient /= np.float32(len(logits))
    return losses, gradient


@np.errstate(all="ignore")
def mean_squared_error(outputs: Floats, targets: Floats) -> tuple[Floats, Floats]:
    """The mean of the squared differences over the values of each example.

    Args:
        outputs: (N, D) float32.
        targets: (N, D) float32, what the outputs should be.

    Returns:
        Losses (N,) and the gradient (N, D) of their mean by the outputs, float32.
    """
    differences = outputs - targets
    losses: Floats = (differences * differences).mean(axis=1)
    gradient: Floats = differences * np.float32(2.0) / np.float32(differences.size)
    return losses, gradient
