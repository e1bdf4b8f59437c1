"""The messages of Core ML's format that are used here: their names, field numbers and types.

These are facts of the published format (specification versions 1 to 10); no more of it is here than what is read,
written, or named when it is refused. Messages are made with the ``protobuf`` runtime in a pool of their own, so that
another library's messages of the same format can be in the same process. What a file has besides is kept: fields that
are unknown here survive reading and writing.
"""

from __future__ import annotations

import re
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

Proto = Any
"""A message: the runtime makes their classes when this module is imported, so no type checker knows them."""

PACKAGE = "inkmoji.coreml"
GRAYSCALE, RGB, BGR = 10, 20, 30
FLOAT32, DOUBLE, INT32 = 65568, 65600, 131104

# A field is its number, its name and its type; * is repeated, and a name before a colon is the choice it belongs to.
_LABELS = "ClassLabels:100 stringClassLabels StringVector; ClassLabels:101 int64ClassLabels Int64Vector"
_NETWORK = (
    "1 layers NeuralNetworkLayer*; 2 preprocessing NeuralNetworkPreprocessing*; 5 arrayInputShapeMapping int32; "
    "6 imageInputShapeMapping int32; 10 updateParams NetworkUpdateParameters"
)
_LOSS = "1 input string; 2 target string"

