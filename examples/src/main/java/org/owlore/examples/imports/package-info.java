/** Checks imports of ONNX files against what PyTorch computes, and against damaged files. */
package org.owlore.examples.imports;
