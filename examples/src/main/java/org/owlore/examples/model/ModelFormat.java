package org.owlore.examples.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import lombok.NonNull;
import org.owlore.graph.LanguageModel;
import org.owlore.graph.imported.Adoption;
import org.owlore.graph.imported.GraphNames;
import org.owlore.huggingface.HuggingFaceCheckpoint;
import org.owlore.onnx.OnnxModel;
import org.owlore.samediff.SameDiffFile;
import org.owlore.tensorflow.TensorFlowFile;

/** The formats of models, told apart by the endings of their files. */
public enum ModelFormat {
  /** A directory. */
  HUGGING_FACE(List.of(), (path, names) -> new HuggingFaceModel(HuggingFaceCheckpoint.open(path))),
  /** An export of any framework. */
  ONNX(List.of(".onnx"), ModelFormat::onnx),
  /** What {@code SameDiff.save} writes. */
  SAMEDIFF(List.of(".fb", ".sd", ".zip"), ModelFormat::samediff),
  /** A frozen graph. */
  TENSORFLOW(List.of(".pb"), ModelFormat::tensorflow);

  private final List<String> endings;
  private final BiFunction<Path, GraphNames, ModelFile> reader;

  ModelFormat(List<String> endings, BiFunction<Path, GraphNames, ModelFile> reader) {
    this.endings = endings;
    this.reader = reader;
  }

  /**
   * Opens a model.
   *
   * @param path a file of a known format or a checkpoint directory
   * @param names what the user knows better about a SameDiff or TensorFlow graph
   * @throws RuntimeException with one sentence if it is neither, or damaged
   */
  public static ModelFile open(@NonNull Path path, @NonNull GraphNames names) {
    return of(path).reader.apply(path, names);
  }

  private static ModelFormat of(Path path) {
    Optional<ModelFormat> known = byEnding(path);
    if (Files.isRegularFile(path)) {
      OtherFile.refuseArchive(path);
      return known.orElseThrow(() -> OtherFile.refused(path));
    }
    if (known.isPresent()) {
      throw new IllegalArgumentException("There is no file %s.".formatted(path));
    }
    OtherFile.refuseFolder(path);
    return HUGGING_FACE;
  }

  private static Optional<ModelFormat> byEnding(Path path) {
    return Arrays.stream(values())
        .filter(format -> format.endings.stream().anyMatch(end -> SavedFile.endsIn(path, end)))
        .findFirst();
  }

  private static ModelFile onnx(Path path, GraphNames names) {
    OnnxModel onnx = OnnxModel.open(path);
    return new GraphFile("an ONNX model", path, new OnnxFormat(onnx, names.layers()));
  }

  private static ModelFile samediff(Path path, GraphNames names) {
    SameDiffFile file = SameDiffFile.open(path);
    return new GraphFile(
        "a SameDiff graph",
        path,
        new AdoptedFormat(SAMEDIFF.endings, file::load, file::save, names));
  }

  private static ModelFile tensorflow(Path path, GraphNames names) {
    TensorFlowFile file = TensorFlowFile.open(path);
    return new GraphFile(
        "a TensorFlow graph",
        path,
        new AdoptedFormat(TENSORFLOW.endings, file::load, file::save, names));
  }

  /** Writes ONNX, or the weights alone as safetensors. */
  private record OnnxFormat(OnnxModel onnx, String layers) implements GraphFile.Format {
    private static final String GRAPH = ".onnx";
    private static final String WEIGHTS = ".safetensors";

    @Override
    public List<String> endings() {
      return List.of(GRAPH, WEIGHTS);
    }

    @Override
    public LanguageModel load(LoadNotes notes) {
      List<String> constants = onnx.constants();
      if (!constants.isEmpty()) {
        notes.note("constants of the export, which do not train: " + String.join(", ", constants));
      }
      return layers == null ? onnx.load() : onnx.load(finder -> finder.byPattern(layers));
    }

    @Override
    public void requireSavable(Path target) {
      if (SavedFile.endsIn(target, GRAPH)) {
        onnx.requireSavable(target);
      }
    }

    @Override
    public void save(LanguageModel model, Path target) {
      if (SavedFile.endsIn(target, WEIGHTS)) {
        onnx.saveSafetensors(model, target);
      } else {
        onnx.save(model, target);
      }
    }
  }

  /** A graph that has to be understood first. */
  private record AdoptedFormat(List<String> endings, Reader reader, Writer writer, GraphNames names)
      implements GraphFile.Format {

    @Override
    public LanguageModel load(LoadNotes notes) {
      Adoption adoption = reader.load(names);
      adoption.notes().forEach(notes::note);
      adoption.repaired().forEach(notes::repaired);
      return adoption.model();
    }

    @Override
    public void save(LanguageModel model, Path target) {
      writer.save(model, target);
    }
  }

  /** Reads a graph. */
  private interface Reader {
    Adoption load(GraphNames names);
  }

  /** Writes a graph. */
  private interface Writer {
    void save(LanguageModel model, Path target);
  }
}