MESSAGES = {
    "Other": "",
    "Model": "1 specificationVersion int32; 2 description ModelDescription; 10 isUpdatable bool; "
    "Type:200 pipelineClassifier PipelineClassifier; Type:202 pipeline Pipeline; "
    "Type:403 neuralNetworkClassifier NeuralNetworkClassifier; "
    "Type:404 kNearestNeighborsClassifier KNearestNeighborsClassifier; Type:500 neuralNetwork NeuralNetwork",
    "Pipeline": "1 models Model*; 2 names string*",
    "PipelineClassifier": "1 pipeline Pipeline",
    "ModelDescription": "1 input FeatureDescription*; 10 output FeatureDescription*; 11 predictedFeatureName string; "
    "12 predictedProbabilitiesName string; 50 trainingInput FeatureDescription*; 100 metadata Metadata",
    "FeatureDescription": "1 name string; 2 shortDescription string; 3 type FeatureType",
    "Metadata": "1 shortDescription string; 2 versionString string; 3 author string; 4 license string; "
    "100 userDefined UserDefinedEntry*",
    "Metadata.UserDefinedEntry": "1 key string; 2 value string",
    "FeatureType": "Type:1 int64Type Int64FeatureType; Type:2 doubleType Other; Type:3 stringType StringFeatureType; "
    "Type:4 imageType ImageFeatureType; Type:5 multiArrayType ArrayFeatureType; "
    "Type:6 dictionaryType DictionaryFeatureType; Type:7 sequenceType Other; Type:8 stateType Other",
    "Int64FeatureType": "",
    "StringFeatureType": "",
    "ImageFeatureType": "1 width int64; 2 height int64; SizeFlexibility:21 enumeratedSizes Other; "
    "SizeFlexibility:31 imageSizeRange Other; 3 colorSpace int32",
    "ArrayFeatureType": "1 shape int64*; 2 dataType int32; ShapeFlexibility:21 enumeratedShapes Other; "
    "ShapeFlexibility:31 shapeRange Other",
    "DictionaryFeatureType": "KeyType:1 int64KeyType Int64FeatureType; KeyType:2 stringKeyType StringFeatureType",
    "StringVector": "1 vector string*",
    "Int64Vector": "1 vector int64*",
    "FloatVector": "1 vector float*",
    "Int64Range": "1 minValue int64; 2 maxValue int64",
    "Int64Set": "1 values int64*",
    "DoubleRange": "1 minValue double; 2 maxValue double",
    "Int64Parameter": "1 defaultValue int64; AllowedValues:10 range Int64Range; AllowedValues:11 set Int64Set",
    "DoubleParameter": "1 defaultValue double; AllowedValues:10 range DoubleRange",
    "BoolParameter": "1 defaultValue bool",
    "KNearestNeighborsClassifier": f"1 nearestNeighborsIndex NearestNeighborsIndex; 3 numberOfNeighbors Int64Parameter;"
    f"{_LABELS}; DefaultClassLabel:110 defaultStringLabel string; DefaultClassLabel:111 defaultInt64Label int64; "
    "WeightingScheme:200 uniformWeighting UniformWeighting; "
    "WeightingScheme:210 inverseDistanceWeighting InverseDistanceWeighting",
    "UniformWeighting": "",
    "InverseDistanceWeighting": "",
    "NearestNeighborsIndex": "1 numberOfDimensions int32; 2 floatSamples FloatVector*; "
    "IndexType:100 linearIndex LinearIndex; IndexType:110 singleKdTreeIndex SingleKdTreeIndex; "
    "DistanceFunction:200 squaredEuclideanDistance SquaredEuclideanDistance",
    "LinearIndex": "",
    "SingleKdTreeIndex": "1 leafSize int32",
    "SquaredEuclideanDistance": "",
    "NeuralNetwork": _NETWORK,
    "NeuralNetworkClassifier": f"{_NETWORK}; {_LABELS}; 200 labelProbabilityLayerName string",
    "NeuralNetworkPreprocessing": "1 featureName string; preprocessor:10 scaler NeuralNetworkImageScaler; "
    "preprocessor:11 meanImage NeuralNetworkMeanImage",
    "NeuralNetworkImageScaler": "10 channelScale float; 20 blueBias float; 21 greenBias float; 22 redBias float; "
    "30 grayBias float",
    "NeuralNetworkMeanImage": "1 meanImage float*",
    "NetworkUpdateParameters": "1 lossLayers LossLayer*; 2 optimizer Optimizer; 3 epochs Int64Parameter; "
    "10 shuffle BoolParameter; 20 seed Int64Parameter",
    "LossLayer": "1 name string; LossLayerType:10 categoricalCrossEntropyLossLayer CategoricalCrossEntropyLossLayer; "
    "LossLayerType:11 meanSquaredErrorLossLayer MeanSquaredErrorLossLayer",
    "CategoricalCrossEntropyLossLayer": _LOSS,
    "MeanSquaredErrorLossLayer": _LOSS,
    "Optimizer": "OptimizerType:10 sgdOptimizer SGDOptimizer; OptimizerType:11 adamOptimizer AdamOptimizer",
    "SGDOptimizer": "1 learningRate DoubleParameter; 2 miniBatchSize Int64Parameter; 3 momentum DoubleParameter",
    "AdamOptimizer": "1 learningRate DoubleParameter; 2 miniBatchSize Int64Parameter; 3 beta1 DoubleParameter; "
    "4 beta2 DoubleParameter; 5 eps DoubleParameter",
    "NeuralNetworkLayer": "1 name string; 2 input string*; 3 output string*; 10 isUpdatable bool; "
    "layer:100 convolution ConvolutionLayerParams; layer:120 pooling PoolingLayerParams; "
    "layer:130 activation ActivationParams; layer:140 innerProduct InnerProductLayerParams; "
    "layer:160 batchnorm BatchnormLayerParams; layer:170 l2normalize L2NormalizeLayerParams; "
    "layer:175 softmax SoftmaxLayerParams; layer:230 add AddLayerParams; layer:245 scale ScaleLayerParams; "
    "layer:250 bias BiasLayerParams; layer:300 reshape ReshapeLayerParams; layer:301 flatten FlattenLayerParams; "
    "layer:320 concat ConcatLayerParams",
    "WeightParams": "1 floatValue float*; 2 float16Value bytes; 30 rawValue bytes; 31 int8RawValue bytes; "
    "40 quantization QuantizationParams; 50 isUpdatable bool",
    "QuantizationParams": "1 numberOfBits uint64; QuantizationType:101 linearQuantization LinearQuantizationParams; "
    "QuantizationType:102 lookupTableQuantization LookUpTableQuantizationParams",
    "LinearQuantizationParams": "1 scale float*; 2 bias float*",
    "LookUpTableQuantizationParams": "1 floatValue float*",
    "ConvolutionLayerParams": "1 outputChannels uint64; 2 kernelChannels uint64; 10 nGroups uint64; "
    "20 kernelSize uint64*; 30 stride uint64*; 40 dilationFactor uint64*; "
    "ConvolutionPaddingType:50 valid ValidPadding; ConvolutionPaddingType:51 same SamePadding; "
    "60 isDeconvolution bool; 70 hasBias bool; 90 weights WeightParams; 91 bias WeightParams",
    "ValidPadding": "1 paddingAmounts BorderAmounts",
    "SamePadding": "1 asymmetryMode int32",
    "BorderAmounts": "10 borderAmounts EdgeSizes*",
    "BorderAmounts.EdgeSizes": "1 startEdgeSize uint64; 2 endEdgeSize uint64",
    "InnerProductLayerParams": "1 inputChannels uint64; 2 outputChannels uint64; 10 hasBias bool; "
    "20 weights WeightParams; 21 bias WeightParams; 22 int8DynamicQuantize bool",
    "BatchnormLayerParams": "1 channels uint64; 5 computeMeanVar bool; 6 instanceNormalization bool; 10 epsilon float; "
    "15 gamma WeightParams; 16 beta WeightParams; 17 mean WeightParams; 18 variance WeightParams",
    "ActivationParams": "NonlinearityType:10 ReLU ActivationReLU; NonlinearityType:15 leakyReLU ActivationLeakyReLU; "
    "NonlinearityType:30 tanh ActivationTanh; NonlinearityType:40 sigmoid ActivationSigmoid",
    "ActivationReLU": "",
    "ActivationLeakyReLU": "1 alpha float",
    "ActivationTanh": "",
    "ActivationSigmoid": "",
    "SoftmaxLayerParams": "",
    "PoolingLayerParams": "1 type int32; 10 kernelSize uint64*; 20 stride uint64*; "
    "PoolingPaddingType:30 valid ValidPadding; PoolingPaddingType:31 same SamePadding; "
    "PoolingPaddingType:32 includeLastPixel ValidCompletePadding; 50 avgPoolExcludePadding bool; "
    "60 globalPooling bool",
    "PoolingLayerParams.ValidCompletePadding": "10 paddingAmounts uint64*",
    "FlattenLayerParams": "1 mode int32",
    "ReshapeLayerParams": "1 targetShape int64*; 2 mode int32",
    "AddLayerParams": "",
    "ConcatLayerParams": "100 sequenceConcat bool",
    "ScaleLayerParams": "1 shapeScale uint64*; 2 scale WeightParams; 3 hasBias bool; 4 shapeBias uint64*; "
    "5 bias WeightParams",
    "BiasLayerParams": "1 shape uint64*; 2 bias WeightParams",
    "L2NormalizeLayerParams": "1 epsilon float",
}

