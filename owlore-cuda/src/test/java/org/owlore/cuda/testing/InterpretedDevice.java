package org.owlore.cuda.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lombok.Getter;
import lombok.NonNull;
import lombok.Setter;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceDescription;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.HostMemory;
import org.owlore.cuda.device.MatrixProduct;
import org.owlore.cuda.device.OutOfDeviceMemoryException;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.kernel.NumberType;

/**
 * A device on the host that does what the kernels say, point by point, and fails where they read or
 * write what is not theirs. Downloads arrive when they are awaited, not before; fresh memory reads
 * as NaN. It counts what is asked of it.
 */
public final class InterpretedDevice implements Device {
  private final Map<Kernel, InterpretedKernel> kernels = new HashMap<>();
  private final Set<Attention> passes = new HashSet<>();
  private final List<Runnable> downloading = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();
  private int memories;

  /** What is being noted instead of being done; null when nothing is. */
  private List<Runnable> noted;

  /** Runs kernels and attentions in place of the interpreter, where it is not null. */
  @Setter private Runner runner;

  /** Bytes of device memory that there are. */
  @Getter @Setter private long limit;

  /** How often noted work was repeated so far. */
  @Getter private int replays;

  /** Bytes of device memory that are held now. */
  @Getter private long liveBytes;

  /** Bytes of pinned memory that are held now. */
  @Getter private long pinnedBytes;

  /** How often device or pinned memory was taken so far. */
  @Getter private int allocations;

  /** Kernels run so far. */
  @Getter private int launches;

  /** Matrix products so far. */
  @Getter private int products;

  /** Passes over attentions so far. */
  @Getter private int attentions;

  /** Eigenvalue decompositions so far. */
  @Getter private int decompositions;

  /** Copies from the host so far. */
  @Getter private int uploads;

  /** Copies to the host so far. */
  @Getter private int downloads;

  /** How often it was waited for all work so far. */
  @Getter private int synchronizations;

  /** A device with a gigabyte. */
  public InterpretedDevice() {
    this(1L << 30);
  }

  /** A device with some bytes of memory. */
  public InterpretedDevice(long limit) {
    this.limit = limit;
  }

  /**
   * What was asked to be done on the device since the last call, a line each: kernels, products,
   * decompositions, copies, with their arguments.
   */
  public List<String> takeRequests() {
    List<String> taken = List.copyOf(requests);
    requests.clear();
    return taken;
  }

  /** The kernels that have run so far, each once. */
  public Set<Kernel> kernels() {
    return Set.copyOf(kernels.keySet());
  }

  /** The passes over attentions that have run so far, each once. */
  public Set<Attention> passes() {
    return Set.copyOf(passes);
  }

  /** Memory that holds some numbers, written by the test. */
  public DeviceMemory floats(@NonNull float... numbers) {
    DeviceMemory memory = allocate(4L * numbers.length);
    InterpretedMemory content = (InterpretedMemory) memory;
    for (int i = 0; i < numbers.length; i++) {
      content.putReal(NumberType.FLOAT32, 4 * i, numbers[i]);
    }
    return memory;
  }

  /** Memory with the content of a contiguous array in C order. */
  public DeviceMemory holding(@NonNull INDArray array) {
    DeviceMemory memory = allocate(array.length() * array.dataType().width());
    upload(array.data().addressPointer(), memory.start(), memory.bytes());
    return memory;
  }

