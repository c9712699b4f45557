package org.owlore.onnx;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import lombok.AccessLevel;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.files.CheckpointException;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.LayerMap;
import org.owlore.graph.ModelInput;
import org.owlore.graph.TokenLoss;
import org.owlore.graph.layers.FoundLayers;
import org.owlore.graph.layers.LayerMapFinder;
import org.owlore.graph.layers.LayersNotFoundException;
import org.owlore.onnx.file.OnnxCopy;
import org.owlore.onnx.file.OnnxFile;
import org.owlore.onnx.operators.Translator;
import org.owlore.onnx.operators.Translator.Binding;
import org.owlore.onnx.operators.Translator.Translation;
import org.owlore.onnx.symbolic.SymbolicShape;
import org.owlore.onnx.weights.OnnxWeight;
import org.owlore.onnx.weights.OnnxWeights;
import org.owlore.safetensors.SafetensorsFile;

/**
 * A language model in an ONNX file.
 *
 * <p>Opening reads the graph and finds the weights; {@link #load()} makes a SameDiff graph that
 * trains; {@link #save} writes a copy of the file with other weights.
 */
@RequiredArgsConstructor(access = AccessLevel.PRIVATE)
public final class OnnxModel {
  /** Name of the output {@code [batch, sequence, vocabulary]} in the imported graph. */
  public static final String LOGITS = "logits";

  /** From so many numbers on, a tensor is more than a scale or a mask of the exporter's. */
  private static final int LARGE = 256;

  private final OnnxFile file;
  private final OnnxWeights weights;

  /**
   * Opens a file.
   *
   * @throws CheckpointException if there is no such file, or it is no ONNX model of token ids
   */
  public static OnnxModel open(@NonNull Path path) {
    OnnxFile file = OnnxFile.open(path);
    return new OnnxModel(file, OnnxWeights.of(file, Set.of(Translator.idsInput(file))));
  }

  /** The trainable weights, in the order in which the graph uses them. */
  public List<OnnxWeight> weights() {
    return weights.all();
  }

  /**
   * Names of the large tensors of the file that are constants and so do not train: tables that the
   * exporter computed, and weights that it merged with something else.
   */
  public List<String> constants() {
    Set<String> trained = bindings().keySet();
    return file.initializers().entrySet().stream()
        .filter(entry -> !trained.contains(entry.getKey()))
        .filter(entry -> entry.getValue().isFloating())
        .filter(entry -> entry.getValue().length() >= LARGE)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Where the file lies. */
  public Path path() {
    return file.path();
  }

  /**
   * Makes a SameDiff graph that trains. Its placeholders are those of {@link LanguageModel}; other
   * inputs of the file are computed from them or left out, such as cached keys and values.
   *
   * @return a new graph, which owns its weights
   * @throws CheckpointException if the file uses what cannot be imported; the message names the
   *     node
   * @throws LayersNotFoundException if the layers are not found
   */
  public LanguageModel load() {
    return load(LayerMapFinder::find);
  }

  /**
   * Makes a SameDiff graph that trains, with layers that are told apart as the caller says; see
   * {@link #load()}.
   *
   * @param layers for instance {@code finder -> finder.byPattern("block(\\d+)")}
   */
  public LanguageModel load(@NonNull Function<LayerMapFinder, FoundLayers> layers) {
    Translation translation = Translator.translate(file, output(), bindings());
    int vocabulary = vocabulary(translation);
    SameDiff graph = translation.graph();
    graph.identity(LOGITS, translation.output());
    SDVariable labels = graph.placeHolder(LanguageModel.LABELS, DataType.INT32, -1, -1);
    TokenLoss.add(translation.output().reshape(-1, vocabulary), labels);
    LayerMap map = layers.apply(new LayerMapFinder(graph, LOGITS)).layers();
    return new LanguageModel(graph, map, LOGITS, TokenLoss.LOSS, input(translation), vocabulary);
  }

  private String output() {
    List<String> outputs = file.outputs().stream().map(ValueInfoProto::getName).toList();
    if (outputs.isEmpty()) {
      throw new CheckpointException(file.path() + " computes no output.");
    }
    return outputs.contains(LOGITS) ? LOGITS : outputs.get(0);
  }

  private int vocabulary(Translation translation) {
    SymbolicShape shape = translation.shape();
    boolean logits =
        shape.rank() == 3
            && shape.get(0).equals(translation.batch())
            && shape.get(1).equals(translation.sequence())
            && shape.get(2).isKnown();
    if (!logits) {
      throw new CheckpointException(
          "The output \"%s\" of %s has the shape %s, not [batch, sequence, vocabulary]: export the model with its language-modeling head (AutoModelForCausalLM, --task text-generation)."
              .formatted(output(), file.path(), shape));
    }
    return (int) shape.get(2).knownLong();
  }

  private ModelInput input(Translation translation) {
    boolean fixedLength = translation.sequence().isKnown();
    double longest =
        Math.min(translation.longestSequence(), weights.positions().orElse(ModelInput.UNBOUNDED));
    return ModelInput.builder()
        .maximumLength((int) (fixedLength ? translation.sequence().known() : Math.max(1, longest)))
        .fixedLength(fixedLength)
        .fixedBatch(translation.batch().isKnown() ? (int) translation.batch().known() : 0)
        .build();
  }

  private Map<String, Binding> bindings() {
    Map<String, Binding> bindings = new LinkedHashMap<>();
    for (OnnxWeight weight : weights.all()) {
      bindings.put(weight.initializer(), new Binding(weight.tiedTo(), weight.transposed()));
    }
    return bindings;
  }

  /**
   * Checks without writing anything that {@link #save} may write to a file: to be called before a
   * long training rather than to lose it.
   *
   * @throws CheckpointException if it may not
   */
  public void requireSavable(@NonNull Path target) {
    new OnnxCopy(file).requireWritable(target, bindings().keySet());
  }

  /**
   * Writes a copy of the file with the weights of a graph: initializers are replaced, every other
   * byte is the same. Narrower types round to nearest, ties to even.
   *
   * @param model what {@link #load()} gave, perhaps trained
   * @param target replaced if it exists; not the file itself
   * @throws CheckpointException if the copy cannot be written
   */
  public void save(@NonNull LanguageModel model, @NonNull Path target) {
    Map<String, Binding> bindings = bindings();
    Set<String> present =
        bindings.keySet().stream()
            .filter(name -> model.graph().hasVariable(bindings.get(name).variable()))
            .collect(Collectors.toSet());
    new OnnxCopy(file)
        .write(
            target,
            present,
            name -> {
              Binding binding = bindings.get(name);
              INDArray array = model.graph().getArrForVarName(binding.variable());
              return binding.transposed() ? array.transpose().dup('c') : array;
            });
  }

  /**
   * Writes the weights of a graph under their PyTorch names and in PyTorch's layout, as float32.
   *
   * @param model what {@link #load()} gave, perhaps trained
   * @param target a file, replaced if it exists
   * @throws CheckpointException if the file cannot be written
   */
  public void saveSafetensors(@NonNull LanguageModel model, @NonNull Path target) {
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    for (OnnxWeight weight : weights.all()) {
      if (!weight.isTied() && model.graph().hasVariable(weight.name())) {
        tensors.put(weight.name(), original(weight, model.graph()));
      }
    }
    SafetensorsFile.write(target, tensors);
  }

  private static INDArray original(OnnxWeight weight, SameDiff graph) {
    INDArray array = graph.getArrForVarName(weight.name());
    return weight.offset() == 0 ? array : array.sub(weight.offset());
  }
}