# What can only be refused, by its name: message → "choice: numbers and names".
OTHERS = {
    "Model": "Type: "
    "201 pipelineRegressor 300 glmRegressor 301 supportVectorRegressor 302 treeEnsembleRegressor "
    "303 neuralNetworkRegressor 304 bayesianProbitRegressor 400 glmClassifier 401 supportVectorClassifier "
    "402 treeEnsembleClassifier 501 itemSimilarityRecommender 502 mlProgram 555 customModel 556 linkedModel "
    "560 classConfidenceThresholding 600 oneHotEncoder 601 imputer 602 featureVectorizer 603 dictVectorizer "
    "604 scaler 606 categoricalMapping 607 normalizer 609 arrayFeatureExtractor 610 nonMaximumSuppression "
    "900 identity 2000 textClassifier 2001 wordTagger 2002 visionFeaturePrint 2003 soundAnalysisPreprocessing "
    "2004 gazetteer 2005 wordEmbedding 2006 audioFeaturePrint 3000 serializedModel",
    "ActivationParams": "NonlinearityType: "
    "5 linear 20 thresholdedReLU 25 PReLU 31 scaledTanh 41 sigmoidHard 50 ELU 60 softsign 70 softplus "
    "71 parametricSoftplus",
    "NeuralNetworkLayer": "layer: "
    "150 embedding 165 mvn 180 lrn 190 crop 200 padding 210 upsample 211 resizeBilinear 212 cropResize 220 unary "
    "231 multiply 240 average 260 max 261 min 270 dot 280 reduce 290 loadConstant 310 permute 330 split "
    "340 sequenceRepeat 345 reorganizeData 350 slice 400 simpleRecurrent 410 gru 420 uniDirectionalLSTM "
    "430 biDirectionalLSTM 500 custom 600 copy 605 branch 615 loop 620 loopBreak 625 loopContinue "
    "635 rangeStatic 640 rangeDynamic 660 clip 665 ceil 670 floor 680 sign 685 round 700 exp2 710 sin 715 cos "
    "720 tan 730 asin 735 acos 740 atan 750 sinh 755 cosh 760 tanh 770 asinh 775 acosh 780 atanh 790 erf 795 gelu "
    "815 equal 820 notEqual 825 lessThan 827 lessEqual 830 greaterThan 832 greaterEqual 840 logicalOr "
    "845 logicalXor 850 logicalNot 855 logicalAnd 865 modBroadcastable 870 minBroadcastable "
    "875 maxBroadcastable 880 addBroadcastable 885 powBroadcastable 890 divideBroadcastable "
    "895 floorDivBroadcastable 900 multiplyBroadcastable 905 subtractBroadcastable 920 tile 925 stack 930 gather "
    "935 scatter 940 gatherND 945 scatterND 950 softmaxND 952 gatherAlongAxis 954 scatterAlongAxis 960 reverse "
    "965 reverseSeq 975 splitND 980 concatND 985 transpose 995 sliceStatic 1000 sliceDynamic "
    "1005 slidingWindows 1015 topK 1020 argMin 1025 argMax 1040 embeddingND 1045 batchedMatmul 1065 getShape "
    "1070 loadConstantND 1080 fillLike 1085 fillStatic 1090 fillDynamic 1100 broadcastToLike "
    "1105 broadcastToStatic 1110 broadcastToDynamic 1120 squeeze 1125 expandDims 1130 flattenTo2D "
    "1135 reshapeLike 1140 reshapeStatic 1145 reshapeDynamic 1150 rankPreservingReshape 1155 constantPad "
    "1170 randomNormalLike 1175 randomNormalStatic 1180 randomNormalDynamic 1190 randomUniformLike "
    "1195 randomUniformStatic 1200 randomUniformDynamic 1210 randomBernoulliLike 1215 randomBernoulliStatic "
    "1220 randomBernoulliDynamic 1230 categoricalDistribution 1250 reduceL1 1255 reduceL2 1260 reduceMax "
    "1265 reduceMin 1270 reduceSum 1275 reduceProd 1280 reduceMean 1285 reduceLogSum 1290 reduceSumSquare "
    "1295 reduceLogSumExp 1313 whereNonZero 1315 matrixBandPart 1320 lowerTriangular 1325 upperTriangular "
    "1330 whereBroadcastable 1350 layerNormalization 1400 NonMaximumSuppression 1450 oneHot 1455 cumSum "
    "1460 clampedReLU 1461 argSort 1465 pooling3d 1466 globalPooling3d 1470 sliceBySize 1471 convolution3d",
}

