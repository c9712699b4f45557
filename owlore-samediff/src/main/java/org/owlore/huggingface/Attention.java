package org.owlore.huggingface;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Causal attention with grouped queries: the query heads that share a key head are stacked along
 * the sequence, so that keys and values are never repeated.
 *
 * <p>Shapes: B batch, T sequence, H heads, K key and value heads, G = H / K, D head dimension.
 */
final class Attention {
  private final SameDiff graph;
  private final HuggingFaceConfig config;
  private final RotaryEmbedding rotary;
  private final AttentionMask masks;
  private final SDVariable splitQueries;
  private final SDVariable splitKeys;
  private final SDVariable foldedQueries;
  private final SDVariable foldedKeys;
  private final SDVariable scoresPerHead;
  private final SDVariable foldedScores;
  private final SDVariable contextPerHead;

  Attention(HuggingFaceConfig config, SequenceShapes shapes, SDVariable documents) {
    this.config = config;
    this.graph = documents.getSameDiff();
    this.rotary = new RotaryEmbedding(graph, config, shapes);
    this.masks = new AttentionMask(documents, shapes);
    int heads = config.heads();
    int keys = config.keyValueHeads();
    int group = config.groupSize();
    int width = config.headDimension();
    this.splitQueries = shapes.of(keys, group, width);
    this.splitKeys = shapes.of(keys, width);
    this.foldedQueries = shapes.folded(group, width);
    this.foldedKeys = shapes.folded(1, width);
    this.scoresPerHead = shapes.squarePerHead(heads);
    this.foldedScores = shapes.foldedSquare(group);
    this.contextPerHead = shapes.perHead(heads, width);
  }

  /**
   * Adds attention to the graph.
   *
   * @param name of the result
   * @param query {@code [B T, H D]}
   * @param key {@code [B T, K D]}
   * @param value {@code [B T, K D]}
   * @param window sliding window in tokens, or {@link HuggingFaceConfig#NO_WINDOW}
   * @return {@code [B T, H D]}
   */
  SDVariable apply(String name, SDVariable query, SDVariable key, SDVariable value, int window) {
    SDVariable queries = rotary.rotateQueries(query.reshape(splitQueries).permute(0, 2, 3, 1, 4));
    SDVariable keys = rotary.rotateKeys(key.reshape(splitKeys).permute(0, 2, 1, 3));
    SDVariable values = value.reshape(splitKeys).permute(0, 2, 1, 3).reshape(foldedKeys);
    SDVariable scores =
        graph.mmul(queries.reshape(foldedQueries), keys.reshape(foldedKeys), false, true, false);
    SDVariable masked = scores.reshape(scoresPerHead).add(masks.forWindow(window));
    SDVariable attention = graph.nn().softmax(masked, 3);
    SDVariable context = graph.mmul(attention.reshape(foldedScores), values);
    long width = (long) config.heads() * config.headDimension();
    return graph.reshape(name, context.reshape(contextPerHead).permute(0, 2, 1, 3), -1, width);
  }
}
