// Runs generated kernels on the host. The threads of a block take turns, each until it waits for others; a warp goes on
// until it waits for other warps, so that whoever forgets to wait reads or writes far too early.
#include <ucontext.h>
#include <vector>
#include "device.h"

Coordinates threadIdx, blockIdx, gridDim;

namespace host {
long long exchanged[1024];

static const int stack_size = 32 * 1024;

struct Barrier { int waiting = 0; int turn = 0; };

static ucontext_t scheduler;
static std::vector<ucontext_t> threads;
static std::vector<bool> done;
static std::vector<bool> waits_for_block;
static std::vector<char> stacks;
static std::vector<Barrier> warps;
static Barrier block;
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
    waits_for_block[self] = &barrier == &block;
    swapcontext(&threads[self], &scheduler);
  }
  waits_for_block[self] = false;
}

static void run_thread() {
  work(arguments);
  done[threadIdx.x] = true;
}

// Whether any of its threads was not done before.
static bool run_warp(int warp, bool backwards) {
  bool ran = false;
  for (bool free = true; free;) {
    free = false;
    for (int step = 0; step < 32; step++) {
      const int thread = warp * 32 + (backwards ? 31 - step : step);
      if (!done[thread]) {
        ran = true;
        threadIdx.x = (unsigned int)thread;
        swapcontext(&scheduler, &threads[thread]);
        free |= !done[thread] && !waits_for_block[thread];
      }
    }
  }
  return ran;
}

static void run_block(int count, bool backwards) {
  threads.assign(count, ucontext_t());
  done.assign(count, false);
  waits_for_block.assign(count, false);
  stacks.resize((size_t)count * stack_size);
  warps.assign(count / 32, Barrier());
  block = Barrier();
  for (int thread = 0; thread < count; thread++) {
    getcontext(&threads[thread]);
    threads[thread].uc_stack.ss_sp = &stacks[(size_t)thread * stack_size];
    threads[thread].uc_stack.ss_size = stack_size;
    threads[thread].uc_link = &scheduler;
    makecontext(&threads[thread], run_thread, 0);
  }
  for (bool running = true; running;) {
    running = false;
    for (int step = 0; step < count / 32; step++) {
      running |= run_warp(backwards ? count / 32 - 1 - step : step, backwards);
    }
  }
}

void run(void (*kernel)(void**), void** places, int blocks, int count, int backwards) {
  work = kernel;
  arguments = places;
  gridDim.x = (unsigned int)blocks;
  for (int step = 0; step < blocks; step++) {
    blockIdx.x = (unsigned int)(backwards ? blocks - 1 - step : step);
    run_block(count, backwards != 0);
  }
}

void wait_for_block() { wait(block, (int)threads.size()); }

void wait_for_warp() { wait(warps[threadIdx.x / 32], 32); }
}  // namespace host
