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
float fmaf(float, float, float);
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

// ---- instructions of a warp, as PTX's manual describes them ----

namespace host {
// The word that a lane of the same warp has put down.
template <typename T>
static T of_lane(const T* words, int lane) { return words[threadIdx.x / 32 * 32 + lane]; }

static unsigned int of_half(const void* place, int half) { return ((const unsigned short*)place)[half]; }

static float from_half(unsigned int word, int half) {
  const unsigned int bits = (half ? word >> 16 : word & 0xffffu) << 16;
  float number;
  __builtin_memcpy(&number, &bits, sizeof number);
  return number;
}
}  // namespace host

// ldmatrix.x4: lane 8 m + r says where row r of matrix m is.
static void load_matrices(unsigned int (&matrices)[4], const void* row) {
  static const void* rows[1024];
  const int lane = threadIdx.x % 32;
  rows[threadIdx.x] = row;
  __syncwarp();
  for (int matrix = 0; matrix < 4; matrix++) {
    const void* own = host::of_lane(rows, 8 * matrix + lane / 4);
    const int column = 2 * (lane % 4);
    matrices[matrix] = host::of_half(own, column) | host::of_half(own, column + 1) << 16;
  }
  __syncwarp();
}

// ldmatrix.x4.trans
static void load_transposed_matrices(unsigned int (&matrices)[4], const void* row) {
  static const void* rows[1024];
  const int lane = threadIdx.x % 32;
  rows[threadIdx.x] = row;
  __syncwarp();
  for (int matrix = 0; matrix < 4; matrix++) {
    const int first = 8 * matrix + 2 * (lane % 4);
    matrices[matrix] = host::of_half(host::of_lane(rows, first), lane / 4) |
                       host::of_half(host::of_lane(rows, first + 1), lane / 4) << 16;
  }
  __syncwarp();
}

// mma.m16n8k16 of bfloat16: a[i] holds columns c, c + 1 (from 8 on if i / 2) of row lane / 4 (from 8 on if i % 2), with
// c = 2 (lane % 4); b holds rows c, c + 1 and then those from 8 on of column lane / 4.
static void multiply_add(float (&sums)[4], const unsigned int (&a)[4], unsigned int b0, unsigned int b1) {
  struct Operands { unsigned int a[4], b[2]; };
  static Operands operands[1024];
  operands[threadIdx.x] = Operands{{a[0], a[1], a[2], a[3]}, {b0, b1}};
  __syncwarp();
  const int lane = threadIdx.x % 32;
  for (int i = 0; i < 4; i++) {
    const int row = lane / 4 + i / 2 * 8, column = 2 * (lane % 4) + i % 2;
    for (int k = 0; k < 16; k++) {
      const Operands left = host::of_lane(operands, row % 8 * 4 + k % 8 / 2);
      const Operands right = host::of_lane(operands, column * 4 + k % 8 / 2);
      sums[i] += host::from_half(left.a[row / 8 + k / 8 * 2], k % 2) * host::from_half(right.b[k / 8], k % 2);
    }
  }
  __syncwarp();
}

// ---- how kernels are called ----

namespace host {
template <int...> struct Numbers {};

template <typename... P, int... I>
static void call(void (*kernel)(P*...), void** places, Numbers<I...>) { kernel((P*)places[I]...); }

// Calls a kernel with the pointers that it is given, as many as it wants.
template <typename... P>
static void call(void (*kernel)(P*...), void** places) {
  call(kernel, places, Numbers<__integer_pack((int)sizeof...(P))...>());
}

template <typename... P>
static constexpr int parameters(void (*)(P*...)) { return sizeof...(P); }
}  // namespace host
