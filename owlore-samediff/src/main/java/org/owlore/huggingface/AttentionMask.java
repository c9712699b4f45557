package org.owlore.huggingface;

import java.util.HashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What is added to the attention scores: 0 where a query may see a key, a large negative number
 * elsewhere. A token sees tokens of its own document (see {@link
 * org.owlore.graph.LanguageModel#ATTENTION_MASK}) at or before its position, within the sliding
 * window if there is one. Padding has a document of its own, 0, and so is seen by padding only.
 *
 * <p>Shape {@code [batch, 1, sequence, sequence]}, one for each distinct window. No gradient flows
 * through it.
 */
final class AttentionMask {
  private static final double FORBIDDEN = -1e9;

  /** Query position minus key position, {@code [sequence, sequence]}. */
  private final SDVariable distance;

  /** 1 for pairs of the same document with the key not behind the query, else 0. */
  private final SDVariable causal;

  private final Map<Integer, SDVariable> byWindow = new HashMap<>();

  AttentionMask(SDVariable documents, SequenceShapes shapes) {
    SDVariable positions = shapes.positions();
    this.distance = positions.reshape(-1, 1).sub(positions.reshape(1, -1));
    SDVariable sameDocument =
        documents.reshape(shapes.column()).eq(documents.reshape(shapes.row()));
    this.causal = asNumber(sameDocument).mul(asNumber(distance.gte(0)));
  }

  /**
   * The mask of a window.
   *
   * @param window in tokens, the query itself counted, or {@link HuggingFaceConfig#NO_WINDOW}
   */
  SDVariable forWindow(int window) {
    return byWindow.computeIfAbsent(window, this::build);
  }

  private SDVariable build(int window) {
    SDVariable allowed =
        window == HuggingFaceConfig.NO_WINDOW ? causal : causal.mul(asNumber(distance.lt(window)));
    return allowed.sub(1).mul("attention_mask_window_" + window, -FORBIDDEN);
  }

  private static SDVariable asNumber(SDVariable condition) {
    return condition.castTo(DataType.FLOAT);
  }
}