_FIELD = re.compile(r"(?:(?P<choice>\w+):)?(?P<number>\d+) (?P<name>\w+) (?P<type>\w+)(?P<many>\*?)")
_Field = descriptor_pb2.FieldDescriptorProto
_SCALARS = {name: getattr(_Field, f"TYPE_{name.upper()}") for name in
            ("bool", "bytes", "double", "float", "int32", "int64", "string", "uint64")}  # fmt: skip


def fields_of(name: str) -> str:
    """All fields of a message, those that can only be refused included."""
    choice, _, others = OTHERS.get(name, "").partition(": ")
    refused = [f"{choice}:{number} {word} Other" for number, word in re.findall(r"(\d+) (\w+)", others)]
    return "; ".join(filter(None, [MESSAGES[name], *refused]))


def _described(name: str, message: Proto) -> None:
    """Fills in a message's name and fields."""
    message.name = name.rpartition(".")[2]
    message.options.map_entry = message.name == "UserDefinedEntry"
    nested = {inner.rpartition(".")[2]: inner for inner in MESSAGES if inner.startswith(f"{name}.")}
    choices: dict[str, int] = {}
    for match in _FIELD.finditer(fields_of(name)):
        kind = match["type"]
        field = message.field.add(name=match["name"], number=int(match["number"]))
        field.label = _Field.LABEL_REPEATED if match["many"] else _Field.LABEL_OPTIONAL
        field.type = _SCALARS.get(kind, _Field.TYPE_MESSAGE)
        if kind not in _SCALARS:
            field.type_name = f".{PACKAGE}.{nested.get(kind, kind)}"
        if match["choice"]:
            if match["choice"] not in choices:
                choices[match["choice"]] = len(choices)
                message.oneof_decl.add(name=match["choice"])
            field.oneof_index = choices[match["choice"]]
    for inner in nested.values():
        _described(inner, message.nested_type.add())


def _model_class() -> Proto:
    file = descriptor_pb2.FileDescriptorProto(name="inkmoji/coreml.proto", package=PACKAGE, syntax="proto3")
    for name in MESSAGES:
        if "." not in name:
            _described(name, file.message_type.add())
    _POOL.AddSerializedFile(file.SerializeToString())
    return message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{PACKAGE}.Model"))


_POOL = descriptor_pool.DescriptorPool()
ModelProto: Proto = _model_class()
"""The class of the outermost message; all others are made as parts of one."""
