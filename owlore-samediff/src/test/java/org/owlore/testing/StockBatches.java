package org.owlore.testing;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.owlore.finetune.BatchSource;
import org.owlore.graph.LanguageModel;

/** Batches in the form that the stock {@code sd.fit(...)} wants. */
public final class StockBatches implements MultiDataSetIterator {
  private static final long serialVersionUID = 1L;

  private final transient BatchSource source;
  private final long first;
  private final long end;
  private long step;

  /** The batches of some steps, the last exclusive. */
  public StockBatches(BatchSource source, long first, long end) {
    this.source = source;
    this.first = first;
    this.end = end;
    this.step = first;
  }

  @Override
  public boolean hasNext() {
    return step < end;
  }

  @Override
  public MultiDataSet next() {
    Map<String, INDArray> arrays = source.batch(step++).placeholders();
    return new MultiDataSet(
        new INDArray[] {
          arrays.get(LanguageModel.INPUT_IDS), arrays.get(LanguageModel.ATTENTION_MASK)
        },
        new INDArray[] {arrays.get(LanguageModel.LABELS)});
  }

  @Override
  public MultiDataSet next(int number) {
    throw new UnsupportedOperationException("one batch at a time");
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  @Override
  public void reset() {
    step = first;
  }

  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public MultiDataSetPreProcessor getPreProcessor() {
    return null;
  }

  @Override
  public void setPreProcessor(MultiDataSetPreProcessor preProcessor) {
    throw new UnsupportedOperationException("no preprocessing");
  }
}
