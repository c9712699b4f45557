// Runs generated kernels on the host: the threads of a block take turns, each until it waits for others.
#include <math.h>
#include <string.h>
#include <ucontext.h>
#include <vector>

#define __device__
#define __global__
#define __shared__ static
#define __forceinline__ inline
#define __launch_bounds__(threads)

struct Coordinates { unsigned int x; };
static Coordinates threadIdx, blockIdx, gridDim;

namespace host {
const int stack_size = 32 * 1024;

struct Barrier { int waiting = 0; int turn = 0; };

static ucontext_t scheduler;
static std::vector<ucontext_t> threads;
static std::vector<bool> done;
static std::vector<char> stacks;
static std::vector<Barrier> warps;
static Barrier block;
static std::vector<long long> exchanged;
static void (*work)(void** arguments);
static void** arguments;

static void wait(Barrier& barrier, int members) {
  const unsigned int self = threadIdx.x;
  const int turn = barrier.turn;
  if (++barrier.waiting == members) {
    barrier.waiting = 0;
    barrier.turn++;
  }
  while (barrier.turn == turn) {
    swapcontext(&threads[self], &scheduler);
  }
}

static void run_thread() {
  work(arguments);
  done[threadIdx.x] = true;
}

static void run_block(int count, bool backwards) {
  threads.assign(count, ucontext_t());
  done.assign(count, false);
  stacks.resize((size_t)count * stack_size);
  warps.assign(count / 32, Barrier());
  block = Barrier();
  exchanged.assign(count, 0);
  for (int thread = 0; thread < count; thread++) {
    getcontext(&threads[thread]);
    threads[thread].uc_stack.ss_sp = &stacks[(size_t)thread * stack_size];
    threads[thread].uc_stack.ss_size = stack_size;
    threads[thread].uc_link = &scheduler;
    makecontext(&threads[thread], run_thread, 0);
  }
  for (bool running = true; running;) {
    running = false;
    for (int step = 0; step < count; step++) {
      const int thread = backwards ? count - 1 - step : step;
      if (!done[thread]) {
        running = true;
        threadIdx.x = (unsigned int)thread;
        swapcontext(&scheduler, &threads[thread]);
      }
    }
  }
}

static void run(void (*kernel)(void**), void** places, int blocks, int count, int backwards) {
  work = kernel;
  arguments = places;
  gridDim.x = (unsigned int)blocks;
  for (int step = 0; step < blocks; step++) {
    blockIdx.x = (unsigned int)(backwards ? blocks - 1 - step : step);
    run_block(count, backwards != 0);
  }
}
}  // namespace host

static void __syncthreads() { host::wait(host::block, (int)host::threads.size()); }

static void __syncwarp() { host::wait(host::warps[threadIdx.x / 32], 32); }

template <typename T>
static T __shfl_xor_sync(unsigned int, T value, int distance) {
  memcpy(&host::exchanged[threadIdx.x], &value, sizeof(T));
  __syncwarp();
  T other;
  memcpy(&other, &host::exchanged[threadIdx.x ^ distance], sizeof(T));
  __syncwarp();
  return other;
}

static float atomicAdd(float* place, float value) {
  const float before = *place;
  *place = before + value;
  return before;
}
