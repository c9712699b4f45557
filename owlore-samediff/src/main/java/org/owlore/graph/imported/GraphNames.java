package org.owlore.graph.imported;

import lombok.Builder;

/**
 * What a user says about a graph where it cannot be found out. All are optional.
 *
 * @param ids placeholder of the token ids, integers {@code [batch, sequence]}
 * @param mask placeholder that tells tokens (1) from padding (0), {@code [batch, sequence]}
 * @param logits array with one number for each token id, {@code [batch, sequence, vocabulary]} or
 *     {@code [tokens, vocabulary]}
 * @param layers regular expression whose one group is the number of a layer, found in the names of
 *     the layers' variables
 */
@Builder
public record GraphNames(String ids, String mask, String logits, String layers) {
  /** Nothing said: everything is found out. */
  public static final GraphNames NONE = GraphNames.builder().build();
}
