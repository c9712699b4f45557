package org.owlore.cuda.source;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import lombok.Builder;
import lombok.Singular;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.device.Attention.Matrix;
import org.owlore.cuda.device.Attention.Pass;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;

/**
 * An attention whose score is the scaled product plus a number for each pair of positions, or
 * another one where a mask says so; and memory for its passes.
 *
 * @param groups rows are this many groups of the same positions, as heads of a grouped query are
 * @param flat whether batches and rows are one dimension of the score's space
 * @param mask which pairs have the score that they should have
 * @param hidden the score of all others
 * @param odd what the first number of some matrices is instead of a random one
 */
@Builder(toBuilder = true)
record SampleAttention(
    NumberType type,
    long batches,
    long rows,
    long columns,
    long depth,
    long valueDepth,
    long groups,
    boolean flat,
    Set<Matrix> transposed,
    Mask mask,
    double hidden,
    @Singular("odd") Map<Matrix, Float> odd) {

  /** Which pairs are seen. */
  @FunctionalInterface
  interface Mask {
    boolean sees(long position, long column);
  }

  /** One of which all pairs are seen. */
  static SampleAttentionBuilder of(NumberType type, long rows, long columns, long depth) {
    return builder()
        .type(type)
        .batches(1)
        .rows(rows)
        .columns(columns)
        .depth(depth)
        .valueDepth(depth)
        .groups(1)
        .transposed(Set.of())
        .hidden(Double.NEGATIVE_INFINITY)
        .mask((position, column) -> true);
  }

  /** One drawn at random; every row sees a column. */
  static SampleAttention random(Random random) {
    NumberType type = random.nextBoolean() ? NumberType.BFLOAT16 : NumberType.FLOAT32;
    long groups = 1 + random.nextInt(3);
    Set<Matrix> transposed = EnumSet.noneOf(Matrix.class);
    Stream.of(Matrix.values()).filter(matrix -> random.nextInt(3) == 0).forEach(transposed::add);
    long seed = random.nextInt(100);
    return of(
            type, groups * (1 + random.nextInt(30)), 1 + random.nextInt(90), 1 + random.nextInt(40))
        .batches(1 + random.nextInt(3))
        .valueDepth(1 + random.nextInt(40))
        .groups(groups)
        .flat(random.nextBoolean())
        .transposed(transposed)
        .mask((position, column) -> column == 0 || (position * 31 + column * 17 + seed) % 5 > 1)
        .build();
  }

  /**
   * By how much results may differ, as parts of one or of themselves: sums are made in another
   * order; bfloat16 weights are rounded before they are divided by their sum instead of after it,
   * which is another half unit in the last of 8 bits, and so is another rounding of the result.
   */
  double tolerance() {
    return type == NumberType.BFLOAT16 ? 0x1p-6 : 1e-5;
  }

  /** A pass over it. */
  Attention pass(Pass pass) {
    return Attention.builder()
        .pass(pass)
        .batches(batches)
        .rows(rows)
        .columns(columns)
        .depth(depth)
        .valueDepth(valueDepth)
        .operands(type)
        .transposed(transposed)
        .score(score())
        .productGradient(pass == Pass.OUTPUT ? null : productGradient())
        .build();
  }

  private Kernel score() {
    KernelBuilder kernel = new KernelBuilder("score", space(), List.of());
    int product = kernel.load(kernel.parameter(NumberType.FLOAT32, false), kernel.element());
    int score = kernel.parameter(NumberType.FLOAT32, true);
    Index pair = pairOfPositions(kernel);
    int bias = kernel.load(kernel.parameter(type, false), pair);
    int seen = kernel.load(kernel.parameter(NumberType.BOOLEAN, false), pair);
    int scale = kernel.real(1 / Math.sqrt(depth));
    int sum = kernel.apply(Function.ADD, kernel.apply(Function.MULTIPLY, product, scale), bias);
    int never = kernel.real(hidden);
    kernel.store(score, kernel.element(), kernel.apply(Function.SELECT, seen, sum, never));
    return kernel.build();
  }

  /** Not the score's, so that it shows which product it is given. */
  private Kernel productGradient() {
    KernelBuilder kernel = new KernelBuilder("product_gradient", space(), List.of());
    int product = kernel.load(kernel.parameter(NumberType.FLOAT32, false), kernel.element());
    int gradient = kernel.load(kernel.parameter(NumberType.FLOAT32, false), kernel.element());
    int result = kernel.parameter(NumberType.FLOAT32, true);
    int seen = kernel.load(kernel.parameter(NumberType.BOOLEAN, false), pairOfPositions(kernel));
    int slope = kernel.apply(Function.ADD, product, kernel.real(0.5));
    int scaled = kernel.apply(Function.MULTIPLY, gradient, slope);
    int zero = kernel.real(0);
    kernel.store(result, kernel.element(), kernel.apply(Function.SELECT, seen, scaled, zero));
    return kernel.build();
  }

  private List<Long> space() {
    return flat ? List.of(batches * rows, columns) : List.of(batches, rows, columns);
  }

  private Index pairOfPositions(KernelBuilder kernel) {
    List<Index> place = kernel.position();
    int last = place.size() - 1;
    Index line = KernelBuilder.linear(space().subList(0, last), place.subList(0, last));
    Index position = line.modulo(rows).modulo(rows / groups);
    return position.times(columns).plus(place.get(last));
  }

  /** Memory for a pass. */
  List<KernelContent> contents(Pass pass, Random random) {
    List<KernelContent> contents = new ArrayList<>();
    contents.add(matrix(Matrix.QUERY, rows * depth, random));
    contents.add(matrix(Matrix.KEY, columns * depth, random));
    contents.add(matrix(Matrix.VALUE, columns * valueDepth, random));
    if (pass == Pass.OUTPUT) {
      contents.add(result(rows * valueDepth));
      contents.addAll(ofScore(random));
      return contents;
    }
    contents.add(matrix(Matrix.OUTPUT_GRADIENT, rows * valueDepth, random));
    contents.add(result(rows * depth));
    contents.add(KernelContent.of(NumberType.FLOAT32, count(rows * Attention.STATISTICS), i -> 0));
    List<KernelContent> arrays = ofScore(random);
    arrays.add(arrays.get(1));
    contents.addAll(arrays);
    return pass == Pass.ROWS ? contents : ofColumns(contents);
  }

  /** The statistics are those that the interpreter finds. */
  private List<KernelContent> ofColumns(List<KernelContent> ofRows) {
    KernelContent statistics = BothWays.interpreted(pass(Pass.ROWS), ofRows).get(5);
    List<KernelContent> contents = new ArrayList<>(ofRows.subList(0, 4));
    contents.add(statistics);
    contents.add(result(columns * depth));
    contents.add(result(columns * valueDepth));
    contents.addAll(ofRows.subList(6, ofRows.size()));
    return contents;
  }

  private List<KernelContent> ofScore(Random random) {
    int pairs = (int) (rows / groups * columns);
    KernelContent bias = KernelContent.random(type, pairs, 1, random);
    KernelContent seen =
        KernelContent.of(
            NumberType.BOOLEAN, pairs, i -> mask.sees(i / columns, i % columns) ? 1 : 0);
    return new ArrayList<>(Stream.of(bias, seen).toList());
  }

  private KernelContent matrix(Matrix matrix, long numbers, Random random) {
    Float first = odd.get(matrix);
    return KernelContent.of(
        type,
        count(numbers),
        i -> i == 0 && first != null ? first : (Number) (random.nextDouble() * 2 - 1));
  }

  private KernelContent result(long numbers) {
    return KernelContent.of(type, count(numbers), i -> 0);
  }

  private int count(long numbers) {
    return (int) (batches * numbers);
  }
}
