/** Which tensors of an ONNX file are trainable weights, and what PyTorch called them. */
package org.owlore.onnx.weights;
