package org.owlore.cuda.driver;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;

/**
 * What is used of CUDA's driver, by NVIDIA's names; handles and addresses are numbers. Functions
 * return 0 when all is well.
 */
interface DriverApi extends Library {
  int cuInit(int flags);

  int cuDriverGetVersion(IntByReference version);

  int cuDeviceGetCount(IntByReference count);

  int cuDeviceGet(IntByReference device, int ordinal);

  int cuDeviceGetName(byte[] name, int length, int device);

  int cuDeviceTotalMem_v2(LongByReference bytes, int device);

  int cuDeviceGetAttribute(IntByReference value, int attribute, int device);

  int cuDevicePrimaryCtxRetain(LongByReference context, int device);

  int cuDevicePrimaryCtxRelease_v2(int device);

  int cuCtxSetCurrent(long context);

  int cuStreamCreate(LongByReference stream, int flags);

  int cuStreamSynchronize(long stream);

  int cuStreamDestroy_v2(long stream);

  int cuStreamBeginCapture_v2(long stream, int mode);

  int cuStreamEndCapture(long stream, LongByReference graph);

  int cuGraphInstantiateWithFlags(LongByReference executable, long graph, long flags);

  int cuGraphLaunch(long executable, long stream);

  int cuGraphExecDestroy(long executable);

  int cuGraphDestroy(long graph);

  int cuEventCreate(LongByReference event, int flags);

  int cuEventRecord(long event, long stream);

  int cuEventSynchronize(long event);

  int cuEventDestroy_v2(long event);

  int cuMemAlloc_v2(LongByReference address, long bytes);

  int cuMemFree_v2(long address);

  int cuMemAllocHost_v2(LongByReference address, long bytes);

  int cuMemFreeHost(long address);

  int cuMemGetInfo_v2(LongByReference free, LongByReference total);

  int cuMemcpyHtoDAsync_v2(long target, long source, long bytes, long stream);

  int cuMemcpyDtoHAsync_v2(long target, long source, long bytes, long stream);

  int cuMemcpyDtoDAsync_v2(long target, long source, long bytes, long stream);

  int cuMemsetD8Async(long target, byte value, long bytes, long stream);

  int cuModuleLoadData(LongByReference module, byte[] code);

  int cuModuleGetFunction(LongByReference function, long module, String name);

  int cuModuleUnload(long module);

  int cuLaunchKernel(
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
      Pointer extra);

  int cuGetErrorName(int result, PointerByReference name);

  int cuGetErrorString(int result, PointerByReference text);
}
