package org.owlore.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.HostMemory;
import org.owlore.cuda.device.MatrixProduct;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.testing.InterpretedDevice;

/** What every device does, emulated or not; each method fails where this one does not. */
record DeviceBehaviour(Device device, Random random) {

  void copiesWhatChangesAtOnce(int bytes) {
    byte[] content = new byte[bytes];
    random.nextBytes(content);
    try (DeviceMemory memory = device.allocate(2L * content.length);
        BytePointer host = new BytePointer(content);
        HostMemory back = device.allocatePinned(content.length)) {
      device.upload(host, memory.start(), content.length);
      host.fill(0);
      Place copy = memory.at(content.length);
      device.copy(memory.start(), copy, content.length);
      device.clear(memory.start(), content.length);
      device.download(copy, back.pointer(), content.length).await();
      byte[] found = new byte[content.length];
      new BytePointer(back.pointer()).get(found);
      assertThat(found).isEqualTo(content);
    }
  }

  /** Random products, with sides of at most a length. */
  void multipliesAsTheInterpreter(int products, int longest, float tolerance) {
    for (int i = 0; i < products; i++) {
      MatrixProduct product =
          RandomProducts.draw(
              1 + random.nextInt(longest),
              1 + random.nextInt(longest),
              1 + random.nextInt(longest),
              1 + random.nextInt(3),
              random);
      long seed = random.nextLong();
      float[] found = RandomProducts.multiply(device, product, new Random(seed));
      try (InterpretedDevice interpreter = new InterpretedDevice()) {
        float[] expected = RandomProducts.multiply(interpreter, product, new Random(seed));
        for (int element = 0; element < found.length; element++) {
          assertThat(found[element])
              .as(product.toString())
              .isCloseTo(expected[element], within(tolerance));
        }
      }
    }
  }

  void findsEigenvectorsInAscendingOrder(int size, float tolerance) {
    float[] matrix = symmetric(size);
    try (DeviceMemory memory = uploaded(matrix);
        DeviceMemory values = device.allocate(4L * size)) {
      device.decompose(size, memory.start(), values.start());
      float[] vectors = floats(memory);
      float[] eigenvalues = floats(values);
      assertThat(eigenvalues).isSorted();
      for (int vector = 0; vector < size; vector++) {
        for (int row = 0; row < size; row++) {
          float product = 0;
          for (int column = 0; column < size; column++) {
            product += matrix[row * size + column] * vectors[vector * size + column];
          }
          assertThat(product)
              .isCloseTo(eigenvalues[vector] * vectors[vector * size + row], within(tolerance));
        }
      }
    }
  }

  private float[] symmetric(int size) {
    float[] matrix = new float[size * size];
    for (int row = 0; row < size; row++) {
      for (int column = 0; column <= row; column++) {
        matrix[row * size + column] = random.nextFloat() - 0.5f;
        matrix[column * size + row] = matrix[row * size + column];
      }
    }
    return matrix;
  }

  DeviceMemory uploaded(float... numbers) {
    DeviceMemory memory = device.allocate((long) numbers.length * Float.BYTES);
    try (FloatPointer host = new FloatPointer(numbers)) {
      device.upload(host, memory.start(), memory.bytes());
    }
    return memory;
  }

  float[] floats(DeviceMemory memory) {
    float[] numbers = new float[(int) memory.bytes() / Float.BYTES];
    try (FloatPointer host = new FloatPointer(numbers.length)) {
      device.download(memory.start(), host, memory.bytes()).await();
      host.get(numbers);
    }
    return numbers;
  }
}
