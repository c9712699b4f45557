package org.owlore.cuda.driver;

import java.nio.file.Path;
import java.util.List;
import lombok.NonNull;
import org.owlore.cuda.device.DeviceDescription;
import org.owlore.cuda.device.DeviceException;

/** The CUDA devices of this machine. */
public final class CudaDevices {
  private static final int OLDEST_MAJOR = 7;
  private static final int OLDEST_MINOR = 5;

  private CudaDevices() {}

  /**
   * What there is; a device's number is its place in the list.
   *
   * @throws DeviceException when there is no driver or no device
   */
  public static List<DeviceDescription> list() {
    return Driver.ofThisMachine().devices();
  }

  /**
   * Opens a device; float32 matrices are multiplied with all their bits.
   *
   * @param number from 0 on
   * @throws DeviceException when there is no such device, it is too old, or a library is missing
   */
  public static CudaDevice open(int number) {
    return open(number, ProductPrecision.FLOAT32);
  }

  /**
   * Opens a device.
   *
   * @param number from 0 on
   * @param precision how float32 matrices are multiplied
   * @throws DeviceException when there is no such device, it is too old, or a library is missing
   */
  public static CudaDevice open(int number, @NonNull ProductPrecision precision) {
    Driver driver = Driver.ofThisMachine();
    CodeCache cache = CodeCache.of(System.getenv(), Path.of(System.getProperty("user.home")));
    NativeLibraries libraries = NativeLibraries.ofThisMachine(driver.releases());
    return open(driver, libraries, cache, number, precision);
  }

  /** Opens a device by a driver, with libraries and compiled kernels from where they are given. */
  static CudaDevice open(
      @NonNull Driver driver,
      @NonNull NativeLibraries libraries,
      @NonNull CodeCache cache,
      int number,
      @NonNull ProductPrecision precision) {
    DeviceDescription description = suitable(driver, number);
    KernelCompiler compiler = KernelCompiler.of(libraries);
    CublasLtApi cublas = libraries.load(CudaLibrary.CUBLASLT, CublasLtApi.class);
    return new CudaDevice(
        description,
        new CudaQueue(driver, driver.handle(number)),
        source ->
            cache.code(
                source,
                description.architecture(),
                compiler.version(),
                () -> compiler.compile(source, description.architecture())),
        queue -> new MatrixProducts(queue, cublas, precision),
        queue -> new EigenSolver(queue, libraries.load(CudaLibrary.CUSOLVER, CusolverApi.class)));
  }

  /**
   * A device that serves.
   *
   * @throws DeviceException when there is no such device or it is too old
   */
  static DeviceDescription suitable(@NonNull Driver driver, int number) {
    List<DeviceDescription> devices = driver.devices();
    if (number < 0 || number >= devices.size()) {
      throw new DeviceException(
          "There is no CUDA device %d: this machine has %d, numbered from 0."
              .formatted(number, devices.size()));
    }
    DeviceDescription device = devices.get(number);
    String problem = problem(device);
    if (problem != null) {
      throw new DeviceException(problem);
    }
    return device;
  }

  /**
   * Looks whether the libraries are there that training takes.
   *
   * @throws DeviceException when one is not; the message says which, and how to get it
   */
  public static void requireLibraries() {
    NativeLibraries libraries = NativeLibraries.ofThisMachine(Driver.ofThisMachine().releases());
    libraries.load(CudaLibrary.NVRTC, NvrtcApi.class);
    libraries.load(CudaLibrary.CUBLASLT, CublasLtApi.class);
    libraries.load(CudaLibrary.CUSOLVER, CusolverApi.class);
  }

  /** Why a device cannot be used, as one sentence; null when it can. */
  public static String problem(@NonNull DeviceDescription device) {
    boolean old =
        device.major() < OLDEST_MAJOR
            || device.major() == OLDEST_MAJOR && device.minor() < OLDEST_MINOR;
    return old
        ? "%s has compute capability %s, but %d.%d or later is needed."
            .formatted(device.name(), device.capability(), OLDEST_MAJOR, OLDEST_MINOR)
        : null;
  }
}
