/**
 * Numbers and shapes that depend on the batch size and the sequence length, computed while a graph
 * is imported: what an exporter spelled out as Shape, Gather, Concat and the like.
 */
package org.owlore.onnx.symbolic;
