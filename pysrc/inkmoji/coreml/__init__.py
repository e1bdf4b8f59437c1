"""Core ML's model files: read as compiled models, and written.

Needs the ``protobuf`` package, which ``pip install inkmoji[coreml]`` brings.
"""

from inkmoji.coreml.reader import compile_model

__all__ = ["compile_model"]
