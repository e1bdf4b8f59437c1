"""The public names of `inkmoji.js` and `inkmoji.d.ts`.

They are frozen: to take one away, or to give it another meaning, is for a new major version.
"""

EXPORTS = {"Inkmoji", "InkmojiError"}
OF_THE_CLASS = {"start"}
OF_AN_INSTANCE = {
    "close", "examples", "exportCoreML", "exportModel", "forget", "history", "importCoreML", "importModel", "inspect",
    "inspectCoreML", "keep", "kept", "on", "origin", "predict",
    "projection", "ready", "redo", "redoable", "remove", "reset", "restore", "review", "separation", "setFace",
    "stickers", "storage", "undo", "undoable", "update", "useStarter",
}  # fmt: skip
TYPES = {
    "Cancellable": {"signal"},
    "Candidate": {"confidence", "label"},
    "Change": {"examples", "stickers", "type"},
    "CoreMLExport": {"file", "notes"},
    "CoreMLFeature": {"name", "shape", "type"},
    "CoreMLModel": {
        "bytes",
        "head",
        "inputs",
        "labels",
        "metadata",
        "outputs",
        "samples",
        "unsuitable",
        "updatable",
    },
    "Course": {"onProgress"},
    "Example": {"drawing", "label"},
    "Face": {"image", "label", "name", "text"},
    "Generation": {"bytes", "change", "created", "damaged", "live", "number"},
    "Heard": {"change", "forgotten", "notice", "reset"},
    "Notice": {"level", "message"},
    "Position": {"label", "spread", "x", "y"},
    "Prediction": {"candidates", "confidence", "label"},
    "Preview": {"bytes", "created", "examples", "stickers"},
    "Review": {"alike", "claims", "odd", "pictures"},
    "Separation": {"margin", "nearest", "recognized"},
    "Shown": {"drawing", "id"},
    "StartOptions": {"base", "model", "name", "onStatus", "starter"},
    "Status": {"loaded", "stage", "total"},
    "Sticker": {"created", "examples", "image", "label", "name", "text"},
    "Storage": {"bytes", "generation", "message", "persistent"},
    "Stroke": {"x", "y"},
    "UpdateOptions": {"faces", "parameters"},
    "UpdateParameters": {"miniBatchSize", "numberOfNeighbors"},
    "UpdateProgress": {"done", "event", "total"},
}
ALIASES = {"Drawing", "Origin", "Part"}
