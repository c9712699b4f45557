/**
 * ONNX files of language models: read as SameDiff graphs that train, and written back with other
 * weights.
 *
 * <p>{@code file} knows the format, {@code symbolic} computes shapes, {@code operators} translates
 * nodes; {@link org.owlore.onnx.OnnxModel} puts them together.
 */
package org.owlore.onnx;
