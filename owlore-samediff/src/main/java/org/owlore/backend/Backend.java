package org.owlore.backend;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import lombok.NonNull;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;

/**
 * The backend that ND4J computes with.
 *
 * @param name what ND4J calls it: {@code CPU} or {@code CUDA}
 * @param device the GPU of this thread, or null on the CPU
 */
public record Backend(@NonNull String name, CudaDevice device) {
  private static final String CUDA_NEEDS =
      "CUDA's backend needs NVIDIA's driver, CUDA 11's libraries and a GPU of compute capability 3.7 to 8.9; without them use the CPU's (nd4j-native; no -Pcuda), on a newer GPU also --device cuda of owlore-cuda";
  private static final String CPU_NEEDS =
      "the CPU's backend needs the jars of nd4j-native and openblas for this operating system and processor";

  /**
   * Starts ND4J and says with what. To be called before anything else touches ND4J, whose own
   * failure to start is a stack trace, and final: its classes stay unusable.
   *
   * @throws BackendException if no backend is there, none runs here, or the GPU cannot run ND4J's
   *     machine code
   */
  public static Backend start() {
    Nd4jBackend chosen = firstThatRuns(onTheClassPath());
    return started(chosen, Nd4j::getExecutioner, Nd4j::getAffinityManager).thatRuns();
  }

  /** The best first, as ND4J tries them. */
  private static List<Nd4jBackend> onTheClassPath() {
    List<Nd4jBackend> backends = new ArrayList<>();
    ND4JClassLoading.loadService(Nd4jBackend.class).forEach(backends::add);
    backends.sort(Comparator.comparingInt(Nd4jBackend::getPriority).reversed());
    return backends;
  }

  /** Asks the backends themselves, since ND4J loses what they answer. */
  static Nd4jBackend firstThatRuns(List<Nd4jBackend> backends) {
    if (backends.isEmpty()) {
      throw new BackendException(
          "There is no ND4J backend on the class path: add org.nd4j:nd4j-native-platform:1.0.0-M2.1.");
    }
    BackendException failure = null;
    for (Nd4jBackend backend : backends) {
      try {
        if (backend.canRun()) {
          return backend;
        }
        failure = failure == null ? failure(backend, null) : failure;
      } catch (RuntimeException | LinkageError e) {
        failure = failure == null ? failure(backend, e) : failure;
      }
    }
    throw failure;
  }

  /** Reads what a backend says about itself once ND4J has started with it. */
  static Backend started(
      Nd4jBackend chosen, Supplier<OpExecutioner> executioner, Supplier<AffinityManager> affinity) {
    try {
      return of(
          executioner.get().getEnvironmentInformation(),
          affinity.get().getDeviceForCurrentThread());
    } catch (RuntimeException | LinkageError e) {
      throw failure(chosen, e);
    }
  }

  private static BackendException failure(Nd4jBackend backend, Throwable cause) {
    return new BackendException(
        "ND4J's %s cannot run here%s: %s."
            .formatted(
                backend.getClass().getSimpleName(),
                cause == null ? "" : " (" + root(cause) + ")",
                backend.getPriority() == Nd4jBackend.BACKEND_PRIORITY_GPU ? CUDA_NEEDS : CPU_NEEDS),
        cause);
  }

  /** The backend that an environment describes; the other devices of the machine do not matter. */
  static Backend of(Properties environment, int device) {
    String name = environment.getProperty(Nd4jEnvironment.BACKEND_KEY);
    Object devices = environment.get(Nd4jEnvironment.CUDA_DEVICE_INFORMATION_KEY);
    return devices instanceof List<?> list && list.get(device) instanceof Map<?, ?> properties
        ? new Backend(name, device(properties))
        : new Backend(name, null);
  }

  private static CudaDevice device(Map<?, ?> properties) {
    return new CudaDevice(
        properties.get(Nd4jEnvironment.CUDA_DEVICE_NAME_KEY).toString(),
        number(properties.get(Nd4jEnvironment.CUDA_DEVICE_MAJOR_VERSION_KEY)),
        number(properties.get(Nd4jEnvironment.CUDA_DEVICE_MINOR_VERSION_KEY)));
  }

  private static int number(Object value) {
    return ((Number) value).intValue();
  }

  /** This, if its device runs it. */
  Backend thatRuns() {
    if (device != null && !device.support().runs()) {
      throw new BackendException(device.judgement());
    }
    return this;
  }

  /** One sentence for the user. */
  public String description() {
    return device == null ? "ND4J computes on the %s.".formatted(name) : device.judgement();
  }

  private static String root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }
}
