package org.owlore.dl4j.calibration;

import lombok.RequiredArgsConstructor;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Some batches one after the other. */
@RequiredArgsConstructor
final class Batches implements MultiDataSetIterator {
  private static final long serialVersionUID = 1L;

  private final transient MultiDataSet[] batches;
  private final boolean resettable;
  private int next;

  Batches(MultiDataSet... batches) {
    this(batches, true);
  }

  @Override
  public MultiDataSet next() {
    return batches[next++];
  }

  @Override
  public MultiDataSet next(int number) {
    return next();
  }

  @Override
  public boolean hasNext() {
    return next < batches.length;
  }

  @Override
  public boolean resetSupported() {
    return resettable;
  }

  @Override
  public void reset() {
    next = 0;
  }

  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public void setPreProcessor(MultiDataSetPreProcessor preProcessor) {
    throw new UnsupportedOperationException("These batches are given as they are.");
  }

  @Override
  public MultiDataSetPreProcessor getPreProcessor() {
    return null;
  }
}
