package org.owlore.cuda.driver;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A driver whose devices' memory is the host's, and which does nothing before it is waited for: who
 * forgets to wait sees what a device that is behind would show.
 */
final class FakeDriver implements DriverApi {
  static final int ILLEGAL_ADDRESS = 700;
  private static final long CONTEXT = 77;
  private static final long ALIGNMENT = 256;

  /** Memory that is taken. */
  record Block(Memory memory, long bytes) {}

  /** What is answered by a function of some name instead of what it would. */
  final Map<String, Integer> failures = new HashMap<>();

  /** Kernels run: function, blocks, threads, and the addresses. */
  final List<String> launches = new ArrayList<>();

  /** Machine code loaded. */
  final List<byte[]> modules = new ArrayList<>();

  final Map<Long, Block> deviceMemory = new HashMap<>();
  final Map<Long, Block> pinnedMemory = new HashMap<>();
  final int[] capability = {9, 0};
  int version = 13_000;
  int devices = 1;
  long limit = 1L << 30;
  boolean retained;
  int openEvents;

  /** Graphs that were made and not destroyed, executable or not. */
  final Map<Long, List<Runnable>> graphs = new HashMap<>();

  private List<Runnable> capturing;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Map<Long, Integer> events = new HashMap<>();
  private final List<Memory> texts = new ArrayList<>();
  private int done;
  private int asked;
  private long lastHandle = 1000;

  private int answer(String function) {
    return failures.getOrDefault(function, 0);
  }

  private int ask(String function, long stream, Runnable work) {
    int answer = answer(function);
    if (answer == 0) {
      if (stream == 0) {
        throw new AssertionError(function + " went to the default stream");
      }
      if (capturing != null) {
        capturing.add(work);
      } else {
        waiting.add(work);
        asked++;
      }
    }
    return answer;
  }

  private void work(int until) {
    while (done < until) {
      waiting.remove().run();
      done++;
    }
  }

  private int create(String function, LongByReference handle) {
    handle.setValue(++lastHandle);
    return answer(function);
  }

  @Override
  public int cuInit(int flags) {
    return answer("cuInit");
  }

  @Override
  public int cuDriverGetVersion(IntByReference number) {
    number.setValue(version);
    return 0;
  }

  @Override
  public int cuDeviceGetCount(IntByReference count) {
    count.setValue(devices);
    return 0;
  }

  @Override
  public int cuDeviceGet(IntByReference device, int ordinal) {
    device.setValue(10 + ordinal);
    return 0;
  }

  @Override
  public int cuDeviceGetName(byte[] name, int length, int device) {
    byte[] text = ("Fake " + device).getBytes(StandardCharsets.UTF_8);
    System.arraycopy(text, 0, name, 0, text.length);
    return 0;
  }

  @Override
  public int cuDeviceTotalMem_v2(LongByReference bytes, int device) {
    bytes.setValue(limit);
    return 0;
  }

  @Override
  public int cuDeviceGetAttribute(IntByReference value, int attribute, int device) {
    value.setValue(attribute == 16 ? 132 : capability[attribute - 75]);
    return 0;
  }

  @Override
  public int cuDevicePrimaryCtxRetain(LongByReference context, int device) {
    context.setValue(CONTEXT);
    retained = true;
    return 0;
  }

  @Override
  public int cuDevicePrimaryCtxRelease_v2(int device) {
    retained = false;
    return 0;
  }

  @Override
  public int cuCtxSetCurrent(long context) {
    return context == CONTEXT ? 0 : 1;
  }

  @Override
  public int cuStreamCreate(LongByReference stream, int flags) {
    return create("cuStreamCreate", stream);
  }

  @Override
  public int cuStreamSynchronize(long stream) {
    int answer = answer("cuStreamSynchronize");
    if (answer == 0) {
      work(asked);
    }
    return answer;
  }

  @Override
  public int cuStreamDestroy_v2(long stream) {
    return 0;
  }

  @Override
  public int cuStreamBeginCapture_v2(long stream, int mode) {
    capturing = new ArrayList<>();
    return 0;
  }

  @Override
  public int cuStreamEndCapture(long stream, LongByReference graph) {
    graph.setValue(++lastHandle);
    graphs.put(lastHandle, capturing);
    capturing = null;
    return answer("cuStreamEndCapture");
  }

  @Override
  public int cuGraphInstantiateWithFlags(LongByReference executable, long graph, long flags) {
    executable.setValue(++lastHandle);
    graphs.put(lastHandle, graphs.get(graph));
    return 0;
  }

