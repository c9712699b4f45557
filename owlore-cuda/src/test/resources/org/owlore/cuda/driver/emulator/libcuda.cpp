// CUDA's driver, as far as OwLore calls it, with the host as its one device: nothing that is asked of a stream is done
// before it is waited for, memory is the host's and begins with bytes that are no numbers, and a kernel is a function of
// a shared object. Built with modules.cpp, graphs.cpp and threads.cpp.
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <deque>
#include <map>
#include <set>
#include <vector>
#include "emulator.h"

namespace {
enum { OUT_OF_MEMORY = 2, INVALID_CONTEXT = 201, STREAM_CAPTURE_UNSUPPORTED = 900 };
const size_t ALIGNMENT = 512;
const unsigned char GUARD = 0xa5, FRESH = 0xff;

struct Event { long mark = 0; };

size_t limit = (size_t)1 << 30, live = 0;
std::map<char*, size_t> memory;
std::set<void*> pinned, streams, events;
std::deque<Work> waiting;
std::vector<Work>* recording = nullptr;
long asked = 0, done = 0;
int retained = 0, opened = 0, damaged = 0, failure = 0;
thread_local void* current = nullptr;

int state() { return failure ? failure : current == &retained && retained > 0 ? OK : INVALID_CONTEXT; }

int run_until(long mark) {
  if (recording) return STREAM_CAPTURE_UNSUPPORTED;
  for (; done < mark; done++) {
    const Work work = std::move(waiting.front());
    waiting.pop_front();
    if (!failure) failure = work();
  }
  return failure;
}

size_t rounded(size_t bytes) { return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; }

void release(char* address, size_t bytes) {
  for (size_t i = 0; i < ALIGNMENT; i++) {
    const bool before = (unsigned char)address[-1 - (long)i] != GUARD, after = (unsigned char)address[bytes + i] != GUARD;
    if (before || after) { damaged++; break; }
  }
  free(address - ALIGNMENT);
}

template <typename Handles> int forget(Handles& handles, void* handle) {
  if (handles.erase(handle) == 0) return INVALID_HANDLE;
  opened--;
  return OK;
}

// What was lost with a context is gone with it.
void forget_everything() {
  for (const auto& piece : memory) release(piece.first, piece.second);
  memory.clear();
  for (auto* handles : {&pinned, &streams, &events}) handles->clear();
  waiting.clear();
  live = 0;
  asked = done = opened = failure = 0;
}

int copy(char* target, const char* source, size_t bytes, void* stream) {
  return emulator_enqueue(stream, [=]() -> int { memcpy(target, source, bytes); return OK; });
}
}  // namespace

int emulator_enqueue(void* stream, Work work) {
  if (state()) return state();
  if (!streams.count(stream)) return INVALID_HANDLE;
  if (recording) {
    recording->push_back(std::move(work));
  } else {
    waiting.push_back(std::move(work));
    asked++;
  }
  return OK;
}

void emulator_record(std::vector<Work>* work) { recording = work; }

int emulator_state() { return state(); }

bool emulator_has(const void* address, size_t bytes) {
  auto piece = memory.upper_bound((char*)address);
  if (piece == memory.begin()) return false;
  --piece;
  return (char*)address + bytes <= piece->first + piece->second;
}

void emulator_note(int change) { opened += change; }

