package org.owlore.dl4j.network;

/** A network has layers that DL4J itself has frozen for good. */
public final class FrozenAlreadyException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  FrozenAlreadyException(String layer) {
    super(
        "Layer \"%s\" is wrapped in a DL4J frozen layer already, and cannot be sampled: build the network without setFeatureExtractor(..) or FrozenLayer, and name what is never to train to the sampler instead."
            .formatted(layer));
  }
}
