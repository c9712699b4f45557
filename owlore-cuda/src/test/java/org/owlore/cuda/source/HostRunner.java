package org.owlore.cuda.source;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.owlore.cuda.device.Attention;
import org.owlore.cuda.kernel.Kernel;
import org.owlore.cuda.source.HostKernels.Turns;
import org.owlore.cuda.testing.Runner;

/** Runs generated kernels and attentions in the place of an interpreter. */
public record HostRunner(HostKernels host) implements Runner {

  @Override
  public void run(Kernel kernel, List<byte[]> memories, List<Long> offsets) {
    run(arguments -> host.run(kernel, Turns.FORWARDS, arguments), memories, offsets);
  }

  @Override
  public void attend(Attention attention, List<byte[]> memories, List<Long> offsets) {
    run(arguments -> host.run(attention, Turns.FORWARDS, arguments), memories, offsets);
  }

  private static void run(Consumer<List<Pointer>> work, List<byte[]> memories, List<Long> offsets) {
    Map<byte[], Memory> copies = new IdentityHashMap<>();
    List<Pointer> arguments = new ArrayList<>();
    for (int i = 0; i < memories.size(); i++) {
      Memory copy = copies.computeIfAbsent(memories.get(i), HostRunner::copy);
      arguments.add(copy.share(offsets.get(i)));
    }
    work.accept(arguments);
    copies.forEach((content, copy) -> copy.read(0, content, 0, content.length));
    copies.values().forEach(Memory::close);
  }

  private static Memory copy(byte[] content) {
    Memory copy = new Memory(content.length);
    copy.write(0, content, 0, content.length);
    return copy;
  }
}