extern "C" {
// What tests ask.
int emulator_open() { return opened; }
int emulator_damaged() { return damaged; }
void emulator_set_limit(size_t bytes) { limit = bytes; }

int cuInit(unsigned int flags) {
  Dl_info self;  // kernels and the other libraries are to find what is defined here
  const bool found = dladdr((void*)cuInit, &self) && dlopen(self.dli_fname, RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD);
  return flags || !found ? INVALID_VALUE : OK;
}
int cuDriverGetVersion(int* version) { *version = 13000; return OK; }
int cuDeviceGetCount(int* count) { *count = 1; return OK; }
int cuDeviceGet(int* device, int ordinal) { *device = 40; return ordinal ? 101 : OK; }
int cuDeviceGetName(char* name, int length, int device) {
  strncpy(name, "Emulated device", length);
  return device == 40 ? OK : 101;
}
int cuDeviceTotalMem_v2(size_t* bytes, int device) { *bytes = limit; return device == 40 ? OK : 101; }
int cuDeviceGetAttribute(int* value, int attribute, int device) {
  const std::map<int, int> known = {{16, 132}, {75, 9}, {76, 0}};
  if (!known.count(attribute)) return INVALID_VALUE;
  *value = known.at(attribute);
  return device == 40 ? OK : 101;
}

int cuDevicePrimaryCtxRetain(void** context, int device) {
  if (device != 40) return 101;
  retained++;
  opened++;
  *context = &retained;
  return OK;
}
int cuDevicePrimaryCtxRelease_v2(int device) {
  if (device != 40 || retained == 0) return INVALID_CONTEXT;
  opened--;
  if (--retained == 0 && failure) forget_everything();
  return OK;
}
int cuCtxSetCurrent(void* context) { current = context; return context == &retained ? OK : INVALID_CONTEXT; }

int cuStreamCreate(void** stream, unsigned int flags) {
  if (state() || flags > 1) return state() ? state() : INVALID_VALUE;
  streams.insert(*stream = new char);
  opened++;
  return OK;
}
int cuStreamSynchronize(void* stream) {
  return state() ? state() : streams.count(stream) ? run_until(asked) : INVALID_HANDLE;
}
int cuStreamDestroy_v2(void* stream) { return forget(streams, stream); }

int cuEventCreate(void** event, unsigned int flags) {
  if (state() || flags != 2) return state() ? state() : INVALID_VALUE;
  events.insert(*event = new Event);
  opened++;
  return OK;
}
int cuEventRecord(Event* event, void* stream) {
  if (state() || !events.count(event) || !streams.count(stream)) return state() ? state() : INVALID_HANDLE;
  if (recording) return STREAM_CAPTURE_UNSUPPORTED;
  event->mark = asked;
  return OK;
}
int cuEventSynchronize(Event* event) {
  return state() ? state() : events.count(event) ? run_until(event->mark) : INVALID_HANDLE;
}
int cuEventDestroy_v2(void* event) { return forget(events, event); }

int cuMemAlloc_v2(char** address, size_t bytes) {
  if (state() || bytes == 0) return state() ? state() : INVALID_VALUE;
  if (live + rounded(bytes) > limit) return OUT_OF_MEMORY;
  char* piece = (char*)aligned_alloc(ALIGNMENT, rounded(bytes) + 2 * ALIGNMENT);
  memset(piece, GUARD, rounded(bytes) + 2 * ALIGNMENT);
  memset(*address = piece + ALIGNMENT, FRESH, bytes);
  memory[*address] = bytes;
  live += rounded(bytes);
  opened++;
  return OK;
}
int cuMemFree_v2(char* address) {
  if (state() || !memory.count(address)) return state() ? state() : INVALID_VALUE;
  const int result = run_until(asked);
  release(address, memory[address]);
  live -= rounded(memory[address]);
  memory.erase(address);
  opened--;
  return result;
}
int cuMemAllocHost_v2(void** address, size_t bytes) {
  if (state() || bytes == 0) return state() ? state() : INVALID_VALUE;
  pinned.insert(*address = malloc(bytes));
  opened++;
  return OK;
}
int cuMemFreeHost(void* address) {
  if (state()) return state();
  const int result = run_until(asked);
  if (forget(pinned, address)) return INVALID_VALUE;
  free(address);
  return result;
}
int cuMemGetInfo_v2(size_t* free, size_t* total) { *free = limit - live; *total = limit; return state(); }

int cuMemcpyHtoDAsync_v2(char* target, const char* source, size_t bytes, void* stream) {
  return emulator_has(target, bytes) ? copy(target, source, bytes, stream) : INVALID_VALUE;
}
int cuMemcpyDtoHAsync_v2(char* target, const char* source, size_t bytes, void* stream) {
  return emulator_has(source, bytes) ? copy(target, source, bytes, stream) : INVALID_VALUE;
}
int cuMemcpyDtoDAsync_v2(char* target, const char* source, size_t bytes, void* stream) {
  const bool inside = emulator_has(source, bytes) && emulator_has(target, bytes);
  return inside ? copy(target, source, bytes, stream) : INVALID_VALUE;
}
int cuMemsetD8Async(char* target, unsigned char value, size_t bytes, void* stream) {
  if (!emulator_has(target, bytes)) return INVALID_VALUE;
  return emulator_enqueue(stream, [=]() -> int { memset(target, value, bytes); return OK; });
}

int cuGetErrorName(int result, const char** name) {
  *name = result == ILLEGAL_ADDRESS ? "CUDA_ERROR_ILLEGAL_ADDRESS" : "CUDA_ERROR_OF_THE_EMULATOR";
  return OK;
}
int cuGetErrorString(int result, const char** text) {
  *text = result == ILLEGAL_ADDRESS ? "an illegal memory access was encountered" : "see the emulator";
  return OK;
}
}
