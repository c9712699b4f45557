package org.owlore.cuda.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.owlore.cuda.kernel.Function;
import org.owlore.cuda.kernel.Index;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.KernelBuilder;
import org.owlore.cuda.kernel.NumberType;
import org.owlore.cuda.kernel.Reduction;

/**
 * A kernel drawn at random, and memory for it.
 *
 * @param kernel what is run
 * @param contents of its parameters
 */
record RandomKernel(Kernel kernel, List<KernelContent> contents) {

  /** Draws one. */
  static RandomKernel of(Random random) {
    return new Drawing(random).draw();
  }

  private static final class Drawing {
    private static final long[] EXTENTS = {1, 2, 3, 7, 32, 33};
    private static final List<Function> OF_ONE =
        List.of(
            Function.NEGATE,
            Function.ABSOLUTE,
            Function.SIGMOID,
            Function.TANH,
            Function.SINE,
            Function.TO_FLOAT16);
    private static final List<Function> OF_TWO =
        List.of(
            Function.ADD, Function.SUBTRACT, Function.MULTIPLY, Function.MAXIMUM, Function.MINIMUM);
    private static final List<Reduction> REDUCTIONS =
        List.of(Reduction.SUM, Reduction.MAXIMUM, Reduction.MINIMUM);

    private final Random random;
    private final List<Long> rows;
    private final List<Long> columns;
    private final KernelBuilder builder;
    private final List<KernelContent> contents = new ArrayList<>();
    private final List<Integer> reals = new ArrayList<>();
    private final List<Integer> truths = new ArrayList<>();

    Drawing(Random random) {
      this.random = random;
      this.rows = extents(random.nextInt(4));
      this.columns = random.nextBoolean() ? List.of() : extents(1 + random.nextInt(2));
      this.builder = new KernelBuilder("drawn", rows, columns);
    }

    RandomKernel draw() {
      load();
      load();
      condition();
      for (int i = random.nextInt(12); i >= 0; i--) {
        term();
      }
      int stores = 1 + random.nextInt(3);
      for (int i = 0; i < stores; i++) {
        store();
      }
      return new RandomKernel(builder.build(), contents);
    }

    private void term() {
      switch (random.nextInt(6)) {
        case 0 -> load();
        case 1 -> condition();
        case 2 -> reals.add(builder.apply(Function.SELECT, any(truths), any(reals), any(reals)));
        case 3 -> reals.add(reduced());
        case 4 -> reals.add(builder.apply(any(OF_ONE), any(reals)));
        default -> reals.add(builder.apply(any(OF_TWO), any(reals), any(reals)));
      }
    }

    /** Bounded, so that no rounding is blown up. */
    private int reduced() {
      int argument = builder.apply(Function.SINE, any(reals));
      if (columns.isEmpty()) {
        return argument;
      }
      int reduced = builder.reduce(any(REDUCTIONS), argument);
      return builder.apply(Function.MULTIPLY, reduced, builder.real(1.0 / count(columns)));
    }

    private void load() {
      NumberType type = any(List.of(NumberType.values()));
      int before = builder.enterGuard(condition());
      if (random.nextBoolean()) {
        builder.leaveGuard(before);
      }
      Index index = index();
      int count = (int) Math.max(1, index.maximum() + 1);
      int number = builder.load(parameter(type, false, count), index);
      builder.leaveGuard(before);
      reals.add(type.getKind() == NumberType.Kind.REAL ? number : real(number));
    }

    private int real(int number) {
      return builder.apply(
          Function.MULTIPLY, builder.apply(Function.TO_REAL, number), builder.real(0.1));
    }

    /** An element of an array with the space's shape, or of some of its dimensions, or folded. */
    private Index index() {
      List<Long> shape = Stream.concat(rows.stream(), columns.stream()).toList();
      Index index = Index.ZERO;
      for (int axis = 0; axis < shape.size(); axis++) {
        if (random.nextInt(4) > 0) {
          index = index.times(shape.get(axis)).plus(builder.position().get(axis));
        }
      }
      long divisor = 2 + random.nextInt(5);
      return switch (random.nextInt(4)) {
        case 0 -> index.dividedBy(divisor);
        case 1 -> index.modulo(divisor).times(3).plus(index.dividedBy(divisor));
        default -> index;
      };
    }

    private int condition() {
      Index place = index().plus(-random.nextInt(9));
      int truth =
          random.nextBoolean()
              ? builder.inside(place.dividedBy(2), 0, 1 + random.nextInt(40))
              : builder.apply(
                  Function.EQUAL, builder.position(place.modulo(3)), builder.integer(1));
      truths.add(truth);
      return truth;
    }

    private void store() {
      NumberType type = any(List.of(NumberType.FLOAT32, NumberType.BFLOAT16, NumberType.FLOAT16));
      if (!columns.isEmpty() && random.nextInt(3) == 0) {
        Index row = KernelBuilder.linear(rows, builder.position().subList(0, rows.size()));
        int reduced = builder.reduce(any(REDUCTIONS), builder.apply(Function.SINE, any(reals)));
        builder.store(parameter(type, true, (int) count(rows)), row, reduced);
      } else {
        int count = (int) (count(rows) * count(columns));
        int parameter = parameter(type, true, count);
        if (random.nextBoolean()) {
          int old = builder.load(parameter, builder.element());
          int sum = builder.apply(Function.ADD, old, any(reals));
          builder.storeWhere(any(truths), parameter, builder.element(), sum);
        } else {
          builder.store(parameter, builder.element(), any(reals));
        }
      }
    }

    private int parameter(NumberType type, boolean written, int count) {
      contents.add(KernelContent.random(type, count, 20, random));
      return builder.parameter(type, written);
    }

    private List<Long> extents(int dimensions) {
      List<Long> extents = new ArrayList<>();
      for (int i = 0; i < dimensions; i++) {
        int choices = count(extents) > 100 ? 3 : EXTENTS.length;
        extents.add(EXTENTS[random.nextInt(choices)]);
      }
      return extents;
    }

    private static long count(List<Long> extents) {
      return extents.stream().reduce(1L, (a, b) -> a * b);
    }

    private <T> T any(List<T> choices) {
      return choices.get(random.nextInt(choices.size()));
    }
  }
}
