package org.owlore.onnx.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import lombok.AccessLevel;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.owlore.onnx.file.ModulePath;
import org.owlore.onnx.file.OnnxFile;
import org.owlore.onnx.file.OnnxTensor;
import org.owlore.onnx.weights.WeightUse.Role;

/** The trainable weights of an ONNX file. */
@RequiredArgsConstructor(access = AccessLevel.PRIVATE)
public final class OnnxWeights {
  /** Tables with fewer rows tell token types apart, not positions. */
  private static final long FEWEST_POSITIONS = 8;

  private final List<OnnxWeight> weights;
  private final OptionalLong positions;

  /**
   * Finds the weights of a file.
   *
   * @param file the file
   * @param ids names of its inputs that hold token ids
   */
  public static OnnxWeights of(@NonNull OnnxFile file, @NonNull Set<String> ids) {
    List<WeightUse> uses = WeightSearch.search(file, ids);
    WeightNames names = new WeightNames(file.initializers().keySet());
    Set<String> tables = tables(uses);
    List<OnnxWeight> weights = new ArrayList<>();
    for (WeightUse use : uses) {
      weights.add(weight(file, use, names, tables, weights));
    }
    return new OnnxWeights(List.copyOf(weights), positions(file, uses));
  }

  private static Set<String> tables(List<WeightUse> uses) {
    return uses.stream()
        .filter(use -> use.role() == Role.TOKEN_TABLE)
        .map(WeightUse::initializer)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static OnnxWeight weight(
      OnnxFile file,
      WeightUse use,
      WeightNames names,
      Set<String> tables,
      List<OnnxWeight> before) {
    boolean renamed = !WeightNames.isKept(use.initializer());
    OnnxTensor tensor = file.initializers().get(use.initializer());
    boolean transposed = renamed && isFoldedLinear(use, tensor);
    Optional<OnnxWeight> original =
        before.stream()
            .filter(other -> isCopy(file, tensor, transposed, other, tables))
            .findFirst();
    String name = names.name(use);
    double offset = renamed && isNorm(use, name) ? 1 : 0;
    return new OnnxWeight(
        name, use.initializer(), transposed, offset, original.map(OnnxWeight::name).orElse(name));
  }

  /**
   * Exporters never rename the weight of a norm, except that they fold Gemma's {@code 1 + weight}.
   */
  private static boolean isNorm(WeightUse use, String name) {
    return use.role() == Role.SCALE
        && use.node().getOpType().equals("Mul")
        && ModulePath.of(use.node()).isPresent()
        && name.contains("norm");
  }

  /**
   * Exporters turn a linear layer into MatMul and fold the transposition into its weight; where
   * they make it Gemm, that has a flag instead.
   */
  private static boolean isFoldedLinear(WeightUse use, OnnxTensor tensor) {
    return use.role() == Role.MATRIX
        && use.node().getOpType().equals("MatMul")
        && tensor.shape().length == 2;
  }

  /** A tied embedding that the exporter wrote twice, in both orientations or in the same one. */
  private static boolean isCopy(
      OnnxFile file, OnnxTensor tensor, boolean transposed, OnnxWeight other, Set<String> tables) {
    OnnxTensor original = file.initializers().get(other.initializer());
    if (!tables.contains(other.initializer()) || other.isTied() || tensor.shape().length != 2) {
      return false;
    }
    boolean swapped = transposed != other.transposed();
    long[] shape = original.shape();
    long[] expected = swapped ? new long[] {shape[1], shape[0]} : shape;
    return Arrays.equals(expected, tensor.shape()) && original.hasNumbersOf(tensor, swapped);
  }

  private static OptionalLong positions(OnnxFile file, List<WeightUse> uses) {
    long width =
        uses.stream()
            .filter(use -> use.role() == Role.TOKEN_TABLE)
            .map(use -> file.initializers().get(use.initializer()).shape()[1])
            .findFirst()
            .orElse(0L);
    return uses.stream()
        .filter(use -> use.role() == Role.OTHER_TABLE)
        .filter(use -> isPositions(file.initializers().get(use.initializer()).shape(), width))
        .mapToLong(use -> file.initializers().get(use.initializer()).shape()[0] - use.offset())
        .min();
  }

  private static boolean isPositions(long[] shape, long width) {
    return shape[1] == width && shape[0] >= FEWEST_POSITIONS;
  }

  /** All weights, in the order in which the graph uses them. */
  public List<OnnxWeight> all() {
    return weights;
  }

  /** How many positions the model has learned, if it has a table of them. */
  public OptionalLong positions() {
    return positions;
  }
}
