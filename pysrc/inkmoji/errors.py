"""Every error that inkmoji raises on purpose.

    InkmojiError
    ├── FeatureError      a value does not fit the model's description
    │     feature-missing, feature-type, feature-shape, feature-value, feature-label
    │   └── DrawingError  a drawing that cannot become a picture
    │         drawing-empty, drawing-malformed, drawing-not-finite, drawing-too-large
    ├── ParameterError    a training parameter outside what the model allows
    │     parameter-unknown, parameter-value
    ├── NetworkError      layers that do not fit together
    │     network-layer, network-blob, network-shape, network-weights, network-output
    ├── HeadError         a classifier head whose parts do not fit together
    │     head-shape, head-value
    ├── ArchiveError      bytes that are not a sound compiled model
    │     archive-truncated, archive-magic, archive-version, archive-checksum, archive-too-large,
    │     archive-header, archive-tensor, archive-content
    ├── FormatError       a Core ML model that cannot be read, or a model that Core ML cannot hold
    │     coreml-bytes, coreml-invalid, coreml-unsupported, coreml-unsuitable, coreml-export
    └── UpdateError       an update that did not end with a candidate
          update-argument, update-state, update-cancelled, update-abandoned, update-failed,
          update-diverged, update-handler, update-verification, update-nothing

``code`` is stable and meant for programs; ``str(error)`` is meant for people and says what was expected,
what came and, where that helps, what to do.
"""


class InkmojiError(Exception):
    """Base of all errors of this library.

    Args:
        code: stable identifier, for instance ``"feature-missing"``.
        message: what was expected, what came, what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class FeatureError(InkmojiError):
    """A feature is missing or has another type or shape than the model's description says."""


class DrawingError(FeatureError):
    """A drawing holds no ink, is malformed, or is larger than any drawing can be."""


class ParameterError(InkmojiError):
    """A training parameter is unknown to the model or outside its allowed values."""


class NetworkError(InkmojiError):
    """Layers, blobs or weights of a network do not fit together."""


class HeadError(InkmojiError):
    """Entries or settings of a classifier head do not fit together."""


class ArchiveError(InkmojiError):
    """Bytes are not a sound compiled model."""


class FormatError(InkmojiError):
    """Bytes are not a Core ML model that can be used here, or a model has what Core ML's format cannot say."""


class UpdateError(InkmojiError):
    """An update was used wrongly or ended without a candidate."""


def shown(value: object) -> str:
    """A value as an error's message shows it; Python refuses to write very long numbers."""
    try:
        return repr(value)
    except ValueError:
        return f"an {type(value).__name__} of very many digits"
