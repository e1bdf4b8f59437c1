import { loadPyodide } from "../pyodide/pyodide.mjs";

const [wheel, output] = document.querySelectorAll("a, output");
const pyodide = await loadPyodide({ stdout: (line) => (output.value = line) });
await pyodide.loadPackage("micropip");
await pyodide.pyimport("micropip").install(wheel.href); // brings NumPy and Pillow
await pyodide.runPythonAsync(`
from inkmoji import ArrayBatch, CompiledModel, DictFeatureProvider, FeatureValue, Strokes, UpdateTask
from pyodide.http import pyfetch

house = Strokes.of([[(0, 40), (0, 90), (80, 90), (80, 40)], [(-5, 42), (40, 0), (85, 42)]])
other = Strokes.of([[(3, 50), (2, 99), (70, 97), (72, 48), (36, 4), (1, 52)]])
lesson = DictFeatureProvider({"drawing": FeatureValue.image(house), "label": FeatureValue.string("🏠")})


def completed(context):  # called once, with a candidate or with context.task.error
    if context.candidate is None:
        raise context.task.error
    question = DictFeatureProvider({"drawing": FeatureValue.image(other)})
    print("It is a", context.candidate.model().predict(question).label)


base = CompiledModel(await (await pyfetch("../models/base.inkmoji")).bytes())
UpdateTask(base, ArrayBatch([lesson]), handlers=completed).resume()
`);