  @Override
  public int cuGraphLaunch(long executable, long stream) {
    List<Runnable> work = graphs.get(executable);
    return ask("cuGraphLaunch", stream, () -> work.forEach(Runnable::run));
  }

  @Override
  public int cuGraphExecDestroy(long executable) {
    graphs.remove(executable);
    return 0;
  }

  @Override
  public int cuGraphDestroy(long graph) {
    graphs.remove(graph);
    return 0;
  }

  @Override
  public int cuEventCreate(LongByReference event, int flags) {
    openEvents++;
    return create("cuEventCreate", event);
  }

  @Override
  public int cuEventRecord(long event, long stream) {
    events.put(event, asked);
    return 0;
  }

  @Override
  public int cuEventSynchronize(long event) {
    work(events.get(event));
    return answer("cuEventSynchronize");
  }

  @Override
  public int cuEventDestroy_v2(long event) {
    openEvents--;
    return 0;
  }

  @Override
  public int cuMemAlloc_v2(LongByReference address, long bytes) {
    long used = deviceMemory.values().stream().mapToLong(Block::bytes).sum();
    return used + bytes > limit ? Driver.OUT_OF_MEMORY : take(deviceMemory, address, bytes);
  }

  @Override
  public int cuMemFree_v2(long address) {
    deviceMemory.remove(address).memory.close();
    return 0;
  }

  @Override
  public int cuMemAllocHost_v2(LongByReference address, long bytes) {
    int answer = answer("cuMemAllocHost_v2");
    return answer == 0 ? take(pinnedMemory, address, bytes) : answer;
  }

  private static int take(Map<Long, Block> taken, LongByReference address, long bytes) {
    Memory memory = new Memory(bytes + ALIGNMENT);
    address.setValue((Pointer.nativeValue(memory) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    taken.put(address.getValue(), new Block(memory, bytes));
    return 0;
  }

  @Override
  public int cuMemFreeHost(long address) {
    pinnedMemory.remove(address).memory.close();
    return 0;
  }

  @Override
  public int cuMemGetInfo_v2(LongByReference free, LongByReference total) {
    free.setValue(limit - deviceMemory.values().stream().mapToLong(Block::bytes).sum());
    return 0;
  }

  @Override
  public int cuMemcpyHtoDAsync_v2(long target, long source, long bytes, long stream) {
    return ask("cuMemcpyHtoDAsync_v2", stream, () -> HostPlace.copy(source, target, bytes));
  }

  @Override
  public int cuMemcpyDtoHAsync_v2(long target, long source, long bytes, long stream) {
    return ask("cuMemcpyDtoHAsync_v2", stream, () -> HostPlace.copy(source, target, bytes));
  }

  @Override
  public int cuMemcpyDtoDAsync_v2(long target, long source, long bytes, long stream) {
    return ask("cuMemcpyDtoDAsync_v2", stream, () -> HostPlace.copy(source, target, bytes));
  }

  @Override
  public int cuMemsetD8Async(long target, byte value, long bytes, long stream) {
    return ask("cuMemsetD8Async", stream, () -> new Pointer(target).setMemory(0, bytes, value));
  }

  @Override
  public int cuModuleLoadData(LongByReference module, byte[] code) {
    modules.add(code);
    return create("cuModuleLoadData", module);
  }

  @Override
  public int cuModuleGetFunction(LongByReference function, long module, String name) {
    return create("cuModuleGetFunction", function);
  }

  @Override
  public int cuModuleUnload(long module) {
    modules.remove(0);
    return 0;
  }

  @Override
  public int cuLaunchKernel(
      long function,
      int blocksX,
      int blocksY,
      int blocksZ,
      int threadsX,
      int threadsY,
      int threadsZ,
      int sharedBytes,
      long stream,
      Pointer arguments,
      Pointer extra) {
    List<Long> addresses = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      addresses.add(arguments.getPointer((long) i * Long.BYTES).getLong(0));
    }
    String launch = "%d blocks of %d at %s".formatted(blocksX, threadsX, addresses);
    return ask("cuLaunchKernel", stream, () -> launches.add(launch));
  }

  @Override
  public int cuGetErrorName(int result, PointerByReference name) {
    return text("CUDA_ERROR_" + result, name);
  }

  @Override
  public int cuGetErrorString(int result, PointerByReference text) {
    return text("what " + result + " means", text);
  }

  private int text(String content, PointerByReference place) {
    Memory memory = new Memory(content.length() + 1L);
    memory.setString(0, content);
    texts.add(memory);
    place.setValue(memory);
    return 0;
  }
}
