// The emulated driver's machine code: a module is a shared object, a kernel one of its functions.
#include <dlfcn.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <deque>
#include <set>
#include <string>
#include "emulator.h"

namespace host {
void run(void (*kernel)(void**), void** places, int blocks, int count, int backwards);
}

namespace {
enum { INVALID_IMAGE = 200, NOT_FOUND = 500 };

struct Function { void (*launch)(void**); int parameters; };
struct Module { void* library; std::deque<Function> functions; };

std::set<Module*> modules;
int failure_of_next_launch = OK;

// The driver is not told the size of an image either.
size_t size_of_object(const char* image) {
  Elf64_Ehdr header;
  memcpy(&header, image, sizeof header);
  return memcmp(header.e_ident, ELFMAG, SELFMAG) ? 0 : header.e_shoff + (size_t)header.e_shnum * header.e_shentsize;
}

void* load(const char* image, size_t bytes) {
  char name[] = "/tmp/emulated-kernel-XXXXXX";
  const int file = mkstemp(name);
  const bool written = bytes > 0 && file >= 0 && write(file, image, bytes) == (ssize_t)bytes;
  close(file);
  void* library = written ? dlopen(name, RTLD_NOW | RTLD_LOCAL) : nullptr;
  unlink(name);
  return library;
}
}  // namespace

extern "C" {
// What tests ask.
void emulator_fail_next_launch(int result) { failure_of_next_launch = result; }

int cuModuleLoadData(Module** module, const char* image) {
  if (emulator_state()) return emulator_state();
  void* library = load(image, size_of_object(image));
  if (!library) return INVALID_IMAGE;
  modules.insert(*module = new Module{library, {}});
  emulator_note(1);
  return OK;
}
int cuModuleGetFunction(Function** function, Module* module, const char* name) {
  if (!modules.count(module)) return INVALID_HANDLE;
  void* launch = dlsym(module->library, (std::string("launch_") + name).c_str());
  void* parameters = dlsym(module->library, (std::string("parameters_") + name).c_str());
  if (!launch || !parameters) return NOT_FOUND;
  module->functions.push_back({(void (*)(void**))launch, *(int*)parameters});
  *function = &module->functions.back();
  return OK;
}
int cuModuleUnload(Module* module) {
  if (modules.erase(module) == 0) return INVALID_HANDLE;
  dlclose(module->library);
  emulator_note(-1);
  delete module;
  return OK;
}
int cuLaunchKernel(Function* function, unsigned int blocks, unsigned int blocks_y, unsigned int blocks_z,
                   unsigned int threads, unsigned int threads_y, unsigned int threads_z, unsigned int shared,
                   void* stream, void** arguments, void** extra) {
  const bool flat = blocks_y == 1 && blocks_z == 1 && threads_y == 1 && threads_z == 1 && shared == 0 && !extra;
  if (!flat || blocks == 0 || threads == 0 || threads > 1024 || threads % 32) return INVALID_VALUE;
  std::vector<void*> places;
  for (int i = 0; i < function->parameters; i++) places.push_back(*(void**)arguments[i]);
  const int result = failure_of_next_launch;
  failure_of_next_launch = OK;
  return emulator_enqueue(stream, [=]() mutable -> int {
    if (result) return result;
    for (void* place : places) {
      if (!emulator_has(place, 0)) return ILLEGAL_ADDRESS;
    }
    host::run(function->launch, places.data(), (int)blocks, (int)threads, 0);
    return OK;
  });
}
}
