"""Core ML's model files: read as compiled models, and written.

Needs the ``protobuf`` package, which ``pip install inkmoji[coreml]`` brings.
"""

from inkmoji.coreml.reader import compile_model
from inkmoji.coreml.writer import export_model, export_notes

__all__ = ["compile_model", "export_model", "export_notes"]
