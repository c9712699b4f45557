package org.owlore.onnx.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import lombok.AccessLevel;
import lombok.NonNull;
import lombok.RequiredArgsConstructor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.owlore.files.CheckpointException;
import org.owlore.precision.ArrayBits;
import org.owlore.precision.HalfPrecision;

/** Turns an array into the bytes of a tensor that it replaces. */
@RequiredArgsConstructor(access = AccessLevel.PRIVATE)
public final class WeightEncoder {
  private static final int CHUNK = 1 << 16;

  private final OnnxTensor tensor;

  /**
   * The encoder of a tensor.
   *
   * @param tensor what is replaced; its type is kept
   */
  public static WeightEncoder of(@NonNull OnnxTensor tensor) {
    return new WeightEncoder(tensor);
  }

  /** Takes encoded numbers. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Some bytes.
     *
     * @param bytes little-endian
     * @param offset of the first within the tensor
     */
    void write(ByteBuffer bytes, long offset) throws IOException;
  }

  /**
   * Encodes an array. A number that has not changed keeps its bytes; narrower types round to
   * nearest, ties to even.
   *
   * @param array FLOAT in the tensor's shape, C order
   * @throws CheckpointException when a finite number is too large for the tensor's type
   */
  public void encode(@NonNull INDArray array, @NonNull Sink sink) throws IOException {
    ArrayBits bits = ArrayBits.of(array);
    int width = tensor.format().width();
    int[] singles = new int[CHUNK];
    for (long start = 0; start < tensor.length(); start += CHUNK) {
      int size = (int) Math.min(CHUNK, tensor.length() - start);
      bits.read(start, singles, size);
      ByteBuffer original = tensor.bytes().read(start * width, size * width);
      ByteBuffer encoded = ByteBuffer.allocate(size * width).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < size; i++) {
        put(encoded, singles[i], original, i * width);
      }
      sink.write(encoded.flip(), start * width);
    }
  }

  private void put(ByteBuffer encoded, int single, ByteBuffer original, int offset) {
    switch (tensor.format()) {
      case FLOAT -> encoded.putInt(single);
      case FLOAT16 -> encoded.putShort(narrow(HalfPrecision.IEEE, single));
      case BFLOAT16 -> encoded.putShort(narrow(HalfPrecision.BRAIN, single));
      case DOUBLE -> {
        double before = original.getDouble(offset);
        float number = Float.intBitsToFloat(single);
        encoded.putDouble((float) before == number ? before : number);
      }
      default ->
          throw new CheckpointException(
              "Tensor \""
                  + tensor.name()
                  + "\" holds "
                  + tensor.format()
                  + ", which do not train.");
    }
  }

  private short narrow(HalfPrecision precision, int single) {
    short half = precision.narrow(single);
    boolean finite = Float.isFinite(Float.intBitsToFloat(single));
    if (finite && !Float.isFinite(Float.intBitsToFloat(precision.widen(half)))) {
      throw new CheckpointException(
          "The number %s is too large for tensor \"%s\", which holds %s: lower the learning rate, or export the model as float32."
              .formatted(Float.intBitsToFloat(single), tensor.name(), tensor.format()));
    }
    return half;
  }
}
