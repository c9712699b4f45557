package org.owlore.cuda.driver;

import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lombok.Getter;
import lombok.NonNull;
import lombok.experimental.Accessors;
import org.owlore.cuda.device.DeviceDescription;
import org.owlore.cuda.device.DeviceException;

/** CUDA's driver, started, with its failures as sentences. */
@Getter
@Accessors(fluent = true)
final class Driver {
  /** What {@code cuMemAlloc} answers when there is not so much. */
  static final int OUT_OF_MEMORY = 2;

  private static final String FILE = "libcuda.so.1";

  /** Where containers and Windows' Linux have it, which the system's loader may not know. */
  private static final List<Path> FOLDERS =
      List.of(Path.of("/usr/local/nvidia/lib64"), Path.of("/usr/lib/wsl/lib"));

  private static final int NO_DEVICE = 100;
  private static final int OLDEST = 12_000;
  private static final int MULTIPROCESSORS = 16;
  private static final int CAPABILITY_MAJOR = 75;
  private static final int CAPABILITY_MINOR = 76;
  private static final int LONGEST_NAME = 256;

  /** From here on results mean that something went wrong on the device, and for good. */
  private static final int FIRST_FATAL = 700;

  private static final int LAST_FATAL = 799;

  /** A kernel that asks for more than a multiprocessor has: it was not run, and nothing is lost. */
  private static final int TOO_LARGE_TO_LAUNCH = 701;

  /** Its functions. */
  private final DriverApi api;

  /** The version of CUDA that it serves: 1000 times the major part and 10 times the minor one. */
  private final int version;

  /**
   * Starts a driver.
   *
   * @throws DeviceException when there is no device or the driver is too old
   */
  Driver(@NonNull DriverApi api) {
    this.api = api;
    int started = api.cuInit(0);
    if (started == NO_DEVICE) {
      throw new DeviceException(
          "No CUDA device: the NVIDIA driver finds no GPU that this program may use.");
    }
    check(started, "be started");
    IntByReference number = new IntByReference();
    check(api.cuDriverGetVersion(number), "tell its version");
    version = number.getValue();
    if (version < OLDEST) {
      throw new DeviceException(
          "The NVIDIA driver serves CUDA %s, but CUDA 12 or later is needed: update the driver."
              .formatted(versionName()));
    }
  }

  /**
   * The driver of this machine.
   *
   * @throws DeviceException when there is none, no device, or the driver is too old
   */
  static Driver ofThisMachine() {
    try {
      return new Driver(Native.load(FILE, DriverApi.class));
    } catch (UnsatisfiedLinkError e) {
      return FOLDERS.stream()
          .map(folder -> folder.resolve(FILE))
          .filter(Files::exists)
          .findFirst()
          .map(file -> new Driver(Native.load(file.toString(), DriverApi.class)))
          .orElseThrow(
              () ->
                  new DeviceException(
                      "No CUDA device: this machine has no NVIDIA driver (%s cannot be loaded)."
                          .formatted(FILE),
                      e));
    }
  }

  /** Releases of CUDA whose libraries it serves, the preferred one first. */
  List<Integer> releases() {
    return NativeLibraries.RELEASES.stream().filter(release -> release <= version / 1000).toList();
  }

  /** All devices. */
  List<DeviceDescription> devices() {
    IntByReference count = new IntByReference();
    check(api.cuDeviceGetCount(count), "count devices");
    List<DeviceDescription> devices = new ArrayList<>();
    for (int ordinal = 0; ordinal < count.getValue(); ordinal++) {
      devices.add(describe(handle(ordinal)));
    }
    return devices;
  }

  /** The handle of a device. */
  int handle(int ordinal) {
    IntByReference device = new IntByReference();
    check(api.cuDeviceGet(device, ordinal), "find device " + ordinal);
    return device.getValue();
  }

  /**
   * Goes on if all is well.
   *
   * @param result what a function returned
   * @param task what it was to do, after "could not"
   * @throws DeviceException if it is not
   */
  void check(int result, String task) {
    if (result == 0) {
      return;
    }
    if (result >= FIRST_FATAL && result <= LAST_FATAL && result != TOO_LARGE_TO_LAUNCH) {
      throw new DeviceException(
          "The CUDA device failed at something that it was asked before: %s. It is lost for this program: start again, with CUDA_LAUNCH_BLOCKING=1 to learn at which step."
              .formatted(explain(result)));
    }
    throw new DeviceException("CUDA could not %s: %s.".formatted(task, explain(result)));
  }

  private String explain(int result) {
    PointerByReference name = new PointerByReference();
    PointerByReference text = new PointerByReference();
    boolean known =
        api.cuGetErrorName(result, name) == 0 && api.cuGetErrorString(result, text) == 0;
    return known
        ? "%s (%s)".formatted(text.getValue().getString(0), name.getValue().getString(0))
        : "error " + result;
  }

  private String versionName() {
    return version / 1000 + "." + version % 1000 / 10;
  }

  private DeviceDescription describe(int device) {
    byte[] name = new byte[LONGEST_NAME];
    check(api.cuDeviceGetName(name, name.length, device), "tell a device's name");
    LongByReference bytes = new LongByReference();
    check(api.cuDeviceTotalMem_v2(bytes, device), "tell a device's memory");
    return new DeviceDescription(
        Native.toString(name, StandardCharsets.UTF_8.name()),
        attribute(CAPABILITY_MAJOR, device),
        attribute(CAPABILITY_MINOR, device),
        attribute(MULTIPROCESSORS, device),
        bytes.getValue(),
        versionName());
  }

  private int attribute(int attribute, int device) {
    IntByReference value = new IntByReference();
    check(api.cuDeviceGetAttribute(value, attribute, device), "tell what a device is");
    return value.getValue();
  }
}
