package org.owlore.backend;

import lombok.NonNull;
import org.owlore.backend.CudaSupport.Capability;

/**
 * A GPU as CUDA reports it.
 *
 * @param name e.g. {@code NVIDIA A100-SXM4-80GB}
 * @param major the compute capability's number before the point
 * @param minor the compute capability's number behind the point
 */
public record CudaDevice(@NonNull String name, int major, int minor) {

  /** Whether ND4J's CUDA backend runs on this device. */
  public CudaSupport support() {
    return CudaSupport.of(capability());
  }

  /** One sentence: whether ND4J's CUDA backend runs on this device and, if not, what does. */
  public String judgement() {
    return this
        + switch (support()) {
          case BUILT_FOR -> " runs ND4J 1.0.0-M2.1's CUDA backend, which has machine code for it.";
          case COMPATIBLE ->
              " runs ND4J 1.0.0-M2.1's CUDA backend with its machine code for %s."
                  .formatted(CudaSupport.machineCodeFor(capability()).orElseThrow());
          case TOO_OLD ->
              " cannot run ND4J 1.0.0-M2.1's CUDA backend, whose machine code begins at %s: use the CPU's backend (nd4j-native; no -Pcuda)."
                  .formatted(CudaSupport.MACHINE_CODE.get(0));
          case TOO_NEW ->
              " cannot run ND4J 1.0.0-M2.1's CUDA backend, whose machine code ends at %s and runs up to 8.9: use --device cuda of owlore-cuda, or the CPU's backend (nd4j-native; no -Pcuda)."
                  .formatted(CudaSupport.newestMachineCode());
        };
  }

  private Capability capability() {
    return new Capability(major, minor);
  }

  @Override
  public String toString() {
    return "%s (compute capability %s)".formatted(name, capability());
  }
}
