// What generated kernels find on a device and not on the host. Declares what it needs of the host itself: headers would
// take longer to compile than kernels do.
#pragma once
#define __device__
#define __global__
#define __shared__ static
#define __forceinline__ inline
#define __launch_bounds__(threads)

extern "C" {
float ceilf(float);
float cosf(float);
float erff(float);
float expf(float);
float fabsf(float);
float floorf(float);
float fmaxf(float, float);
float fminf(float, float);
float fmodf(float, float);
float logf(float);
float powf(float, float);
float rintf(float);
float sinf(float);
float sqrtf(float);
float tanhf(float);
}

struct Coordinates { unsigned int x; };
extern Coordinates threadIdx, blockIdx, gridDim;

namespace host {
extern long long exchanged[1024];
void wait_for_block();
void wait_for_warp();
}  // namespace host

static void __syncthreads() { host::wait_for_block(); }

static void __syncwarp() { host::wait_for_warp(); }

template <typename T>
static T __shfl_xor_sync(unsigned int, T value, int distance) {
  __builtin_memcpy(&host::exchanged[threadIdx.x], &value, sizeof(T));
  __syncwarp();
  T other;
  __builtin_memcpy(&other, &host::exchanged[threadIdx.x ^ distance], sizeof(T));
  __syncwarp();
  return other;
}

static float atomicAdd(float* place, float value) {
  const float before = *place;
  *place = before + value;
  return before;
}
