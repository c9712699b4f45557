package org.owlore.cuda.galore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.testing.InterpretedDevice;
import org.owlore.galore.AutomaticSubspace;
import org.owlore.galore.GaLoreUpdater;
import org.owlore.galore.RandomizedSubspace;
import org.owlore.galore.Side;
import org.owlore.galore.Subspace;
import org.owlore.galore.SubspaceFinder;

/** Subspaces found on a device in float32 against those that the host finds in float64. */
class ShorterSideSearchTest {
  private final InterpretedDevice device = new InterpretedDevice();

  /** A matrix whose k-th singular value, from 1, is k^-decay. */
  private static INDArray decaying(long rows, long columns, double decay) {
    Nd4j.getRandom().setSeed(17);
    long size = Math.min(rows, columns);
    INDArray left = orthonormal(rows, size);
    for (int k = 0; k < size; k++) {
      left.getColumn(k).muli(Math.pow(k + 1, -decay));
    }
    return left.mmul(orthonormal(columns, size).transpose()).dup('c');
  }

  private static INDArray orthonormal(long rows, long columns) {
    INDArray basis = Nd4j.randn(DataType.DOUBLE, rows, columns).dup('f');
    INDArray triangle = Nd4j.create(DataType.DOUBLE, new long[] {columns, columns}, 'f');
    Nd4j.getBlasWrapper().lapack().geqrf(basis, triangle);
    return basis;
  }

  private Subspace found(INDArray matrix, SubspaceFinder finder, Side side, int rank) {
    LowRank sizes = new LowRank(matrix.size(0), matrix.size(1), side, rank);
    GaLoreUpdater updater = GaLoreUpdater.builder().subspaceFinder(finder).build();
    try (Searches searches = new Searches(device, updater);
        DeviceMemory gradient = device.holding(matrix.castTo(DataType.FLOAT));
        DeviceMemory left = device.allocate(4 * sizes.leftNumbers());
        DeviceMemory right = device.allocate(4 * sizes.rightNumbers())) {
      SubspaceSearch search = searches.of(sizes);
      Bases bases = Bases.at(left.start(), right.start(), sizes);
      try (DeviceMemory scratch = device.allocate(search.scratchBytes())) {
        Matrix on = Matrix.at(gradient.start(), matrix.size(0), matrix.size(1));
        search.find(on, null, bases, scratch.start());
      }
      return new Subspace(columns(bases.left()), columns(bases.right()));
    }
  }

  private INDArray columns(Matrix basis) {
    if (basis == null) {
      return null;
    }
    return device
        .array(basis.place(), DataType.FLOAT, basis.rows(), basis.columns())
        .castTo(DataType.DOUBLE)
        .transpose()
        .dup('c');
  }

  private static double distanceFromOrthonormal(INDArray basis) {
    INDArray gram = basis.transpose().mmul(basis);
    return gram.sub(Nd4j.eye(gram.size(0)).castTo(gram.dataType())).amaxNumber().doubleValue();
  }

  @ParameterizedTest
  @CsvSource({"80,50,0.5", "50,80,1", "60,60,2", "90,40,0"})
  void theExactSearchFindsTheHostsSubspace(long rows, long columns, double decay) {
    INDArray matrix = decaying(rows, columns, decay);
    if (decay == 0) {
      matrix.addi(decaying(rows, columns, 1));
    }
    Subspace actual = found(matrix, SubspaceFinder.exact(), Side.BOTH, 8);
    Subspace wanted = SubspaceFinder.exact().find(matrix, Side.BOTH, 8, null);
    assertThat(actual.overlap(wanted)).isGreaterThan(0.999);
    assertThat(distanceFromOrthonormal(actual.left())).isLessThan(1e-4);
    assertThat(distanceFromOrthonormal(actual.right())).isLessThan(1e-4);
  }

  @ParameterizedTest
  @CsvSource({"160,100,0.5", "100,160,0.5", "100,160,1", "160,100,2", "100,100,3"})
  void theRandomizedSearchIsAsGoodAsTheHosts(long rows, long columns, double decay) {
    INDArray matrix = decaying(rows, columns, decay);
    SubspaceFinder randomized = SubspaceFinder.randomized(3);
    Subspace exact = SubspaceFinder.exact().find(matrix, Side.BOTH, 8, null);
    Subspace host = randomized.find(matrix, Side.BOTH, 8, null);
    Subspace actual = found(matrix, randomized, Side.BOTH, 8);
    assertThat(actual.overlap(exact)).isGreaterThan(host.overlap(exact) - 1e-3);
    assertThat(distanceFromOrthonormal(actual.left())).isLessThan(1e-3);
    assertThat(distanceFromOrthonormal(actual.right())).isLessThan(1e-3);
  }

  @Test
  void aMatrixOfRankOneHasOneDirectionOnEachSide() {
    INDArray matrix = Nd4j.rand(DataType.DOUBLE, 64, 1).mmul(Nd4j.rand(DataType.DOUBLE, 1, 48));
    Subspace actual = found(matrix, new RandomizedSubspace(0, 1, 2), Side.BOTH, 3);
    INDArray left = actual.left();
    INDArray projected = left.mmul(left.transpose()).mmul(matrix);
    assertThat(projected.distance2(matrix) / matrix.norm2Number().doubleValue()).isLessThan(1e-5);
    assertThat(actual.right().norm2Number().doubleValue()).isBetween(0.999, Math.sqrt(3) + 1e-3);
  }

  @ParameterizedTest
  @CsvSource({"511, 2", "512, 8"})
  void theAutomaticSearchIsRandomizedWhereTheHostsIs(long shorter, int rank) {
    LowRank sizes = new LowRank(shorter, 600, Side.LEFT, rank);
    GaLoreUpdater updater =
        GaLoreUpdater.builder().subspaceFinder(new AutomaticSubspace(0)).build();
    try (Searches searches = new Searches(device, updater)) {
      searches.of(sizes);
      assertThat(searches.bytes()).isEqualTo(shorter < 512 ? 0 : 4 * 600 * (rank + 8));
    }
    assertThat(device.getLiveBytes()).isZero();
  }
}