  /** Some numbers at a place, without a transfer that counts. */
  public float[] floats(@NonNull Place place, int count) {
    InterpretedMemory memory = InterpretedMemory.of(this, place);
    int start = memory.first(place.offset(), 4L * count);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = memory.real(NumberType.FLOAT32, start + 4 * i);
    }
    return numbers;
  }

  /** A copy of an array at a place, without a transfer that counts. */
  public INDArray array(@NonNull Place place, @NonNull DataType type, @NonNull long... shape) {
    INDArray array = Nd4j.createUninitialized(type, shape, 'c');
    InterpretedMemory memory = InterpretedMemory.of(this, place);
    int bytes = Math.toIntExact(array.length() * type.width());
    int start = memory.first(place.offset(), bytes);
    new BytePointer(array.data().addressPointer()).put(memory.content(), start, bytes);
    return array;
  }

  @Override
  public DeviceDescription description() {
    return new DeviceDescription("Interpreter", 9, 0, 1, limit, "0.0");
  }

  @Override
  public DeviceMemory allocate(long bytes) {
    if (bytes > freeBytes()) {
      throw new OutOfDeviceMemoryException(bytes, freeBytes());
    }
    liveBytes += bytes;
    allocations++;
    return new InterpretedMemory(this, memories++, Math.toIntExact(bytes));
  }

  @Override
  public HostMemory allocatePinned(long bytes) {
    pinnedBytes += bytes;
    allocations++;
    return new InterpretedHostMemory(this, bytes);
  }

  @Override
  public long freeBytes() {
    return Math.max(0, limit - liveBytes);
  }

  @Override
  public void upload(@NonNull Pointer host, @NonNull Place target, long bytes) {
    requireNotNoting("transfer");
    request("upload", bytes, target);
    InterpretedMemory memory = InterpretedMemory.of(this, target);
    int start = memory.first(target.offset(), bytes);
    bytes(host).get(memory.content(), start, Math.toIntExact(bytes));
    uploads++;
  }

  @Override
  public Transfer download(@NonNull Place source, @NonNull Pointer host, long bytes) {
    requireNotNoting("transfer");
    request("download", bytes, source);
    InterpretedMemory memory = InterpretedMemory.of(this, source);
    int start = memory.first(source.offset(), bytes);
    byte[] content = Arrays.copyOfRange(memory.content(), start, start + (int) bytes);
    BytePointer target = bytes(host);
    Runnable arrival = () -> target.put(content, 0, content.length);
    downloading.add(arrival);
    downloads++;
    return () -> {
      if (downloading.remove(arrival)) {
        arrival.run();
      }
    };
  }

  private static BytePointer bytes(Pointer host) {
    long position = host.position() == 0 ? 0 : host.position() * host.sizeof();
    return new BytePointer(new Pointer(host).position(0)).position(position);
  }

  @Override
  public void copy(@NonNull Place source, @NonNull Place target, long bytes) {
    request("copy", bytes, source, target);
    InterpretedMemory from = InterpretedMemory.of(this, source);
    InterpretedMemory to = InterpretedMemory.of(this, target);
    System.arraycopy(
        from.content(),
        from.first(source.offset(), bytes),
        to.content(),
        to.first(target.offset(), bytes),
        Math.toIntExact(bytes));
  }

  @Override
  public void clear(@NonNull Place target, long bytes) {
    request("clear", bytes, target);
    InterpretedMemory memory = InterpretedMemory.of(this, target);
    int start = memory.first(target.offset(), bytes);
    Arrays.fill(memory.content(), start, start + Math.toIntExact(bytes), (byte) 0);
  }

  @Override
  public void launch(@NonNull Kernel kernel, @NonNull List<Place> arguments) {
    request("launch", kernel.name(), arguments.toArray(Place[]::new));
    if (arguments.size() != kernel.parameters().size()) {
      throw new IllegalArgumentException(
          "Kernel %s has %d parameters, but was given %d places."
              .formatted(kernel.name(), kernel.parameters().size(), arguments.size()));
    }
    for (int i = 0; i < arguments.size(); i++) {
      checkAligned(kernel, i, arguments.get(i));
    }
    List<Place> places = List.copyOf(arguments);
    doOrNote(() -> run(kernel, places));
    launches++;
  }

  private void run(Kernel kernel, List<Place> places) {
    InterpretedKernel interpreted = kernels.computeIfAbsent(kernel, InterpretedKernel::new);
    if (runner == null) {
      interpreted.run(places);
    } else {
      runner.run(kernel, contents(places), places.stream().map(Place::offset).toList());
    }
  }

  private void run(Attention attention, List<Place> places) {
    passes.add(attention);
    if (runner == null) {
      new InterpretedAttention(attention, this, places).run();
    } else {
      runner.attend(attention, contents(places), places.stream().map(Place::offset).toList());
    }
  }

  private List<byte[]> contents(List<Place> places) {
    return places.stream().map(place -> InterpretedMemory.of(this, place).content()).toList();
  }

  private void doOrNote(Runnable request) {
    if (noted == null) {
      request.run();
    } else {
      noted.add(request);
    }
  }

  private void requireNotNoting(String what) {
    if (noted != null) {
      throw new IllegalStateException("A recording cannot hold a " + what + ".");
    }
  }

  @Override
  public Recording record(@NonNull Runnable work) {
    List<Runnable> requests = new ArrayList<>();
    noted = requests;
    try {
      work.run();
    } finally {
      noted = null;
    }
    return new Recording() {
      @Override
      public void run() {
        requests.forEach(Runnable::run);
        replays++;
      }

      @Override
      public void close() {
        requests.clear();
      }
    };
  }

  private void checkAligned(Kernel kernel, int parameter, Place argument) {
    InterpretedMemory.of(this, argument);
    int width = kernel.parameters().get(parameter).type().getWidth();
    if (argument.offset() % width != 0) {
      throw new IllegalArgumentException(
          "Parameter %d of kernel %s begins at byte %d, which is no multiple of the %d bytes of a number."
              .formatted(parameter, kernel.name(), argument.offset(), width));
    }
  }

  @Override
  public void multiply(
      @NonNull MatrixProduct product,
      @NonNull Place left,
      @NonNull Place right,
      @NonNull Place output) {
    request("multiply", product, left, right, output);
    doOrNote(() -> new InterpretedProduct(product, this).run(left, right, output));
    products++;
  }

  @Override
  public void attend(@NonNull Attention attention, @NonNull List<Place> arguments) {
    request("attend", attention.pass(), arguments.toArray(Place[]::new));
    if (arguments.size() != attention.arrays()) {
      throw new IllegalArgumentException(
          "Pass %s of an attention works on %d arrays, but was given %d places."
              .formatted(attention.pass(), attention.arrays(), arguments.size()));
    }
    List<Place> places = List.copyOf(arguments);
    doOrNote(() -> run(attention, places));
    attentions++;
  }

  @Override
  public void decompose(int size, @NonNull Place matrix, @NonNull Place eigenvalues) {
    requireNotNoting("decomposition");
    request("decompose", size, matrix, eigenvalues);
    try (INDArray vectors = array(matrix, DataType.FLOAT, size, size);
        INDArray columns = vectors.dup('f');
        INDArray values = Nd4j.create(DataType.FLOAT, size)) {
      int status = Nd4j.getBlasWrapper().lapack().syev('V', 'U', columns, values);
      if (status != 0) {
        throw new ArithmeticException("syev returned " + status);
      }
      put(columns, matrix);
      put(values, eigenvalues);
    }
    decompositions++;
  }

  /** Numbers in the order of an array's memory: LAPACK's columns become rows. */
  private void put(INDArray array, Place target) {
    InterpretedMemory memory = InterpretedMemory.of(this, target);
    int bytes = Math.toIntExact(4 * array.length());
    int start = memory.first(target.offset(), bytes);
    new BytePointer(array.data().addressPointer()).get(memory.content(), start, bytes);
  }

  @Override
  public void synchronize() {
    downloading.forEach(Runnable::run);
    downloading.clear();
    synchronizations++;
  }

  /** Memory that is still held stays readable, so that a test can look at it. */
  @Override
  public void close() {
    synchronize();
  }

  void released(long bytes) {
    liveBytes -= bytes;
  }

  void releasedPinned(long bytes) {
    pinnedBytes -= bytes;
  }

  private void request(String what, Object how, Place... places) {
    StringBuilder line = new StringBuilder(what + " " + how);
    for (Place place : places) {
      line.append(", ").append(place.memory()).append(" + ").append(place.offset());
    }
    requests.add(line.toString());
  }
}
