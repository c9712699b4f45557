package org.owlore.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.nd4j.common.io.Resource;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;

class BackendTest {
  private static final int GPU = Nd4jBackend.BACKEND_PRIORITY_GPU;
  private static final int CPU = Nd4jBackend.BACKEND_PRIORITY_CPU;

  /** What nd4j-cuda's backend throws where there is no driver. */
  private static boolean noDriver() {
    throw new UnsatisfiedLinkError("libjnicudart.so: libcuda.so.1: cannot open");
  }

  private static Properties environment(Object... devices) {
    Properties environment = new Properties();
    environment.put(Nd4jEnvironment.BACKEND_KEY, "CUDA");
    environment.put(Nd4jEnvironment.CUDA_DEVICE_INFORMATION_KEY, List.of(devices));
    return environment;
  }

  /** As nd4j-cuda describes a device. */
  private static Map<String, Object> device(String name, long major, long minor) {
    return Map.of(
        Nd4jEnvironment.CUDA_DEVICE_NAME_KEY, name,
        Nd4jEnvironment.CUDA_DEVICE_MAJOR_VERSION_KEY, major,
        Nd4jEnvironment.CUDA_DEVICE_MINOR_VERSION_KEY, minor);
  }

  @Test
  void startsWithTheBackendOfThisClassPath() {
    Backend backend = Backend.start();

    assertThat(backend.name())
        .isEqualTo(
            Nd4j.getExecutioner()
                .getEnvironmentInformation()
                .getProperty(Nd4jEnvironment.BACKEND_KEY));
    assertThat(backend.description()).contains(backend.name());
  }

  @Test
  void onTheCpuThereIsNoDevice() {
    Properties environment = new Properties();
    environment.put(Nd4jEnvironment.BACKEND_KEY, "CPU");

    Backend backend = Backend.of(environment, 0);

    assertThat(backend).isEqualTo(new Backend("CPU", null));
    assertThat(backend.thatRuns()).isSameAs(backend);
    assertThat(backend.description()).isEqualTo("ND4J computes on the CPU.");
  }

  @Test
  void onCudaTheDeviceOfTheThreadCounts() {
    Backend backend =
        Backend.of(environment(device("NVIDIA H200", 9, 0), device("NVIDIA A100", 8, 0)), 1);

    assertThat(backend.device()).isEqualTo(new CudaDevice("NVIDIA A100", 8, 0));
    assertThat(backend.thatRuns().description()).isEqualTo(backend.device().judgement());
  }

  @Test
  void aDeviceThatCannotRunTheMachineCodeIsRefused() {
    Backend backend = Backend.of(environment(device("NVIDIA H200", 9, 0)), 0);

    assertThatThrownBy(backend::thatRuns)
        .isInstanceOf(BackendException.class)
        .hasMessage(backend.device().judgement());
  }

  @Test
  void withoutAnyBackendSaysWhichToAdd() {
    assertThatThrownBy(() -> Backend.firstThatRuns(List.of()))
        .isInstanceOf(BackendException.class)
        .hasMessage(
            "There is no ND4J backend on the class path: add org.nd4j:nd4j-native-platform:1.0.0-M2.1.");
  }

  @Test
  void aGpuBackendWithoutDriverSaysWhatIsMissingAndWhatItNeeds() {
    Nd4jBackend cuda = new FakeBackend(GPU, BackendTest::noDriver);

    assertThatThrownBy(() -> Backend.firstThatRuns(List.of(cuda)))
        .isInstanceOf(BackendException.class)
        .hasMessage(
            "ND4J's FakeBackend cannot run here (libjnicudart.so: libcuda.so.1: cannot open): CUDA's backend needs NVIDIA's driver, CUDA 11's libraries and a GPU of compute capability 3.7 to 8.9; without them use the CPU's (nd4j-native; no -Pcuda), on a newer GPU also --device cuda of owlore-cuda.");
  }

  @Test
  void aCpuBackendThatRefusesSaysWhichJarsItNeeds() {
    Nd4jBackend cpu = new FakeBackend(CPU, () -> false);

    assertThatThrownBy(() -> Backend.firstThatRuns(List.of(cpu)))
        .isInstanceOf(BackendException.class)
        .hasMessage(
            "ND4J's FakeBackend cannot run here: the CPU's backend needs the jars of nd4j-native and openblas for this operating system and processor.");
  }

  @Test
  void theNextBackendIsTakenWhereTheBestCannotRun() {
    Nd4jBackend cuda = new FakeBackend(GPU, BackendTest::noDriver);
    Nd4jBackend cpu = new FakeBackend(CPU, () -> true);

    assertThat(Backend.firstThatRuns(List.of(cuda, cpu))).isSameAs(cpu);
  }

  @Test
  void ofSeveralBackendsTheBestSaysWhyItCannotRun() {
    Nd4jBackend cuda = new FakeBackend(GPU, BackendTest::noDriver);
    Nd4jBackend cpu = new FakeBackend(CPU, () -> false);

    assertThatThrownBy(() -> Backend.firstThatRuns(List.of(cuda, cpu)))
        .hasMessageContaining("libcuda.so.1");
  }

  /** ND4J wraps what went wrong in its static initializers several times. */
  @Test
  void aStartThatFailsIsOneSentenceWithTheFirstCause() {
    Throwable first = new RuntimeException("Error code: [209]");
    Error failure = new ExceptionInInitializerError(new RuntimeException(first));

    BackendException thrown =
        catchThrowableOfType(
            BackendException.class,
            () ->
                Backend.started(
                    new FakeBackend(GPU, () -> true),
                    () -> {
                      throw failure;
                    },
                    Nd4j::getAffinityManager));

    assertThat(thrown)
        .hasMessageStartingWith("ND4J's FakeBackend cannot run here (Error code: [209]): CUDA's")
        .hasCause(failure);
  }

  @Test
  void aFailureWithoutMessageIsNamedByItsClass() {
    Nd4jBackend cuda =
        new FakeBackend(
            GPU,
            () -> {
              throw new NoClassDefFoundError();
            });

    assertThatThrownBy(() -> Backend.firstThatRuns(List.of(cuda)))
        .hasMessageContaining("(NoClassDefFoundError)");
  }

  /** A backend that only says whether it can run. */
  private static final class FakeBackend extends Nd4jBackend {
    private final int priority;
    private final BooleanSupplier runs;

    FakeBackend(int priority, BooleanSupplier runs) {
      this.priority = priority;
      this.runs = runs;
    }

    @Override
    public boolean canRun() {
      return runs.getAsBoolean();
    }

    @Override
    public int getPriority() {
      return priority;
    }

    @Override
    public boolean isAvailable() {
      throw new AssertionError("prints stack traces");
    }

    @Override
    public boolean allowsOrder() {
      throw new AssertionError();
    }

    @Override
    public Resource getConfigurationResource() {
      throw new AssertionError();
    }

    @Override
    public Class<?> getNDArrayClass() {
      throw new AssertionError();
    }

    @Override
    public Environment getEnvironment() {
      throw new AssertionError();
    }

    @Override
    public String buildInfo() {
      throw new AssertionError();
    }

    @Override
    public void logBackendInit() {
      throw new AssertionError();
    }
  }
}
