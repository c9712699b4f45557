// CUDA's compiler, as far as OwLore calls it: g++ makes a shared object of a kernel, which is what the emulated driver
// takes for machine code. Lies beside device.h.
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <fstream>
#include <sstream>
#include <string>

namespace {
enum { OK = 0, INVALID_INPUT = 3, INVALID_OPTION = 5, COMPILATION = 6 };

struct Program { std::string source, log, code; };

int compilations = 0;

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string folder_of_this_library() {
  Dl_info self;
  dladdr((void*)folder_of_this_library, &self);
  return std::string(self.dli_fname).substr(0, std::string(self.dli_fname).rfind('/'));
}

// How the driver finds and calls the global functions of a source.
std::string entries(const std::string& source) {
  std::string all;
  for (size_t at = source.find("__global__"); at != std::string::npos; at = source.find("__global__", at + 1)) {
    const size_t bounds = source.find("__launch_bounds__", at);
    const size_t begin = source.find_first_not_of(' ', source.find(')', bounds) + 1);
    const std::string name = source.substr(begin, source.find('(', begin) - begin);
    all += "extern \"C\" void launch_" + name + "(void** places) { host::call(" + name + ", places); }\n";
    all += "extern \"C\" { int parameters_" + name + " = host::parameters(" + name + "); }\n";
  }
  return all;
}

int compile(Program& program) {
  char work[] = "/tmp/emulated-nvrtc-XXXXXX";
  if (!mkdtemp(work)) return INVALID_INPUT;
  const std::string base = work, source = base + "/kernel.cpp", code = base + "/kernel.so", log = base + "/log";
  std::ofstream(source) << "#include \"device.h\"\n" << program.source << entries(program.source);
  const std::string command = "g++ -std=c++17 -O0 -ffp-contract=off -fPIC -shared -w -I" + folder_of_this_library() +
                              " -o " + code + " " + source + " > " + log + " 2>&1";
  const bool compiled = system(command.c_str()) == 0;
  program.log = content(log);
  program.code = compiled ? content(code) : "";
  for (const std::string& file : {source, code, log}) unlink(file.c_str());
  rmdir(work);
  compilations++;
  return compiled ? OK : COMPILATION;
}
}  // namespace

extern "C" {
// What tests ask.
int emulator_compilations() { return compilations; }

int nvrtcVersion(int* major, int* minor) { *major = 13; *minor = 0; return OK; }

int nvrtcCreateProgram(Program** program, const char* source, const char* name, int headers, const char* const*,
                       const char* const*) {
  if (!source || !name || headers) return INVALID_INPUT;
  *program = new Program{source, "", ""};
  return OK;
}
int nvrtcCompileProgram(Program* program, int count, const char* const* options) {
  const std::string architecture = "--gpu-architecture=sm_90", language = "--std=c++17";
  if (count != 2 || options[0] != architecture || options[1] != language) return INVALID_OPTION;
  return compile(*program);
}
int nvrtcGetProgramLogSize(Program* program, size_t* size) { *size = program->log.size() + 1; return OK; }
int nvrtcGetProgramLog(Program* program, char* log) {
  memcpy(log, program->log.c_str(), program->log.size() + 1);
  return OK;
}
int nvrtcGetCUBINSize(Program* program, size_t* size) { *size = program->code.size(); return OK; }
int nvrtcGetCUBIN(Program* program, char* code) {
  memcpy(code, program->code.data(), program->code.size());
  return OK;
}
int nvrtcDestroyProgram(Program** program) {
  delete *program;
  *program = nullptr;
  return OK;
}
const char* nvrtcGetErrorString(int result) { return result == COMPILATION ? "NVRTC_ERROR_COMPILATION" : "emulated"; }
}
