package org.owlore.cuda.driver;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;

/** What is used of NVRTC, by NVIDIA's names. Functions return 0 when all is well. */
interface NvrtcApi extends Library {
  int nvrtcVersion(IntByReference major, IntByReference minor);

  int nvrtcCreateProgram(
      PointerByReference program,
      String source,
      String name,
      int headerCount,
      Pointer headers,
      Pointer includeNames);

  int nvrtcCompileProgram(Pointer program, int optionCount, String[] options);

  int nvrtcGetProgramLogSize(Pointer program, LongByReference size);

  int nvrtcGetProgramLog(Pointer program, byte[] log);

  int nvrtcGetCUBINSize(Pointer program, LongByReference size);

  int nvrtcGetCUBIN(Pointer program, byte[] code);

  int nvrtcDestroyProgram(PointerByReference program);

  String nvrtcGetErrorString(int result);
}
