package org.owlore.cuda.source;

import static org.assertj.core.api.Assertions.fail;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.javacpp.BytePointer;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.device.Device;
import org.owlore.cuda.device.DeviceMemory;
import org.owlore.cuda.device.Place;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.source.HostKernels.Turns;
import org.owlore.cuda.testing.InterpretedDevice;

/** Runs kernels and attentions as generated source on the host, and by the interpreter. */
record BothWays(HostKernels host) {

  /** Bytes; numbers may begin there, what is read of several numbers at once may not. */
  private static final int SHIFT = 4;

  /**
   * Fails unless both leave the same numbers in memory.
   *
   * @param tolerance by which reals may differ, relative to one or, if larger, themselves
   */
  void agree(Kernel kernel, Turns turns, List<KernelContent> contents, double tolerance) {
    List<KernelContent> actual =
        generated(memories -> host.run(kernel, turns, memories), contents, 0);
    compare(KernelBody.of(kernel), actual, interpreted(launch(kernel), contents), tolerance, turns);
  }

  /** The same of a pass over an attention, whose memory begins anywhere. */
  void agree(Attention attention, Turns turns, List<KernelContent> contents, double tolerance) {
    int shift = turns == Turns.FORWARDS ? 0 : SHIFT;
    List<KernelContent> actual =
        generated(memories -> host.run(attention, turns, memories), contents, shift);
    compare(attention, actual, interpreted(attend(attention), contents), tolerance, turns);
  }

  /** Fails unless a device leaves the same numbers in memory as the interpreter. */
  static void agree(Device device, Kernel kernel, List<KernelContent> contents, double tolerance) {
    List<KernelContent> actual = run(device, launch(kernel), contents, 0);
    List<KernelContent> expected = interpreted(launch(kernel), contents);
    compare(KernelBody.of(kernel), actual, expected, tolerance, device.description().name());
  }

  /** The same of a pass over an attention, whose memory begins anywhere. */
  static void agree(
      Device device, Attention attention, List<KernelContent> contents, double tolerance) {
    List<KernelContent> expected = interpreted(attend(attention), contents);
    for (int shift = 0; shift <= SHIFT; shift += SHIFT) {
      List<KernelContent> actual = run(device, attend(attention), contents, shift);
      compare(attention, actual, expected, tolerance, "memory from byte " + shift + " on");
    }
  }

  /** What is asked of a device. */
  @FunctionalInterface
  private interface Asked {
    void of(Device device, List<Place> places);
  }

  private static Asked launch(Kernel kernel) {
    return (device, places) -> device.launch(kernel, places);
  }

  private static Asked attend(Attention attention) {
    return (device, places) -> device.attend(attention, places);
  }

  private static void compare(
      Object text,
      List<KernelContent> actual,
      List<KernelContent> expected,
      double tolerance,
      Object circumstances) {
    for (int parameter = 0; parameter < expected.size(); parameter++) {
      for (int element = 0; element < expected.get(parameter).count(); element++) {
        Number right = expected.get(parameter).get(element);
        Number found = actual.get(parameter).get(element);
        if (!isClose(found, right, tolerance)) {
          fail(
              "Element %d of parameter %d is %s, the interpreter says %s, %s, in%n%s",
              element, parameter, found, right, circumstances, text);
        }
      }
    }
  }

  private static boolean isClose(Number found, Number right, double tolerance) {
    if (right.equals(found) || !(right instanceof Float)) {
      return right.equals(found);
    }
    double difference = Math.abs(found.doubleValue() - right.doubleValue());
    return difference <= tolerance * Math.max(1, Math.abs(right.doubleValue()));
  }

  private static List<KernelContent> generated(
      Consumer<List<Pointer>> run, List<KernelContent> contents, int shift) {
    List<Memory> memories = new ArrayList<>();
    for (KernelContent content : contents) {
      Memory memory = new Memory(shift + content.bytes().capacity());
      memory.write(shift, content.bytes().array(), 0, content.bytes().capacity());
      memories.add(memory);
    }
    run.accept(memories.stream().map(memory -> memory.share(shift)).toList());
    List<KernelContent> results = new ArrayList<>();
    for (int parameter = 0; parameter < contents.size(); parameter++) {
      try (Memory memory = memories.get(parameter)) {
        results.add(
            contents.get(parameter).with(memory.getByteArray(shift, (int) memory.size() - shift)));
      }
    }
    return results;
  }

  /** What the interpreter leaves in the memory of a pass. */
  static List<KernelContent> interpreted(Attention attention, List<KernelContent> contents) {
    return interpreted(attend(attention), contents);
  }

  private static List<KernelContent> interpreted(Asked asked, List<KernelContent> contents) {
    try (InterpretedDevice device = new InterpretedDevice()) {
      return run(device, asked, contents, 0);
    }
  }

  private static List<KernelContent> run(
      Device device, Asked asked, List<KernelContent> contents, int shift) {
    List<DeviceMemory> memories = new ArrayList<>();
    for (KernelContent content : contents) {
      DeviceMemory memory = device.allocate(shift + content.bytes().capacity());
      try (BytePointer bytes = new BytePointer(content.bytes().array())) {
        device.upload(bytes, memory.at(shift), bytes.limit());
      }
      memories.add(memory);
    }
    asked.of(device, memories.stream().map(memory -> memory.at(shift)).toList());
    List<KernelContent> results = new ArrayList<>();
    for (int parameter = 0; parameter < contents.size(); parameter++) {
      try (DeviceMemory memory = memories.get(parameter);
          BytePointer bytes = new BytePointer(memory.bytes() - shift)) {
        device.download(memory.at(shift), bytes, bytes.limit()).await();
        byte[] later = new byte[(int) bytes.limit()];
        bytes.get(later);
        results.add(contents.get(parameter).with(later));
      }
    }
    return results;
  }
}
