package org.owlore.cuda.driver;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;
import lombok.NonNull;
import org.owlore.cuda.device.DeviceException;
import org.owlore.cuda.source.CudaSource;

/** NVRTC: makes machine code of CUDA C++. Needs neither a device nor its driver. */
public final class KernelCompiler {
  private static final String LANGUAGE = "--std=c++17";

  private final NvrtcApi nvrtc;

  KernelCompiler(@NonNull NvrtcApi nvrtc) {
    this.nvrtc = nvrtc;
  }

  /**
   * The compiler of this machine.
   *
   * @throws DeviceException when there is none
   */
  public static KernelCompiler find() {
    return of(NativeLibraries.ofThisMachine(NativeLibraries.RELEASES));
  }

  /** The compiler among some libraries. */
  static KernelCompiler of(@NonNull NativeLibraries libraries) {
    return new KernelCompiler(libraries.load(CudaLibrary.NVRTC, NvrtcApi.class));
  }

  /** Its version, e.g. 13.0. */
  public String version() {
    IntByReference major = new IntByReference();
    IntByReference minor = new IntByReference();
    check(nvrtc.nvrtcVersion(major, minor), "tell its version");
    return major.getValue() + "." + minor.getValue();
  }

  /**
   * Compiles.
   *
   * @param architecture e.g. sm_90
   * @return machine code (a cubin)
   * @throws DeviceException when the compiler does not know the architecture or refuses the source;
   *     the message ends with the compiler's own words
   */
  public byte[] compile(@NonNull CudaSource source, @NonNull String architecture) {
    PointerByReference program = new PointerByReference();
    String file = source.function() + ".cu";
    check(nvrtc.nvrtcCreateProgram(program, source.text(), file, 0, null, null), "start");
    try {
      return compile(program.getValue(), source.function(), architecture);
    } finally {
      nvrtc.nvrtcDestroyProgram(program);
    }
  }

  private byte[] compile(Pointer program, String function, String architecture) {
    String[] options = {"--gpu-architecture=" + architecture, LANGUAGE};
    int result = nvrtc.nvrtcCompileProgram(program, options.length, options);
    if (result != 0) {
      byte[] log = read(program, nvrtc::nvrtcGetProgramLogSize, nvrtc::nvrtcGetProgramLog);
      throw new DeviceException(
          "NVRTC %s cannot compile kernel %s for %s; a newer one may (pip install --upgrade %s). It says: %s"
              .formatted(
                  version(),
                  function,
                  architecture,
                  CudaLibrary.NVRTC.getWheel(),
                  Native.toString(log, StandardCharsets.UTF_8.name()).strip()));
    }
    return read(program, nvrtc::nvrtcGetCUBINSize, nvrtc::nvrtcGetCUBIN);
  }

  private byte[] read(
      Pointer program,
      BiFunction<Pointer, LongByReference, Integer> size,
      BiFunction<Pointer, byte[], Integer> content) {
    LongByReference bytes = new LongByReference();
    check(size.apply(program, bytes), "tell a size");
    byte[] result = new byte[Math.toIntExact(bytes.getValue())];
    check(content.apply(program, result), "hand over what it made");
    return result;
  }

  private void check(int result, String task) {
    if (result != 0) {
      throw new DeviceException(
          "NVRTC could not %s: %s.".formatted(task, nvrtc.nvrtcGetErrorString(result)));
    }
  }
}
