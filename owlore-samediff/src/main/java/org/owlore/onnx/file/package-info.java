/**
 * The ONNX format: nodes, tensors, data beside the file, and where in the file each weight lies.
 */
package org.owlore.onnx.file;
