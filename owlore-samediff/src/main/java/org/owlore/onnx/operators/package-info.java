/** What each ONNX operator means, as SameDiff operations. */
package org.owlore.onnx.operators;
