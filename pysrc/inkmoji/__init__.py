"""Updatable models for drawings, in plain Python and NumPy."""

from inkmoji.archive import CompiledModel, dumps, loads
from inkmoji.description import FeatureDescription, ImageConstraint, ModelDescription
from inkmoji.errors import (
    ArchiveError,
    DrawingError,
    FeatureError,
    FormatError,
    HeadError,
    InkmojiError,
    NetworkError,
    ParameterError,
    UpdateError,
)
from inkmoji.examples import Example, Face
from inkmoji.features import (
    ArrayBatch,
    BatchProvider,
    DictFeatureProvider,
    FeatureProvider,
    FeatureType,
    FeatureValue,
    Picture,
    Strokes,
)
from inkmoji.layer import Layer
from inkmoji.model import Model
from inkmoji.neighbors import NearestNeighbors
from inkmoji.network import Network
from inkmoji.neural import NetworkClassifier, NetworkRegressor
from inkmoji.parameters import ParameterDescription, ParameterKey
from inkmoji.pipeline import pipeline
from inkmoji.plda import ProbabilisticLDA
from inkmoji.prediction import Prediction
from inkmoji.progress import MetricKey, ModelConfiguration, ProgressEvent, TaskState
from inkmoji.update import ProgressHandlers, UpdateContext, UpdateTask

__version__ = "0.1.0"

__all__ = [
    "ArchiveError",
    "ArrayBatch",
    "BatchProvider",
    "CompiledModel",
    "DictFeatureProvider",
    "DrawingError",
    "Example",
    "Face",
    "FeatureDescription",
    "FeatureError",
    "FeatureProvider",
    "FeatureType",
    "FeatureValue",
    "FormatError",
    "HeadError",
    "ImageConstraint",
    "InkmojiError",
    "Layer",
    "MetricKey",
    "Model",
    "ModelConfiguration",
    "ModelDescription",
    "NearestNeighbors",
    "Network",
    "NetworkClassifier",
    "NetworkError",
    "NetworkRegressor",
    "ParameterDescription",
    "ParameterError",
    "ParameterKey",
    "Picture",
    "Prediction",
    "ProbabilisticLDA",
    "ProgressEvent",
    "ProgressHandlers",
    "Strokes",
    "TaskState",
    "UpdateContext",
    "UpdateError",
    "UpdateTask",
    "dumps",
    "loads",
    "pipeline",
]
