package org.owlore.onnx.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.files.CheckpointException;
import org.owlore.files.StagedFile;

/**
 * A copy of an ONNX file with other weights: initializers are replaced where they lie, every other
 * byte is the same. Data beside the file is copied along.
 */
@RequiredArgsConstructor
public final class OnnxCopy {
  private final OnnxFile file;

  /** A tensor and where its bytes go, within one file. */
  private record Replacement(OnnxTensor tensor, long offset) {}

  /**
   * Checks without writing anything that a copy may be written to a path.
   *
   * @param replaced the initializers to be replaced
   * @throws CheckpointException when it is the file itself or a folder, when data that another file
   *     may need would be overwritten, or when an initializer cannot be replaced
   */
  public void requireWritable(@NonNull Path target, @NonNull Set<String> replaced) {
    Path place = target.toAbsolutePath().normalize();
    if (Files.isDirectory(place)) {
      throw new CheckpointException(target + " is a folder: give a file name that ends in .onnx.");
    }
    Path above = place.getParent();
    while (!Files.exists(above)) {
      above = above.getParent();
    }
    if (!Files.isDirectory(above) || !Files.isWritable(above)) {
      throw new CheckpointException(
          target + " cannot be written, because " + above + " is write-protected or no folder.");
    }
    if (isSame(place, file.path())) {
      throw new CheckpointException(target + " is the model itself: give another file.");
    }
    externalFiles().forEach(data -> requireFree(target, beside(place, data), data));
    replacements(replaced);
  }

  /** Data keeps its name, which is written in the file: only a copy of its own may be replaced. */
  private static void requireFree(Path target, Path copy, Path data) {
    if (isSame(copy, data)) {
      throw new CheckpointException(
          "%s would share its data %s with the model: give a file in another folder."
              .formatted(target, data.getFileName()));
    }
    if (Files.exists(copy) && !Files.exists(target)) {
      throw new CheckpointException(
          "%s would overwrite %s, which may belong to another model: give a file in another folder."
              .formatted(target, copy));
    }
  }

  private static boolean isSame(Path left, Path right) {
    try {
      return Files.exists(left) && Files.exists(right) && Files.isSameFile(left, right);
    } catch (IOException e) {
      throw CheckpointException.of("Cannot compare " + left + " with " + right, e);
    }
  }

  /**
   * Writes a copy.
   *
   * @param target replaced if it exists
   * @param weights gives, by initializer name, the FLOAT array in the layout of the file that
   *     replaces it; asked for each name in {@code replaced} when it is written
   * @param replaced the initializers to be replaced
   * @throws CheckpointException when the copy cannot be written; what was there before is as it was
   */
  public void write(
      @NonNull Path target,
      @NonNull Set<String> replaced,
      @NonNull Function<String, INDArray> weights) {
    requireWritable(target, replaced);
    Map<Path, List<Replacement>> byFile = replacements(replaced);
    Path place = target.toAbsolutePath().normalize();
    try {
      for (Path data : externalFiles()) {
        write(data, beside(place, data), byFile.getOrDefault(data, List.of()), weights);
      }
      write(file.path(), place, byFile.getOrDefault(file.path(), List.of()), weights);
    } catch (IOException e) {
      throw CheckpointException.of("Cannot write " + target, e);
    }
  }

  private Map<Path, List<Replacement>> replacements(Set<String> replaced) {
    Map<Path, List<Replacement>> byFile = new HashMap<>();
    DataPositions positions = DataPositions.of(file.path());
    for (Map.Entry<String, OnnxTensor> entry :
        new LinkedHashMap<>(file.initializers()).entrySet()) {
      if (replaced.contains(entry.getKey())) {
        Path holder =
            entry.getValue().bytes() instanceof TensorBytes.External external
                ? external.file()
                : file.path();
        byFile
            .computeIfAbsent(holder, path -> new ArrayList<>())
            .add(replacement(entry.getValue(), positions));
      }
    }
    return byFile;
  }

  private Replacement replacement(OnnxTensor tensor, DataPositions positions) {
    if (tensor.bytes() instanceof TensorBytes.External external) {
      return new Replacement(tensor, external.start());
    }
    return positions
        .of(tensor.name())
        .filter(position -> position.length() == tensor.bytes().length())
        .map(position -> new Replacement(tensor, position.offset()))
        .orElseThrow(
            () ->
                new CheckpointException(
                    "Tensor \"%s\" in %s is not stored as raw data and so cannot be replaced: write .safetensors instead."
                        .formatted(tensor.name(), file.path())));
  }

  private static void write(
      Path source, Path target, List<Replacement> replacements, Function<String, INDArray> weights)
      throws IOException {
    StagedFile.write(
        target,
        channel -> {
          copy(source, channel);
          for (Replacement replacement : replacements) {
            OnnxTensor tensor = replacement.tensor();
            WeightEncoder.of(tensor)
                .encode(
                    weights.apply(tensor.name()),
                    (bytes, offset) -> {
                      long position = replacement.offset() + offset;
                      while (bytes.hasRemaining()) {
                        position += channel.write(bytes, position);
                      }
                    });
          }
        });
  }

  private static void copy(Path source, FileChannel target) throws IOException {
    try (FileChannel from = FileChannel.open(source, StandardOpenOption.READ)) {
      long position = 0;
      while (position < from.size()) {
        position += from.transferTo(position, from.size() - position, target);
      }
    }
  }

  private Set<Path> externalFiles() {
    Set<Path> files = new TreeSet<>();
    for (OnnxTensor tensor : file.initializers().values()) {
      if (tensor.bytes() instanceof TensorBytes.External external) {
        files.add(external.file());
      }
    }
    return files;
  }

  private Path beside(Path target, Path data) {
    Path folder = file.path().toAbsolutePath().normalize().getParent();
    return target.getParent().resolve(folder.relativize(data));
  }
}
